"""Every setting of an installation, once: what it means, what it is when it is not given, and whether it is secret.

`read_settings` reads these and no others, `ceo settings` shows them, and docs/settings.md is made of them (`python docs/settings.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "CEO_"
# Behind the name of a secret: the file that holds it, as containers and systemd hand out secrets.
IN_FILE: Final = "_FILE"
# Settings of the tests, which an installation has nothing to do with.
OF_TESTS: Final = "CEO_TEST_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `meaning` is what the command line says (Dutch), `explanation` what the documentation says (English)."""

    name: str
    meaning: str
    explanation: str
    default: str
    example: str
    secret: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the variables that can give this setting."""
        return (self.name, self.name + IN_FILE) if self.secret else (self.name,)


SETTINGS: Final = (
    Setting(
        "CEO_DATA",
        "map voor SQLite, sleutels en opnamen",
        "folder for SQLite, key files and recorded questions",
        "`ceo-data`",
        "/var/lib/ceo",
    ),
    Setting(
        "CEO_DATABASE_URL",
        "adres van de database",
        "address of the database: `postgresql://` or `sqlite:///`; it holds a password, so it is secret",
        "SQLite in `CEO_DATA`",
        "postgresql://ceo_app:password@db.internal/ceo",
        secret=True,
    ),
    Setting(
        "CEO_OWNER_DATABASE_URL",
        "adres van dezelfde database voor de eigenaar van de tabellen, alleen nodig voor ceo migrate",
        "address of the same PostgreSQL database for the role that owns the tables, read by `ceo migrate`; then the role of "
        "`CEO_DATABASE_URL` gets the rights that serving needs and no others",
        "`CEO_DATABASE_URL`",
        "postgresql://ceo_owner:password@db.internal/ceo",
        secret=True,
    ),
    Setting(
        "CEO_BASE_URL",
        "adres waarop bezoekers de website vinden",
        "the outside address: links in letters and mails start with it; with `https` cookies are secure, browsers are told to stay on "
        "https, and logs are written as JSON",
        "`http://127.0.0.1:8000`",
        "https://ceo.gemeente.nl",
    ),
    Setting(
        "CEO_SECRET_KEY",
        "sleutel van de toegangscodes",
        "64 hexadecimal digits, from which access codes get their meaning. Changing it makes every code on a letter worthless, so it must "
        "not change while a round is open",
        "made once in `CEO_DATA/secret.key`",
        "64 hexadecimal digits",
        secret=True,
    ),
    Setting(
        "CEO_ENCRYPTION_KEYS",
        "sleutels van versleutelde kolommen, de nieuwste vooraan",
        "keys of encrypted columns, 64 hexadecimal digits each, with commas or line ends between them. The first one seals, all of them "
        "open; `ceo keys rotate` makes a new one",
        "made once in `CEO_DATA/encryption.keys`, one a line",
        "new key,old key",
        secret=True,
    ),
    Setting(
        "CEO_TRUSTED_PROXIES",
        "proxy's waarvan de afzender en het nummer van een verzoek worden geloofd",
        "addresses or networks of proxies, with commas, whose `X-Forwarded-For` and `X-Request-ID` count. Without it all visitors behind "
        "a proxy share one limit on wrong codes",
        "none",
        "127.0.0.1, 10.0.0.0/8",
    ),
    Setting(
        "CEO_MAIL_URL",
        "mailserver voor berichten aan medewerkers en mails aan cliënten",
        "mail server for messages to staff and mails to clients: `smtp://` (port 25), `smtp+starttls://` (587) or `smtps://` (465). A name "
        "and password stand in front of the host, percent-encoded, and never go over a line without TLS",
        "none: links are shown instead of mailed, and clients get letters only",
        "smtp+starttls://ceo:password@mail.internal:587",
        secret=True,
    ),
    Setting(
        "CEO_MAIL_FROM",
        "afzender van die berichten",
        "sender of those messages; needed with `CEO_MAIL_URL`",
        "none",
        "ceo@gemeente.nl",
    ),
    Setting(
        "CEO_MAIL_PER_MINUTE",
        "hoogste aantal mails aan cliënten in een minuut, per taak",
        "most mails to clients in a minute, by each job that sends them; what the mail server takes from one sender decides",
        "`60`",
        "120",
    ),
    Setting(
        "CEO_LOG",
        "vorm van het logboek: json of text",
        "form of the log: `json` (a JSON document a line) or `text`",
        "`json` when `CEO_BASE_URL` is https, otherwise `text`",
        "json",
    ),
    Setting(
        "CEO_LOG_LEVEL",
        "vanaf welk belang iets in het logboek komt: info, warning of error",
        "what is logged: `info` (a line for every request), `warning` or `error`",
        "`info` with `json`, `warning` with `text`",
        "info",
    ),
    Setting(
        "CEO_METRICS_NETWORKS",
        "netwerken die /metingen mogen lezen",
        "addresses or networks, with commas, that may read `/metingen`; others get 404",
        "`127.0.0.1, ::1`",
        "127.0.0.1, 10.20.0.0/16",
    ),
)


def setting_named(name: str) -> Setting:
    """Return a setting by its name."""
    return next(setting for setting in SETTINGS if setting.name == name)


def unknown_names(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that look like a setting of ours and are none: most likely a slip of the pen.

    >>> unknown_names({"CEO_DATA": "x", "CEO_TRUSTED_PROXY": "127.0.0.1", "PATH": "/bin"})
    ('CEO_TRUSTED_PROXY',)
    """
    known = {name for setting in SETTINGS for name in setting.names}
    ours = (name for name in environment if name.startswith(PREFIX) and not name.startswith(OF_TESTS))
    return tuple(sorted(name for name in ours if name not in known))
