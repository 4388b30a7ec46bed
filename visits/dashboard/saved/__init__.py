"""Reports that staff have shared with somebody, of their own sites."""
