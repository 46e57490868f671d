"""The pages of the reading room of stories."""
