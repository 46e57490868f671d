"""From files and submissions to coded answers."""
