"""Whom residents of a municipality can turn to: lines that stand on its pages, read from a small file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from questionnaires.problems import Problem
from questionnaires.strict_yaml import read_yaml, validate

_DIGITS: Final = range(4, 16)  # from 1400 to a number with its country
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]*[0-9]", re.ASCII)
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}", re.ASCII)
_HOST: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}", re.ASCII)
_LINE: Final = re.compile(r"[^\x00-\x1f\x7f<>]*")


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text) or sum(sign.isdigit() for sign in text) not in _DIGITS:
        raise ValueError(f"Dit is geen telefoonnummer: {text}. Schrijf het zoals 14 0123 of 0123 45 67 89.")
    return text


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError(f"Dit is geen e-mailadres: {text}. Schrijf het zoals onderzoek@gemeente.nl.")
    return text


def _website(text: str) -> str:
    try:
        parts = urlsplit(text)
        known = (
            parts.scheme == "https"
            and _HOST.fullmatch(parts.netloc) is not None
            and not re.search(r"[\s\"'<>\\]", text)
        )
    except ValueError:
        known = False
    if not known:
        raise ValueError(
            f"Dit is geen adres van een website: {text}. Schrijf het zoals https://www.gemeente.nl/klachten."
        )
    return text


def _website_or_email(text: str) -> str:
    return _email(text) if "@" in text else _website(text)


def _line(text: str) -> str:
    if not _LINE.fullmatch(text) or not text.strip():
        raise ValueError("Dit is geen gewone regel tekst. Schrijf een adres op één regel.")
    return text


Phone = Annotated[str, Field(max_length=30), AfterValidator(_phone)]
Email = Annotated[str, Field(max_length=100), AfterValidator(_email)]
Website = Annotated[str, Field(max_length=200), AfterValidator(_website)]
WebsiteOrEmail = Annotated[str, Field(max_length=200), AfterValidator(_website_or_email)]
Line = Annotated[str, Field(max_length=120), AfterValidator(_line)]


class Contact(BaseModel):
    """The lines of a municipality; None is a line that it does not have.

    `phone` and `email`: help with the survey. `address`: where residents can walk in. `privacy_officer`: who answers questions about
    privacy. `complaints`: where a complaint is made, a page or an e-mail address.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: Phone | None = None
    email: Email | None = None
    address: Line | None = None
    website: Website | None = None
    privacy_officer: Email | None = None
    complaints: WebsiteOrEmail | None = None


NO_CONTACT: Final = Contact()


def read_contact(text: str, file_name: str) -> Contact | list[Problem]:
    """Return the contact lines in a YAML file, or every mistake in it."""
    document = read_yaml(text, file_name)
    if isinstance(document, tuple):
        return list(document)
    contact = validate(Contact, document)
    return list(contact) if isinstance(contact, tuple) else contact


def stored_contact(lines: Mapping[str, Any]) -> Contact:
    """Return contact lines that were kept. Lines that this version of the software would not take are left out."""
    kept: dict[str, Any] = {}
    for name, line in lines.items():
        try:
            Contact.model_validate({name: line})
        except ValidationError:
            continue
        kept[name] = line
    return Contact.model_validate(kept)
