"""What this installation can take, measured: each benchmark prints a table and writes JSON to var/bench."""
