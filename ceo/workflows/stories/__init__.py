"""The reading room of stories."""
