"""Change in persons who were asked twice."""
