"""A release as it leaves: the cube of all its figures, what must be known to read it, and one writer for each format."""
