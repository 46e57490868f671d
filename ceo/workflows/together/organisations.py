"""The directory (staalkaart) of networks, workplaces and knowledge institutes: kept by national editors, read by everybody.

A place is typed by its name or code: a municipality as "Utrecht" or "GM0344", a province as "provincie Utrecht" or "PV26", the country as
"Nederland" or "NL". It is kept as its code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sqlmodel import col, select

from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality
from ceo.storage.people import NATIONAL
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.storage.together import Organisation, Theme
from ceo.workflows.audit.recording import wait_for_turn
from ceo.workflows.releases.deciding import By
from ceo.workflows.together.typed import (
    LONGEST_CONTACT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Fault,
    Gone,
    Wrong,
    check_texts,
    new_id,
    one_line,
    paragraphs,
    tell,
)

_LONGEST: Final = {"name": LONGEST_TITLE, "address": LONGEST_CONTACT, "text": LONGEST_TEXT}
_COUNTRY: Final = "Nederland"
# Only addresses of the web and of mail become a link.
_LINKS: Final = ("https://", "http://")


class Kind(StrEnum):
    """What an organisation is, as people write it in a file."""

    NETWORK = "netwerk"
    WORKPLACE = "werkplaats"
    INSTITUTE = "kennisinstelling"


@dataclass(frozen=True, slots=True)
class TypedOrganisation:
    """An organisation as somebody typed it: places by name or code, themes by name. `row_version` is of what stood on the page."""

    name: str = ""
    kind: str = ""
    seat: str = ""
    works_in: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    address: str = ""
    text: str = ""
    row_version: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What can be named: places and themes by how people write them, and how their codes are written."""

    places: Mapping[str, str]
    themes: Mapping[str, str]
    names: Mapping[str, str]
    theme_names: Mapping[str, str]

    def written(self, row: Organisation) -> TypedOrganisation:
        """Return an organisation as somebody would type it."""
        return TypedOrganisation(
            name=row.name,
            kind=row.kind,
            seat=self.names.get(row.seat, row.seat),
            works_in=tuple(self.names.get(one, one) for one in row.works_in),
            themes=tuple(self.theme_names.get(one, one) for one in row.themes),
            address=row.address,
            text=row.text,
            row_version=row.row_version,
        )


@dataclass(frozen=True, slots=True)
class WantedOrganisations:
    """Which organisations are looked for; "" for what does not matter."""

    theme: str = ""
    kind: str = ""


@dataclass(slots=True)
class ReadOrganisation:
    """What was typed as it is kept, and everything that is wrong with it."""

    values: dict[str, Any]
    faults: list[Wrong] = field(default_factory=list)


def known_of(municipalities: Iterable[Municipality], themes: Iterable[Theme]) -> Known:
    """Return what can be named, of these municipalities and themes."""
    names = {NATIONAL: _COUNTRY}
    for one in municipalities:
        names[one.code] = one.name
        names[one.province_code] = f"provincie {one.province}"
    places = {written.casefold(): code for code, name in names.items() for written in (code, name)}
    theme_names = {one.id: one.name for one in themes}
    return Known(places, {name.casefold(): code for code, name in theme_names.items()}, names, theme_names)


def read_organisation(typed: TypedOrganisation, known: Known) -> ReadOrganisation:
    """Return what was typed as it is kept, with everything that is wrong with it.

    >>> read = read_organisation(TypedOrganisation("Netwerk A", "netwerk", "Nergenshuizen"), known_of([], []))
    >>> [(one.field, one.fault.value, one.about) for one in read.faults]
    [('seat', 'unknown', 'Nergenshuizen')]
    """
    kind, seat = typed.kind.strip().casefold(), one_line(typed.seat)
    texts = {"name": one_line(typed.name), "address": one_line(typed.address), "text": paragraphs(typed.text)}
    faults = [*check_texts(texts, _LONGEST, required=["name"])]
    # A spreadsheet would calculate it.
    faults += (Wrong(name, Fault.FORMULA) for name, text in texts.items() if text.startswith("="))
    if kind not in {one.value for one in Kind}:
        faults.append(Wrong("kind", Fault.UNKNOWN, one_line(typed.kind)))
    code = known.places.get(seat.casefold(), "")
    if seat and not code.startswith("GM"):
        faults.append(Wrong("seat", Fault.UNKNOWN, seat))
    works_in = _found("works_in", typed.works_in, known.places, faults)
    themes = _found("themes", typed.themes, known.themes, faults)
    return ReadOrganisation({**texts, "kind": kind, "seat": code, "works_in": works_in, "themes": themes}, faults)


