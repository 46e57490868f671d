"""Filling in: coming in with a code, a page at a time, sending, and what somebody may do afterwards."""
