"""Tables of strata: the fast path, from which estimates follow without respondents."""
