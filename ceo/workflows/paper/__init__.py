"""Answers that came on paper or by telephone."""
