"""Ending a round: sealing its answers, erasing contacts and keys, and what clients can ask for."""
