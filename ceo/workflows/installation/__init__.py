"""An installation as a whole: made ready, its keys, its backups, its upkeep."""
