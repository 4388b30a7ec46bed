"""Reports that staff keep under a name: from what is stored to its question, its answer, and what a page, a
file or a mail shows of it. Nothing else runs them."""
