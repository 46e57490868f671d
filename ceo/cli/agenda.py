"""Commands about the knowledge agenda: the directory of who helps, read in from a file and written as one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.inputs import FILE
from ceo.cli.places import work_on
from ceo.clock import now
from ceo.terminal import OUT, fail_with

if TYPE_CHECKING:
    from ceo.settings import Settings
    from ceo.storage.database import Database
    from ceo.workflows.together.directory_files import FileFault, ImportedDirectory
    from questionnaires.problems import Problem

# As the record names who did it.
_ACTOR: Final = "ceo agenda"


@click.group()
def agenda() -> None:
    """Kennisagenda: de staalkaart van netwerken, werkplaatsen en kennisinstellingen."""


@agenda.command("import-directory")
@click.argument("file", type=FILE, metavar="BESTAND")
def import_file(file: Path) -> None:
    """Lees de staalkaart in (CSV), of noem alles wat er in het bestand niet klopt.

    De eerste regel heeft de namen van de kolommen: naam, soort, zetel, werkt in, thema's, adres, tekst.
    Organisaties die niet in het bestand staan, blijven zoals ze zijn.
    """
    content = file.read_bytes()

    async def run(database: Database, _: Settings) -> ImportedDirectory | tuple[FileFault, ...]:
        from ceo.storage.people import NATIONAL
        from ceo.workflows.releases.deciding import By
        from ceo.workflows.together.directory_files import import_directory

        return await import_directory(database, content, By(NATIONAL, _ACTOR, now()))

    found = work_on(run)
    if isinstance(found, tuple):
        fail_with([_problem(file.name, one) for one in found])
    OUT.print(f"Ingelezen: {found.added} nieuw, {found.changed} gewijzigd, {found.same} hetzelfde gebleven.")


@agenda.command("export-directory")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="BESTAND")
def export_file(file: Path) -> None:
    """Schrijf de staalkaart als CSV, zoals import-directory haar weer inleest."""

    async def run(database: Database, _: Settings) -> bytes:
        from ceo.workflows.together.directory_files import write_directory

        return await write_directory(database)

    file.write_bytes(work_on(run))
    OUT.print(f"Geschreven: {file}", markup=False)


def _problem(name: str, fault: FileFault) -> Problem:
    from ceo.web.staff.together.words import file_fault_words
    from questionnaires.problems import Problem

    told = file_fault_words(fault) % {"about": fault.about}
    return Problem(name, fault.line, fault.column, fault.code, told, "")
