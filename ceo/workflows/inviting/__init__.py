"""Reaching the people who were drawn: codes, letters and mail."""
