"""The panel of what visitors did; its tabs differ from each other."""
