"""From tables of all municipalities to everything that a release publishes: figures by area, comparisons and bands, protected together."""
