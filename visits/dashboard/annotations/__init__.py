"""The notes of an owner about days of a site."""
