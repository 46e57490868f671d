"""The workplace of municipalities: signing in, and what staff do there."""
