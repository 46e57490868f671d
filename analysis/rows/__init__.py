"""Samples with their rows: clusters, stages, quantiles, replicates and fitted weights."""
