"""Comparability: whether answers to two versions of a questionnaire may be taken together, item by item."""
