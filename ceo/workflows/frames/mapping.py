"""Which column of a list holds what: suggested by the names of columns, chosen by people, and remembered for lists with the same head."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.storage.clients import FrameMapping
from ceo.storage.tenancy import tenant_of
from ceo.workflows.frames.rows import Cell
from ceo.workflows.frames.values import plain_word


class ListField(StrEnum):
    """What a column can hold."""

    CLIENT_NUMBER = "client-number"
    ACT = "act"
    PRODUCT = "product"
    PROVIDER = "provider"
    GRANTED = "granted"
    STARTED_ON = "started-on"
    ENDED_ON = "ended-on"
    BORN = "born"
    SEX = "sex"
    NEIGHBOURHOOD = "neighbourhood"
    LANGUAGE = "language"
    NAME = "name"
    CARE_OF = "care-of"
    STREET = "street"
    NUMBER = "number"
    POSTCODE = "postcode"
    PLACE = "place"
    EMAIL = "email"
    PHONE = "phone"
    NOT_BEFORE = "not-before"


# How to reach somebody. A postcode alone is for drawing by neighbourhood.
CONTACT_FIELDS: Final = frozenset(
    {
        ListField.NAME,
        ListField.CARE_OF,
        ListField.STREET,
        ListField.NUMBER,
        ListField.PLACE,
        ListField.EMAIL,
        ListField.PHONE,
    }
)
# These may stand in several columns, such as a first and a last name.
JOINED_FIELDS: Final = frozenset({ListField.NAME, ListField.CARE_OF, ListField.STREET, ListField.NUMBER})
# In these, nothing tells who somebody is: their first rows can be shown as they are.
PLAIN_FIELDS: Final = frozenset(
    {ListField.ACT, ListField.PRODUCT, ListField.PROVIDER, ListField.GRANTED, ListField.SEX, ListField.LANGUAGE}
)

_NAMES: Final[Mapping[ListField, tuple[str, ...]]] = {
    ListField.CLIENT_NUMBER: (
        "clientnummer",
        "clientnr",
        "clientid",
        "client",
        "klantnummer",
        "klantnr",
        "klantid",
        "persoonsnummer",
        "persoonnr",
        "dossiernummer",
        "dossiernr",
        "nummer",
        "relatienummer",
        "registratienummer",
        "administratienummer",
        "id",
        "clientnumber",
    ),
    ListField.ACT: ("wet", "domein", "regeling", "wetgeving", "act"),
    ListField.PRODUCT: (
        "product",
        "productnaam",
        "productomschrijving",
        "voorziening",
        "soorthulp",
        "hulp",
        "hulpvorm",
        "ondersteuning",
        "maatwerkvoorziening",
        "omschrijving",
        "productcategorie",
    ),
    ListField.PROVIDER: ("aanbieder", "zorgaanbieder", "leverancier", "organisatie", "instelling", "uitvoerder"),
    ListField.GRANTED: ("toegekend", "toekenning", "besluit", "toegewezen", "resultaat", "beschikking"),
    ListField.STARTED_ON: (
        "begindatum",
        "startdatum",
        "ingangsdatum",
        "begin",
        "start",
        "datumingang",
        "datumbegin",
        "datumstart",
        "ingang",
        "van",
        "vanaf",
    ),
    ListField.ENDED_ON: ("einddatum", "eind", "einde", "datumeinde", "datumeind", "stopdatum", "tot", "totenmet", "tm"),
    ListField.BORN: ("geboortedatum", "geboren", "gebdatum", "gebdat", "geboortejaar", "datumgeboorte", "gebjaar"),
    ListField.SEX: ("geslacht", "mv", "sekse", "geslachtmv", "mvx"),
    ListField.NEIGHBOURHOOD: (
        "wijk",
        "buurt",
        "wijknaam",
        "buurtnaam",
        "stadsdeel",
        "kern",
        "postcode4",
        "pc4",
        "gebied",
    ),
    ListField.LANGUAGE: ("taal", "voorkeurstaal", "moedertaal", "taalbrief", "brieftaal", "communicatietaal"),
    ListField.NAME: (
        "naam",
        "achternaam",
        "volledigenaam",
        "clientnaam",
        "voornaam",
        "voorletters",
        "roepnaam",
        "tussenvoegsel",
        "voorvoegsel",
        "voorvoegsels",
        "tussenvoegsels",
        "geslachtsnaam",
        "aanhef",
        "naamclient",
        "tenaamstelling",
    ),
    ListField.CARE_OF: (
        "terattentievan",
        "tav",
        "contactpersoon",
        "vertegenwoordiger",
        "ouder",
        "gezaghebber",
        "gemachtigde",
    ),
    ListField.STREET: (
        "straat",
        "straatnaam",
        "adres",
        "adresregel",
        "adresregel1",
        "correspondentieadres",
        "postadres",
    ),
    ListField.NUMBER: (
        "huisnummer",
        "huisnr",
        "nr",
        "huisletter",
        "toevoeging",
        "huisnummertoevoeging",
        "huisnrtoevoeging",
        "toev",
        "huisnummerentoevoeging",
    ),
    ListField.POSTCODE: ("postcode", "pc", "pc6", "postcode6", "zip"),
    ListField.PLACE: ("plaats", "woonplaats", "plaatsnaam", "woonplaatsnaam", "stad"),
    ListField.EMAIL: ("email", "emailadres", "mail", "mailadres", "epost"),
    ListField.PHONE: ("telefoon", "telefoonnummer", "telnr", "tel", "mobiel", "mobielnummer", "gsm", "telefoonnr"),
    ListField.NOT_BEFORE: ("nietvoor", "nietvoordatum", "nieteerderdan", "embargo", "uitnodigenvanaf"),
}
_BY_NAME: Final = {name: field for field, names in _NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns (by their place from 0) hold what."""

    places: Mapping[ListField, tuple[int, ...]]

    def has(self, *fields: ListField) -> bool:
        """Return whether one of these has a column."""
        return any(field in self.places for field in fields)

    @property
    def with_contacts(self) -> bool:
        """Return whether the list says how to reach people."""
        return self.has(*CONTACT_FIELDS)

    def document(self) -> dict[str, list[int]]:
        """Return it as JSON."""
        return {field.value: list(places) for field, places in self.places.items()}


