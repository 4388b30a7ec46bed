"""Filters as a report shows them, and the editor that adds one."""
