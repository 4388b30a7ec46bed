"""A whole list of a report: searched, sorted, with all its numbers, page by page."""
