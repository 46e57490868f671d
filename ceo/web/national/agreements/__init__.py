"""Agreements under which protected microdata leave, as national editors keep them: made, looked at, handed out and ended."""
