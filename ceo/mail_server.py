"""Where mail to staff is handed over, read from one address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit


class Encryption(StrEnum):
    """How the line to the mail server is protected."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


_PORTS: Final[Mapping[Encryption, int]] = {Encryption.NONE: 25, Encryption.STARTTLS: 587, Encryption.TLS: 465}
_ENCRYPTIONS: Final[Mapping[str, Encryption]] = {encryption.value: encryption for encryption in Encryption}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server, and the sender of our messages. `user` and `password` are "" when the server asks for none."""

    host: str
    port: int
    encryption: Encryption
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def read_mail_server(url: str, sender: str) -> MailServer:
    """Return the server at an address. Raises `ValueError` with the cause and the cure; it never quotes the address.

    >>> read_mail_server("smtp+starttls://ceo:geheim%40@mail.internal", "ceo@gemeente.nl")
    MailServer(host='mail.internal', port=587, encryption=<Encryption.STARTTLS: 'smtp+starttls'>, sender='ceo@gemeente.nl', user='ceo')
    """
    parts = _split(url)
    encryption = _ENCRYPTIONS[parts.scheme]
    host = parts.hostname
    if not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("CEO_MAIL_URL klopt niet. Schrijf: smtp+starttls://naam:wachtwoord@server:587")
    if parts.password and encryption is Encryption.NONE and not _is_this_machine(host):
        raise ValueError(
            "CEO_MAIL_URL stuurt een wachtwoord over een open lijn. Gebruik smtp+starttls:// of smtps:// in plaats van smtp://."
        )
    return MailServer(
        host,
        parts.port or _PORTS[encryption],
        encryption,
        sender,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number
    except ValueError:
        raise ValueError("CEO_MAIL_URL klopt niet: de poort is geen getal van 1 tot 65535.") from None
    if parts.scheme not in _ENCRYPTIONS:
        raise ValueError("CEO_MAIL_URL begint niet met smtp://, smtp+starttls:// of smtps://.")
    return parts


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
