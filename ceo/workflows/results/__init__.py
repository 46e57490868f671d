"""Results of one measurement: which answers count, and the reports that follow."""
