"""The parts of a municipality's report, one module a section, and the page for its council."""
