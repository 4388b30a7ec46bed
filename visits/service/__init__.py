"""What the whole service is doing right now, and whether it can do its work."""
