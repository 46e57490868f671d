"""Areas: the municipalities through the years, what groups them, and with whom one can be compared."""
