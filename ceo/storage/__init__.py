"""Rows and transactions: text, numbers, dates and JSON. Workflows turn rows into the values of the other rooms."""
