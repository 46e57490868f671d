"""Sentences of following, mirroring and learning: pure functions from figures to plain Dutch."""
