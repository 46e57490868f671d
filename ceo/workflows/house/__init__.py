"""The house style of a municipality: theme, logo and contact lines."""