def link_of(address: str) -> str:
    """Return where the address of an organisation leads; "" when it is no address of the web.

    >>> link_of("https://voorbeeld.nl"), link_of("javascript:alert(1)"), link_of("www.voorbeeld.nl/wmo")
    ('https://voorbeeld.nl', '', 'https://www.voorbeeld.nl/wmo')
    """
    if " " in address:
        return ""
    if address.startswith("www."):
        return f"https://{address}"
    return address if address.startswith(_LINKS) else ""


async def list_organisations(
    database: Database, wanted: WantedOrganisations = WantedOrganisations()
) -> tuple[Organisation, ...]:
    """Return the organisations of a kind and a theme, by name."""
    statement = select(Organisation).order_by(col(Organisation.name))
    if wanted.kind:
        statement = statement.where(col(Organisation.kind) == wanted.kind)
    async with reading_across(database) as session:
        rows = (await session.exec(statement)).all()
    return tuple(row for row in rows if wanted.theme in {"", *row.themes})


async def find_organisation(database: Database, organisation_id: str) -> Organisation | None:
    """Return an organisation; None when there is none."""
    async with reading_across(database) as session:
        return await session.get(Organisation, organisation_id)


async def add_organisation(
    database: Database, typed: TypedOrganisation, known: Known, by: By
) -> Organisation | tuple[Wrong, ...]:
    """Add an organisation, or return everything that is wrong with it."""
    read = read_organisation(typed, known)
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        names = (await session.exec(select(Organisation.name))).all()
        faults = _with_taken(read, names)
        if faults:
            return faults
        row = Organisation(id=new_id(), **read.values)
        session.add(row)
        await tell(session, by, "organisation.added", row.id, after={"title": row.name})
    return row


async def change_organisation(
    database: Database, organisation_id: str, typed: TypedOrganisation, known: Known, by: By
) -> tuple[Wrong, ...] | Gone:
    """Change an organisation, or return everything that is wrong."""
    read = read_organisation(typed, known)
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        row = await session.get(Organisation, organisation_id)
        if row is None:
            return Gone()
        others = select(Organisation.name).where(col(Organisation.id) != organisation_id)
        faults = _with_taken(read, (await session.exec(others)).all())
        if row.row_version != typed.row_version:
            faults = (*faults, Wrong("", Fault.CHANGED))
        if faults:
            return faults
        before = row.name
        row.sqlmodel_update(read.values)
        row.row_version += 1
        await tell(session, by, "organisation.changed", row.id, before={"title": before}, after={"title": row.name})
    return ()


async def remove_organisation(database: Database, organisation_id: str, by: By) -> Gone | None:
    """Take an organisation out of the directory."""
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        row = await session.get(Organisation, organisation_id)
        if row is None:
            return Gone()
        await session.delete(row)
        await tell(session, by, "organisation.removed", row.id, before={"title": row.name})
    return None


def _with_taken(read: ReadOrganisation, names: Collection[str]) -> tuple[Wrong, ...]:
    taken = read.values["name"].casefold() in {one.casefold() for one in names}
    return (*read.faults, *([Wrong("name", Fault.TAKEN)] if taken else []))


def _found(field_name: str, typed: Sequence[str], known: Mapping[str, str], faults: list[Wrong]) -> list[str]:
    """Return the codes of what was named; what is not known becomes a fault."""
    names = [one_line(one) for one in typed if one.strip()]
    faults += (Wrong(field_name, Fault.UNKNOWN, one) for one in names if one.casefold() not in known)
    return list(dict.fromkeys(known[one.casefold()] for one in names if one.casefold() in known))
