"""Translation files for agencies: what is to be translated goes out, and comes back as texts files."""
