"""A municipality beside others, from what was released."""
