"""Files that wait to be read or fetched."""
