"""Reports by mail: when, to whom, once."""
