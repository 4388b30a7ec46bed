"""One question in, one typed answer out: what the facts say about visitors."""
