"""Signing in at the identity provider of a municipality (OpenID Connect)."""
