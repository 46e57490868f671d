"""Releases in the workplace: a municipality looks at its figures and signs; who proposed one makes, publishes and withdraws it."""
