"""Configuring: a municipality's extension made by picking and filling in, change by change, without anybody writing YAML."""
