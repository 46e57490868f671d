"""Units beside references: differences with their uncertainty, and what may be concluded."""
