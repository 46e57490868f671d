"""Polls: what many voters together find of the same options."""
