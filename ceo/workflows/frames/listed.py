"""What a list of clients says about one person, whatever kind of file it came in.

These values live in memory only. `person` tells people apart (a client number, or a citizen service number that only a message brings):
it becomes a keyed hash at once and is stored nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Act(StrEnum):
    """The acts under which support is asked for."""

    WMO = "wmo"
    JEUGD = "jeugd"
    PARTICIPATIE = "participatie"


class Sex(StrEnum):
    """As registered; for drawing and for comparing who answered with who was asked."""

    MAN = "man"
    WOMAN = "woman"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How to reach somebody. Everything may be empty; a letter needs name, street and place, a mail an address of mail."""

    name: str = ""
    care_of: str = ""  # whom to write to instead, such as a parent or a legal representative
    street: str = ""  # with number
    postcode: str = ""
    place: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class ListedSupport:
    """One line of support: an act and a product, by whom, and whether it was granted. `product` is in the words of the municipality."""

    act: Act
    product: str = ""
    provider: str = ""
    granted: bool = True  # False: asked for support and did not get it
    started_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ListedClient:
    """One line of a list: a person and one support. The same person may be there more than once.

    `line` is where it stands in the file, for telling people: a row number from 1 (the head counts), or the number of the message part.
    """

    line: int
    person: str = field(repr=False)
    support: ListedSupport
    born_on: date | None = None
    sex: Sex | None = None
    neighbourhood: str = ""  # four digits of the postcode, or a name
    language: str = ""  # ISO 639-1 of the letter; "" is not known
    contact: ContactDetails = field(default_factory=ContactDetails)
    not_before: date | None = None  # nobody writes to this person before that day


@dataclass(frozen=True, slots=True)
class ListFault:
    """One thing that is wrong in a list: where, and what. `code` has words in the workplace; `shown` never holds more than 40 signs."""

    line: int
    column: str  # the name of the column as it stands in the file; "" is the whole line
    code: str
    shown: str = ""


def person_hash(secret_key: bytes, municipality: str, person: str) -> str:
    """Return the keyed hash of a person within a municipality: 64 hexadecimal digits that lead back to nobody without the key.

    Without signs between digits and letters, in capitals, and without zeros in front of a number, which spreadsheets take away: 12-34
    and 001234 are the same number.

    >>> person_hash(bytes(32), "GM0344", "12-34a") == person_hash(bytes(32), "GM0344", "1234A")
    True
    """
    return hmac.new(secret_key, f"person:{municipality}:{plain_number(person)}".encode(), hashlib.sha256).hexdigest()


def plain_number(person: str) -> str:
    """Return the number of a person in the form in which it is compared.

    >>> plain_number("12-34a"), plain_number("001234"), plain_number("000")
    ('1234A', '1234', '0')
    """
    plain = "".join(sign for sign in person.upper() if sign.isalnum())
    return plain.lstrip("0") or "0" if plain.isascii() and plain.isdecimal() else plain
