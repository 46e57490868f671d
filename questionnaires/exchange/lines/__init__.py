"""Expressions as lines that people read and write."""
