"""How each kind of case is computed: a module a room of `analysis`.

Each has `compute(case)`, which returns what it finds under the names of the expected values, or None when the case is
none of its own. Every module that answers a case must agree with R.
"""
