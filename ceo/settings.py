"""The settings of one installation, read once from the environment. What there is to set stands in `setting_list`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from stat import S_IROTH
from typing import Final, TypeVar
from urllib.parse import urlsplit

from ceo.key_files import KEY_LENGTH, new_key, put_in_front, read_or_make, take_out
from ceo.mail_server import MailServer, read_mail_server
from ceo.setting_list import IN_FILE, setting_named, unknown_names

__all__ = ["Given", "MailServer", "Settings", "SettingsError", "read_settings"]

Value = TypeVar("Value")

_MAKE_KEY: Final = 'python3 -c "import secrets; print(secrets.token_hex(32))"'
_HERE: Final = ("127.0.0.1/32", "::1/128")
_LOG_FORMS: Final = ("json", "text")
_LOG_LEVELS: Final = ("info", "warning", "error")


class SettingsError(Exception):
    """The environment does not hold what the installation needs. Each of `problems` names the variable and the cure."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Given:
    """A setting as it was given: in the variable `source`, or in the file that this variable names."""

    text: str = field(repr=False)
    source: str


@dataclass(frozen=True)
class Settings:
    """Where data live and how the installation is reached.

    `base_url` is the outside address: links in letters start with it, and cookies are `Secure` when it is https.
    `trusted_proxies` (addresses and networks) are the servers whose word on where a request came from (`X-Forwarded-For`) is taken.
    `owner_database_url` is where the owner of the tables reaches the database, when that is another role than the one that serves.
    `log_form` (json or text) and `log_level` are "" when they were not chosen: see `logs_as` and `logs_from`. `warnings` are for who
    starts the server.
    """

    data_folder: Path
    database_url: str = field(repr=False)
    base_url: str
    secret_key_text: str | None = field(default=None, repr=False)
    trusted_proxies: tuple[str, ...] = ()
    encryption_keys_text: str | None = field(default=None, repr=False)
    mail: MailServer | None = None
    mail_per_minute: int = 60
    log_form: str = ""
    log_level: str = ""
    metrics_networks: tuple[str, ...] = _HERE
    owner_database_url: str | None = field(default=None, repr=False)
    given: Mapping[str, Given] = field(default_factory=dict, compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def secure(self) -> bool:
        """Tell whether residents reach the installation over https."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def logs_as(self) -> str:
        """Return the form of the log: "json" for programs, "text" for people."""
        return self.log_form or ("json" if self.secure else "text")

    @property
    def logs_from(self) -> str:
        """Return what is important enough for the log: a server that is used for real tells of every request."""
        return self.log_level or ("info" if self.logs_as == "json" else "warning")

    @cached_property
    def secret_key(self) -> bytes:
        """Return the key of access codes: from the environment, or from a file that is made once, for its owner only.

        Who has the database but not this key cannot tell which codes are valid.
        """
        if self.secret_key_text is not None:
            return _read_key(self.secret_key_text)
        file = self.data_folder / "secret.key"
        return _from_file(file, _read_key, read_or_make(file))

    @property
    def encryption_keys(self) -> tuple[bytes, ...]:
        """Return the keys of encrypted columns; the first one seals, all of them open.

        They are not the key of access codes: that one must stay what it is as long as a letter is on its way. From the environment,
        or from a file that is made once; a key that is added to the file counts at once, also in a server that runs.
        """
        if self.encryption_keys_text is not None:
            return _read_keys(self.encryption_keys_text)
        return _from_file(self.encryption_key_file, _read_keys, read_or_make(self.encryption_key_file))

    @property
    def encryption_key_file(self) -> Path:
        """Return where the keys of encrypted columns stand when the environment does not give them."""
        return self.data_folder / "encryption.keys"

    def add_encryption_key(self) -> None:
        """Make a new key, and make it the current one, in the file."""
        assert self.encryption_keys, "a first key is made before a second one comes in front of it"
        put_in_front(self.encryption_key_file, new_key())

    def remove_encryption_key(self, key: bytes) -> None:
        """Take a key out of the file: whatever needs it cannot be read any more."""
        take_out(self.encryption_key_file, key.hex())


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the environment: those of `setting_list.SETTINGS`.

    A secret can stand in a file that `CEO_..._FILE` names. Raises `SettingsError` with everything that is wrong.
    """
    reading = _Reading(environment)
    folder = Path(reading.read("CEO_DATA", str) or "ceo-data").absolute()
    settings = Settings(
        data_folder=folder,
        database_url=reading.read("CEO_DATABASE_URL", _async_url) or f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}",
        base_url=reading.read("CEO_BASE_URL", _outside_address) or "http://127.0.0.1:8000",
        # A wrong key is told at the start, not to the first resident.
        secret_key_text=reading.read("CEO_SECRET_KEY", lambda text: _read_key(text).hex(), may_be_empty=False),
        trusted_proxies=reading.read("CEO_TRUSTED_PROXIES", _networks) or (),
        encryption_keys_text=reading.read(
            "CEO_ENCRYPTION_KEYS", lambda text: ",".join(key.hex() for key in _read_keys(text)), may_be_empty=False
        ),
        mail=_mail_server(reading),
        mail_per_minute=reading.read("CEO_MAIL_PER_MINUTE", _mails) or 60,
        log_form=reading.read("CEO_LOG", _one_of(_LOG_FORMS)) or "",
        log_level=reading.read("CEO_LOG_LEVEL", _one_of(_LOG_LEVELS)) or "",
        metrics_networks=_HERE if (own := reading.read("CEO_METRICS_NETWORKS", _networks)) is None else own,
        owner_database_url=reading.read("CEO_OWNER_DATABASE_URL", _owner_url),
        given=reading.given,
        warnings=(*reading.warnings, *(f"{name} is geen instelling van CEO." for name in unknown_names(environment))),
    )
    if reading.problems:
        raise SettingsError(*reading.problems)
    return settings


