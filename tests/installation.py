"""Where the installations of the tests stand: their settings, with a secret that everyone may know."""

from __future__ import annotations

from pathlib import Path

from ceo.settings import Settings

SECRET = "5e" * 32


def settings_on(database_url: str, folder: Path, address: str = "http://testserver.local") -> Settings:
    """Return the settings of an installation on a database."""
    return Settings(folder, database_url, address, SECRET)
