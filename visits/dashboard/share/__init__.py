"""The doors for readers of shared links, and the pages where owners make such links."""
