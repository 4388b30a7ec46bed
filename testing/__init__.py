"""What the test run stands on: its own folder, database, browser and no network."""
