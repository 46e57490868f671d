"""The settings of one installation, read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

# Bytes: as long as the digest of the codes.
_KEY_LENGTH: Final = 32


class SettingsError(Exception):
    """The environment does not hold what the installation needs; the message names the variable and the cure."""


@dataclass(frozen=True)
class Settings:
    """Where data live and how the installation is reached.

    `base_url` is the outside address: links in letters start with it, and cookies are `Secure` when it is https.
    `trusted_proxies` (addresses and networks) are the servers whose word on where a request came from (`X-Forwarded-For`) is taken.
    """

    data_folder: Path
    database_url: str
    base_url: str
    secret_key_text: str | None = None
    trusted_proxies: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """Tell whether residents reach the installation over https."""
        return urlsplit(self.base_url).scheme == "https"

    @cached_property
    def secret_key(self) -> bytes:
        """Return the key of access codes: from the environment, or from a file that is made once, for its owner only.

        Who has the database but not this key cannot tell which codes are valid.
        """
        if self.secret_key_text is not None:
            return _checked_key(self.secret_key_text)
        file = self.data_folder / "secret.key"
        if not file.exists():
            self.data_folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_hex(32))
        return _checked_key(file.read_text().strip())


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the environment.

    `CEO_DATA` (folder, default `ceo-data`), `CEO_DATABASE_URL` (default: SQLite in that folder),
    `CEO_BASE_URL` (default `http://127.0.0.1:8000`), `CEO_SECRET_KEY` (64 hexadecimal digits; default: a file in the folder),
    `CEO_TRUSTED_PROXIES` (addresses or networks with commas between them; default: none).
    """
    key = environment.get("CEO_SECRET_KEY")
    if key is not None:
        _checked_key(key)  # a wrong key is told at the start, not to the first resident
    folder = Path(environment.get("CEO_DATA", "ceo-data")).absolute()
    url = environment.get("CEO_DATABASE_URL") or f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}"
    return Settings(
        data_folder=folder,
        database_url=_async_url(url),
        base_url=environment.get("CEO_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        secret_key_text=key,
        trusted_proxies=_networks(environment.get("CEO_TRUSTED_PROXIES", "")),
    )


def _async_url(url: str) -> str:
    """Accept the address as database programs print it.

    >>> _async_url("postgres://ceo@db/ceo")
    'postgresql+asyncpg://ceo@db/ceo'
    """
    scheme, _, rest = url.partition("://")
    drivers = {"postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
    full = drivers.get(scheme, scheme)
    if full not in drivers.values():
        raise SettingsError(
            f"CEO_DATABASE_URL begint met '{scheme}'. Gebruik een adres met postgresql:// of sqlite:///."
        )
    return f"{full}://{rest}"


def _checked_key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < _KEY_LENGTH:
        raise SettingsError(
            "CEO_SECRET_KEY is geen sleutel van 64 hexadecimale cijfers. Maak er een met: "
            'python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    return key


def _networks(text: str) -> tuple[str, ...]:
    """Return the networks of a list with commas.

    >>> _networks("127.0.0.1, 10.0.0.0/8")
    ('127.0.0.1/32', '10.0.0.0/8')
    """
    try:
        return tuple(str(ip_network(part.strip())) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingsError(
            f"CEO_TRUSTED_PROXIES klopt niet: {error}. Schrijf adressen of netwerken met komma's ertussen, "
            "zoals: 127.0.0.1, 10.0.0.0/8"
        ) from None
