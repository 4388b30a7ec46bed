"""What was not counted, and why."""
