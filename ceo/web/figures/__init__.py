"""The public pages of releases: what was measured, found by anybody, without an account, a script or a rank."""
