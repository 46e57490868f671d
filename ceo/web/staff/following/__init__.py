"""The pages on which a municipality follows its series."""
