"""People who work in a place: their accounts, and how they sign in."""
