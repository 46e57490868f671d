"""The series of a municipality: made, kept, watched and read."""
