"""Tests and regression with survey designs."""
