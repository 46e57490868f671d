"""The questions that municipalities share, and how their versions compare."""
