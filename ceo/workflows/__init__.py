"""The steps of a measurement: each function is one transaction, and turns rows into the values of the other rooms."""
