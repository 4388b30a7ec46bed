"""The lists of a report."""
