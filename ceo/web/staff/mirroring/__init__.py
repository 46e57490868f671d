"""The pages on which a municipality sees itself beside others."""
