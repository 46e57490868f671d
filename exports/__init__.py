"""How it leaves: a report composed from protected results, and one writer for each format."""