def read_columns(document: Mapping[str, Sequence[int]]) -> Columns:
    """Return columns from JSON."""
    return Columns({ListField(name): tuple(places) for name, places in document.items()})


def columns_of(chosen: Sequence[ListField | None]) -> Columns:
    """Return columns from what was chosen for each, in order."""
    places: dict[ListField, tuple[int, ...]] = {}
    for place, field in enumerate(chosen):
        if field is not None:
            places[field] = (*places.get(field, ()), place)
    return Columns(places)


def faults_of_columns(columns: Columns, *, needed: Sequence[ListField] = ()) -> dict[str, ListField]:
    """Return what is wrong with a choice, by code, each with the field that it is about."""
    faults: dict[str, ListField] = {}
    for field in (ListField.CLIENT_NUMBER, *needed):
        if field not in columns.places:
            faults[f"no-{field.value}"] = field
    for field, places in columns.places.items():
        if len(places) > 1 and field not in JOINED_FIELDS:
            faults[f"twice-{field.value}"] = field
    return faults


def suggest_columns(head: Sequence[Cell]) -> list[ListField | None]:
    """Return what each column seems to hold, by common Dutch names; None where nobody can tell. The first column of a kind counts.

    >>> [field and field.value for field in suggest_columns(["Cliëntnr.", "Geb. datum", "Kleur", "Wet", "Domein"])]
    ['client-number', 'born', None, 'act', None]
    """
    suggested: list[ListField | None] = []
    for name in head:
        field = _BY_NAME.get(plain_word(str(name)))
        suggested.append(field if field in JOINED_FIELDS or field not in suggested else None)
    return suggested


def looks_like_head(head: Sequence[Cell]) -> bool:
    """Return whether a first row has names of columns, and not somebody's data.

    >>> looks_like_head(["nummer", "naam", ""]), looks_like_head(["12345", "J. Jansen", "1-2-1960"])
    (True, False)
    """
    filled = [str(cell) for cell in head if cell != ""]
    like_data = sum(any(sign.isdigit() for sign in name) and not plain_word(name).isalpha() for name in filled)
    known = any(field is not None for field in suggest_columns(head))
    has_data = any(plain_word(name).isdecimal() or "@" in name for name in filled)
    return bool(filled) and not has_data and (known or 2 * like_data < len(filled))


def head_key(head: Sequence[Cell]) -> str:
    """Return what a head is remembered by: a SHA-256, because the first row may be somebody's data after all."""
    names = [" ".join(str(cell).casefold().split()) for cell in head]
    return hashlib.sha256(json.dumps(names, ensure_ascii=False).encode()).hexdigest()


async def remembered_columns(session: AsyncSession, head: Sequence[Cell]) -> Columns | None:
    """Return what was chosen last for lists with this head; None when there was none."""
    row = await session.get(FrameMapping, (tenant_of(session), head_key(head)))
    return read_columns(row.columns) if row is not None else None


async def remember_columns(session: AsyncSession, head: Sequence[Cell], columns: Columns) -> None:
    """Keep what was chosen for lists with this head."""
    key = head_key(head)
    await session.merge(FrameMapping(municipality=tenant_of(session), head=key, columns=columns.document()))


def masked(cell: Cell) -> str:
    """Return the shape of a cell, from which nobody can be recognised.

    >>> masked("Jan Pietersen"), masked("1234 AB"), masked("j.p@voorbeeld.nl")
    ('Xxx Xxxxxxxxx', '9999 XX', 'x.x@xxxxxxxxx.xx')
    """
    text = cell.strftime("%d-%m-%Y") if not isinstance(cell, str) else cell[:40]
    return "".join(_shape(sign) for sign in text)


def _shape(sign: str) -> str:
    if sign.isdigit():
        return "9"
    if sign.isalpha():
        return "X" if sign.isupper() else "x"
    return sign if sign in " .,-/@+()'" else "?"
