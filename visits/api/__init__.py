"""The reports as JSON, for programs: what an owner sees, read-only."""
