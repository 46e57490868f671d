"""Expressions of definitions: their nodes, what they are worth, what may stand where, and how they are read aloud."""
