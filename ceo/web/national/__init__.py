"""The workplace of national editors: the library, its drafts, what a second person has to approve, and releases."""
