"""From the list of clients to a sample."""
