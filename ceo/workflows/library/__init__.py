"""The national library: as it is now, its drafts, and how a draft is reviewed and released."""
