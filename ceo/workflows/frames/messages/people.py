"""The client of a message: who it is, when born, where somebody lives, and how a letter is addressed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from ceo.workflows.frames.listed import Act, ContactDetails, Sex
from ceo.workflows.frames.messages.fields import Fields
from ceo.workflows.frames.values import middle_of, read_language, read_postcode
from questionnaires.personal_data import passes_eleven_test

# Below this age a letter about youth care is for the parents.
_OWN_LETTER_FROM: Final = 12

_BSN: Final = re.compile(r"\d{9}", re.ASCII)
_EARLIEST: Final = 1880
_SEXES: Final[Mapping[str, Sex | None]] = {"0": None, "1": Sex.MAN, "2": Sex.WOMAN, "9": None}
# How much of a day of birth is not known: the middle of what is known stands for it.
_DAY_UNKNOWN, _MONTH_UNKNOWN, _ALL_UNKNOWN = "1", "2", "3"
_DATE_USES: Final = {use: use for use in (_DAY_UNKNOWN, _MONTH_UNKNOWN, _ALL_UNKNOWN)}
# Kinds of address, the best first: where letters are wanted, as registered, where somebody stays, where somebody stays for a while.
_FOR_LETTERS: Final = ("02", "01", "03", "04")
_FOR_LIVING: Final = ("01", "03", "02", "04")
# Names to use: the own one, that of the partner, both in either order. 5 (pseudonym) and 6 (no person) have one name only.
_PARTNER, _PARTNER_FIRST, _OWN_FIRST = "2", "3", "4"
# Who acts for a client by law: curator, guardian, mentor. And for a child: parent, foster parent.
_LEGAL: Final = ("03", "11", "15")
_PARENTS: Final = ("10", "13")
_BESIDE: Final = {"TO": "t/o ", "BY": "bij "}


@dataclass(frozen=True, slots=True)
class Person:
    """Who a message is about. `bsn` is a citizen service number that passes the test of eleven; it stays in memory."""

    bsn: str = field(repr=False)
    born_on: date | None = None
    sex: Sex | None = None
    neighbourhood: str = ""
    language: str = ""
    contact: ContactDetails = field(default_factory=ContactDetails)


def read_bsn(client: Fields) -> str:
    """Return the number of a client; "" when it is missing or cannot be one, which is a fault."""
    bsn = client.text("Bsn", required=True)
    if bsn and not (_BSN.fullmatch(bsn) and passes_eleven_test(bsn)):
        client.tell("message-bsn", "Bsn")
        return ""
    return bsn


def read_person(client: Fields, act: Act, *, written_on: date | None) -> Person:
    """Return the client of an assignment. `written_on`: the date of the message; nobody was born after it."""
    born_on = _read_birth(client, written_on)
    person = Person(
        bsn=read_bsn(client),
        born_on=born_on,
        sex=client.chosen("Geslacht", meanings=_SEXES),
        neighbourhood=_neighbourhood(client),
        language=_language(client),
    )
    young = (
        act is Act.JEUGD
        and born_on is not None
        and written_on is not None
        and _age(born_on, written_on) < _OWN_LETTER_FROM
    )
    care_of = _who_acts(client, (*_LEGAL, *_PARENTS) if young else _LEGAL)
    return replace(person, contact=replace(_contact(client), name=_read_name(client), care_of=care_of))


def _read_birth(client: Fields, written_on: date | None) -> date | None:
    day = client.day("Geboortedatum", "Datum", required=True)
    use = client.chosen("Geboortedatum", "DatumGebruik", meanings=_DATE_USES)
    if day is None or use == _ALL_UNKNOWN:
        return None
    if day.year < _EARLIEST or (written_on is not None and day > written_on):
        client.tell("message-date-impossible", "Geboortedatum", "Datum")
        return None
    if use == _MONTH_UNKNOWN:
        return middle_of(day.year)
    return day.replace(day=15) if use == _DAY_UNKNOWN else day


def _age(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _read_name(someone: Fields) -> str:
    """Return initials and the name that somebody uses, such as T. de Wit-van Galen."""
    named = someone.part("Naam")
    if named is None:
        someone.tell("message-missing", "Naam")
        return ""
    own, partner = _family_name(named.part("Geslachtsnaam")), _family_name(named.part("Partnernaam"))
    use = named.text("NaamGebruik")
    if partner and use == _PARTNER:
        family = partner
    elif partner and use in {_PARTNER_FIRST, _OWN_FIRST}:
        family = f"{partner}-{own}" if use == _PARTNER_FIRST else f"{own}-{partner}"
    else:
        family = own
    initials = "".join(f"{letter}." for letter in named.text("Voorletters") if letter.isalpha())
    return " ".join(filter(None, (initials or named.text("Voornamen"), family)))


def _family_name(name: Fields | None) -> str:
    if name is None:
        return ""
    return " ".join(filter(None, (name.text("Voorvoegsel"), name.text("Achternaam"))))


def _who_acts(client: Fields, kinds: tuple[str, ...]) -> str:
    """Return the name of who acts for a client: in the order of `kinds`, and then of the message."""
    listed = client.part("Relaties")
    relations = list(listed.parts("Relatie")) if listed is not None else []
    for kind in kinds:
        for relation in relations:
            if relation.text("Soort") == kind:
                return _read_name(relation)
    return ""


def _contacts(client: Fields, order: tuple[str, ...]) -> list[Fields]:
    listed = client.part("Contactgegevens")
    contacts = list(listed.parts("Contact")) if listed is not None else []
    known = [contact for contact in contacts if contact.text("Soort") in order]
    return sorted(known, key=lambda contact: order.index(contact.text("Soort")))


def _language(client: Fields) -> str:
    """Return the language of an interpreter. It is free text: one that we do not know is no fault."""
    language = read_language(client.text("Communicatie", "Taal"))
    return language if isinstance(language, str) else ""


def _neighbourhood(client: Fields) -> str:
    for contact in _contacts(client, _FOR_LIVING):
        postcode = read_postcode(contact.text("Adres", "Postcode"), whole=True)
        if isinstance(postcode, str) and postcode:
            return postcode[:4]
    return ""


def _contact(client: Fields) -> ContactDetails:
    contacts = _contacts(client, _FOR_LETTERS)
    address = next((place for contact in contacts if (place := contact.part("Adres")) is not None), None)
    details = ContactDetails(
        email=next(filter(None, (contact.text("Emailadres") for contact in contacts)), ""),
        phone=next(filter(None, (_phone(contact) for contact in contacts)), ""),
    )
    return details if address is None else replace(details, **_address(address))


def _address(address: Fields) -> dict[str, str]:
    house = address.part("Huis")
    number = (
        ""
        if house is None
        else _BESIDE.get(house.text("AanduidingWoonadres"), "")
        + house.text("Huisnummer")
        + house.text("Huisletter")
        + f" {house.text('HuisnummerToevoeging')}".rstrip()
    )
    written = address.text("Postcode")
    dutch = read_postcode(written, whole=True)
    country = address.text("LandCode")
    place = address.text("Plaatsnaam")
    return {
        "street": " ".join(filter(None, (address.text("Straatnaam"), number))),
        "postcode": dutch if isinstance(dutch, str) else written,
        "place": place if country in {"", "NL"} else f"{place} ({country})",
    }


def _phone(contact: Fields) -> str:
    number, country = (contact.text("Telefoon", "Telefoon01", name) for name in ("Telefoonnummer", "Landnummer"))
    abroad = country.lstrip("0+")
    return f"+{abroad} {number.removeprefix('0')}" if number and abroad not in {"", "31"} else number
