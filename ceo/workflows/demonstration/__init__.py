"""Measurements with simulated clients, to look around in."""
