"""Microdata: answers of single people, protected so that nobody is found in them, or made up of released figures."""
