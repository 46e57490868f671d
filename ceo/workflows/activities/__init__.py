"""Activities of partners and clients of providers: change in persons, and figures that are shared."""
