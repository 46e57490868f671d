"""The directory as a file (CSV): written as it is, and taken in only when nothing in it is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlmodel import select

from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.storage.together import Organisation, Theme
from ceo.workflows.audit.recording import wait_for_turn
from ceo.workflows.frames.reading_csv import read_csv
from ceo.workflows.frames.rows import Row, UnreadableListError
from ceo.workflows.frames.values import plain_word
from ceo.workflows.releases.deciding import By
from ceo.workflows.together.organisations import (
    Known,
    ReadOrganisation,
    TypedOrganisation,
    known_of,
    list_organisations,
    read_organisation,
)
from ceo.workflows.together.typed import Fault, new_id, tell

MOST_ORGANISATIONS: Final = 2_000
LARGEST_FILE: Final = 2_000_000  # bytes
# Fields in the order of the columns, with the names of these.
COLUMNS: Final[Mapping[str, str]] = {
    "name": "naam",
    "kind": "soort",
    "seat": "zetel",
    "works_in": "werkt in",
    "themes": "thema's",
    "address": "adres",
    "text": "tekst",
}
_BETWEEN: Final = "|"  # names of municipalities hold commas
_REQUIRED: Final = frozenset({"name", "kind"})
_FORMULA: Final = tuple("=+-@\t")
_BY_HEAD: Final = {plain_word(head): name for name, head in COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong in a file. `line` counts from 1 and `column` is the name at its head; 0 and "" are the whole file or line."""

    line: int
    column: str
    code: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ImportedDirectory:
    """What a file changed."""

    added: int
    changed: int
    same: int


async def read_known(database: Database) -> Known:
    """Return the places and themes that can be named."""
    async with reading_across(database) as session:
        return known_of((await session.exec(select(Municipality))).all(), (await session.exec(select(Theme))).all())


async def write_directory(database: Database) -> bytes:
    """Return the directory as a file that `import_directory` takes in again, and that spreadsheets open."""
    known = await read_known(database)
    return directory_csv(known.written(row) for row in await list_organisations(database))


def directory_csv(organisations: Iterable[TypedOrganisation]) -> bytes:
    r"""Return organisations as a file. What begins like a formula is told to be text.

    >>> directory_csv([TypedOrganisation("Netwerk A", "netwerk", themes=("Vervoer", "Thuis"))]).decode("utf-8-sig")
    "naam;soort;zetel;werkt in;thema's;adres;tekst\r\nNetwerk A;netwerk;;;Vervoer|Thuis;;\r\n"
    """
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for one in organisations:
        places, themes = _BETWEEN.join(one.works_in), _BETWEEN.join(one.themes)
        cells = (one.name, one.kind, one.seat, places, themes, one.address, one.text)
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return written.getvalue().encode("utf-8-sig")


async def import_directory(database: Database, content: bytes, by: By) -> ImportedDirectory | tuple[FileFault, ...]:
    """Take over a file (CSV with `COLUMNS`), or return everything that is wrong with it, and then nothing is changed.

    An organisation with a name that is known is changed; those that are not in the file stay.
    """
    read, faults = read_directory(content, await read_known(database))
    if faults:
        return faults
    added = changed = 0
    async with shared_transaction(database) as session:
        await wait_for_turn(session, by.place)
        rows = {row.name.casefold(): row for row in await session.exec(select(Organisation))}
        for one in read:
            row = rows.get(one.values["name"].casefold())
            if row is None:
                session.add(Organisation(id=new_id(), **one.values))
                added += 1
            elif any(getattr(row, name) != value for name, value in one.values.items()):
                row.sqlmodel_update(one.values)
                row.row_version += 1
                changed += 1
        if added or changed:
            await tell(session, by, "organisation.imported", "", after={"added": added, "changed": changed})
    return ImportedDirectory(added, changed, len(read) - added - changed)


def read_directory(content: bytes, known: Known) -> tuple[tuple[ReadOrganisation, ...], tuple[FileFault, ...]]:
    """Return the organisations of a file, and everything that is wrong with it, by line and column."""
    if len(content) > LARGEST_FILE:
        return (), (FileFault(0, "", "too-large"),)
    found, faults = list[ReadOrganisation](), list[FileFault]()
    columns: dict[str, int] | None = None
    lines: dict[str, int] = {}
    try:
        for row in read_csv([content]):
            if columns is None:
                columns = _columns(row)
                faults += (FileFault(row.number, COLUMNS[name], "no-column") for name in sorted(_REQUIRED - {*columns}))
                if faults:
                    return (), tuple(faults)
                continue
            read = read_organisation(_typed(row, columns), known)
            faults += (FileFault(row.number, COLUMNS[one.field], one.fault.value, one.about) for one in read.faults)
            name = read.values["name"]
            if name and lines.setdefault(name.casefold(), row.number) != row.number:
                about = str(lines[name.casefold()])
                faults.append(FileFault(row.number, COLUMNS["name"], Fault.TWICE.value, about))
            found.append(read)
    except UnreadableListError as error:
        faults.append(FileFault(error.line, "", "no-list"))
    if not found and not faults:
        faults.append(FileFault(0, "", "empty"))
    if len(found) > MOST_ORGANISATIONS:
        faults.append(FileFault(0, "", "too-many"))
    return tuple(found), tuple(faults)


def _columns(head: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(head.cells):
        if name := _BY_HEAD.get(plain_word(str(cell))):
            found.setdefault(name, place)
    return found


def _typed(row: Row, columns: Mapping[str, int]) -> TypedOrganisation:
    cells = {name: _as_written(str(row.cell(place))) for name, place in columns.items()}
    return TypedOrganisation(
        name=cells["name"],
        kind=cells["kind"],
        seat=cells.get("seat", ""),
        works_in=tuple(cells.get("works_in", "").split(_BETWEEN)),
        themes=tuple(cells.get("themes", "").split(_BETWEEN)),
        address=cells.get("address", ""),
        text=cells.get("text", ""),
    )


def _as_written(cell: str) -> str:
    """Return a cell without the sign with which `directory_csv` says that it is text."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