class _Reading:
    """Reads settings one after the other, and remembers what is wrong instead of stopping."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.given: dict[str, Given] = {}
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def read(self, name: str, convert: Callable[[str], Value], *, may_be_empty: bool = True) -> Value | None:
        """Return a setting; None when it is not given, or is wrong. An empty one is not given, unless it must not be empty."""
        given = self._find(name)
        if given is None or (may_be_empty and not given.text.strip()):
            return None
        self.given[name] = given
        try:
            return convert(given.text.strip())
        except ValueError as error:
            told = str(error)
            self.problems.append(told if told.startswith(name) else f"{name} klopt niet: {told}")
            return None

    def _find(self, name: str) -> Given | None:
        written = self._environment.get(name)
        file = self._environment.get(name + IN_FILE) if setting_named(name).secret else None
        if not file:
            return None if written is None else Given(written, name)
        if written is not None:
            self.problems.append(f"{name} en {name + IN_FILE} zijn allebei gegeven. Geef er een van de twee.")
            return None
        return self._in_file(name + IN_FILE, Path(file))

    def _in_file(self, source: str, file: Path) -> Given | None:
        try:
            given = Given(file.read_text(encoding="utf-8"), source)
            if file.stat().st_mode & S_IROTH:
                self.warnings.append(f"{source}: iedereen op deze machine kan {file} lezen. Voer uit: chmod o-r {file}")
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{source}: {file} kan niet gelezen worden ({type(error).__name__}).")
            return None
        return given


def _mail_server(reading: _Reading) -> MailServer | None:
    sender = reading.read("CEO_MAIL_FROM", _sender)
    # Read with a sender that does not matter: a wrong address of the server is told also when the sender is wrong.
    server = reading.read("CEO_MAIL_URL", lambda url: read_mail_server(url, sender or ""))
    for name, other in (("CEO_MAIL_FROM", "CEO_MAIL_URL"), ("CEO_MAIL_URL", "CEO_MAIL_FROM")):
        if other in reading.given and name not in reading.given:
            reading.problems.append(f"{name} ontbreekt: {other} is wel gegeven, en de een kan niet zonder de ander.")
    return server


def _sender(text: str) -> str:
    address = parseaddr(text)[1]
    if not text.isprintable() or not all(address.partition("@")):
        raise ValueError("dit is geen mailadres. Schrijf bijvoorbeeld: ceo@gemeente.nl")
    return text


def _mails(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 10_000):  # noqa: PLR2004 - told in the message
        raise ValueError("schrijf een getal van 1 tot en met 10000.")
    return int(text)


def _outside_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("schrijf het adres met https:// ervoor, zoals https://ceo.gemeente.nl")
    return text.rstrip("/")


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"kies uit {', '.join(words)}.")
        return text.lower()

    return read


def _async_url(url: str) -> str:
    """Accept the address as database programs print it.

    >>> _async_url("postgres://ceo@db/ceo")
    'postgresql+asyncpg://ceo@db/ceo'
    """
    scheme, _, rest = url.partition("://")
    drivers = {"postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
    full = drivers.get(scheme, scheme)
    if full not in drivers.values():
        raise ValueError("gebruik een adres met postgresql:// of sqlite:///.")
    return f"{full}://{rest}"


def _owner_url(url: str) -> str:
    full = _async_url(url)
    if not full.startswith("postgresql"):
        raise ValueError(
            "SQLite kent geen eigenaar van tabellen. Laat deze instelling weg, of gebruik een adres met postgresql://."
        )
    return full


def _from_file(file: Path, read: Callable[[str], Value], text: str) -> Value:
    try:
        return read(text)
    except ValueError as error:
        raise SettingsError(f"{file} klopt niet: {error}") from None


def _read_key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < KEY_LENGTH:
        raise ValueError(f"dit is geen sleutel van 64 hexadecimale cijfers. Maak er een met: {_MAKE_KEY}")
    return key


def _read_keys(text: str) -> tuple[bytes, ...]:
    """Return the keys of a list with commas or line ends.

    >>> [key.hex()[:4] for key in _read_keys("5e" * 32 + ", " + "0a" * 32)]
    ['5e5e', '0a0a']
    """
    return tuple(dict.fromkeys(_read_key(part) for part in text.replace(",", " ").split() or [""]))


def _networks(text: str) -> tuple[str, ...]:
    """Return the networks of a list with commas.

    >>> _networks("127.0.0.1, 10.0.0.0/8")
    ('127.0.0.1/32', '10.0.0.0/8')
    """
    try:
        return tuple(str(ip_network(part.strip())) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(
            f"{error}. Schrijf adressen of netwerken met komma's ertussen, zoals: 127.0.0.1, 10.0.0.0/8"
        ) from None
