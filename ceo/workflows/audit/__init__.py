"""The record of what staff did: written, read and proven."""
