"""Spreadsheets with an entry on each row, written for people and read back with the place of every cell."""
