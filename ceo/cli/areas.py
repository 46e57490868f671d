"""Commands about areas: taking in the table of Statistics Netherlands, and looking what an area is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.inputs import FILE
from ceo.cli.mirroring import mirror, own_list
from ceo.cli.places import work_on
from ceo.clock import dutch_day, now
from ceo.terminal import OUT, fail, fail_with, print_problems, table_of

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.areas.divisions import Areas
    from ceo.workflows.areas.importing import Imported
    from ceo.workflows.areas.laying import Change
    from questionnaires.problems import Problem

# As the record names who did it.
_ACTOR: Final = "ceo areas"
_WHAT: Final = {
    "new": "nieuw",
    "ended": "opgeheven",
    "renamed": "andere naam",
    "moved": "ander gebied",
    "filled": "ingevuld",
}
_MOST_TOLD: Final = 40
_IN_A_LINE: Final = 12


@click.group()
def areas() -> None:
    """Gebieden: gemeenten door de jaren heen, provincies, regio's, grootteklassen en stedelijkheid."""


areas.add_command(mirror)
areas.add_command(own_list)


@areas.command("import")
@click.argument("file", type=FILE, metavar="BESTAND")
@click.option("--year", type=click.IntRange(2000, 2099), help="Van welk jaar de tabel is, als de naam dat niet zegt.")
@click.option("--dry-run", is_flag=True, help="Laat alleen zien wat er zou veranderen.")
def import_file(file: Path, year: int | None, *, dry_run: bool) -> None:
    """Lees de tabel 'Gebieden in Nederland' van het CBS in (CSV van StatLine), van welk jaar ook.

    Of een bestand met herindelingen, met de kolommen ingangsdatum, oude_code, oude_naam, nieuwe_code en nieuwe_naam.
    """
    from ceo.workflows.areas.importing import AreaFile

    given = AreaFile(file.name, file.read_bytes(), year)

    async def run(database: Database, _: Settings) -> Imported | tuple[Problem, ...]:
        from ceo.workflows.areas.importing import import_areas, preview_areas

        if dry_run:
            return await preview_areas(database, given)
        return await import_areas(database, given, actor=_ACTOR, now=now())

    found = work_on(run)
    if isinstance(found, tuple):
        fail_with(found)
    print_problems(found.warnings)
    _tell(found)
    OUT.print("Er is niets bewaard: dit was een proef." if dry_run else "Bewaard.")


@areas.command()
@click.argument("code", metavar="CODE")
@click.option("--op", "day", type=click.DateTime(["%Y-%m-%d"]), help="Een andere dag dan vandaag, zoals 2024-01-01.")
def show(code: str, day: datetime | None) -> None:
    """Toon wat er van een gebied bekend is. CODE is die van het CBS, zoals GM0344, PV26 of GK5."""

    async def run(database: Database, _: Settings) -> Areas:
        from ceo.workflows.areas.divisions import read_areas

        return await read_areas(database)

    known, on = work_on(run), dutch_day() if day is None else day.date()
    code = code.strip().upper()
    if code not in known.places:
        fail(f"Het gebied {code} kennen wij niet. Gebruik een code van het CBS, zoals GM0344, PV26, VR09, GK5 of ST1.")
    for line in _lines(known, code, on):
        OUT.print(line, markup=False)


def _tell(found: Imported) -> None:
    """Say what changes: the first changes one by one, and how many there are."""
    about = "Herindelingen" if found.day is None else f"Gebieden op {found.day:%d-%m-%Y}"
    if not found.changes:
        OUT.print(f"{about}: er verandert niets aan de gebieden. Registercijfers: {found.figures}.")
        return
    rows = [_row(found.areas, change) for change in found.changes[:_MOST_TOLD]]
    rest = len(found.changes) - len(rows)
    note = f"En nog {rest} andere." if rest > 0 else ""
    OUT.print(table_of(about, ("Wat", "Gebied", "Was", "Wordt"), rows, note=note, names=4))
    OUT.print(f"Veranderingen: {len(found.changes)}. Registercijfers: {found.figures}.")


def _row(known: Areas, change: Change) -> tuple[str, str, str, str]:
    from ceo.workflows.areas.divisions import WORDS

    named = f"{known.name(change.code)} ({change.code})" if change.code in known.places else WORDS[change.code]
    before, after = (known.name(text) if text in known.places else text for text in (change.before, change.after))
    return _WHAT[change.what.value], named, before, f"{after} gemeenten" if change.code in WORDS else after


def _lines(known: Areas, code: str, day: date) -> Iterator[str]:
    from ceo.workflows.areas.divisions import MUNICIPALITIES, WORDS, division_of, members_on

    place = known.places[code]
    until = f" tot {place.until:%d-%m-%Y}" if place.until else ""
    yield f"{place.name} ({code}), {WORDS[division_of(code)]}, bekend vanaf {place.since:%d-%m-%Y}{until}"
    if division_of(code) == MUNICIPALITIES:
        yield from _of_municipality(known, code, day)
        return
    members = [known.name(member) for member in members_on(known, code, day)]
    yield f"Gemeenten op {day:%d-%m-%Y}: {len(members)}"
    yield from (f"  {', '.join(part)}" for part in _parts(sorted(members)))


def _of_municipality(known: Areas, code: str, day: date) -> Iterator[str]:
    from ceo.workflows.areas.divisions import WORDS, areas_on, predecessors, successors

    for division, area in areas_on(known, code, day).items():
        yield f"  {WORDS[division]}: {known.name(area)} ({area})"
    for one in predecessors(known, code):
        yield f"  nam op {one.day:%d-%m-%Y} op: {known.name(one.code)} ({one.code})"
    into = [one for one in successors(known, code, day) if one != code]
    if into:
        yield f"  is op {day:%d-%m-%Y}: {', '.join(f'{known.name(one)} ({one})' for one in into)}"


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _IN_A_LINE] for start in range(0, len(names), _IN_A_LINE))
