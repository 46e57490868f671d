"""Checks at build: everything that must hold before a questionnaire may be published, all problems at once."""
