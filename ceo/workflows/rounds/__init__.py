"""The rounds of a municipality: planning, opening, following and ending them."""
