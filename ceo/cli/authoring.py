"""Commands for who writes and translates: workbooks of questionnaires, translation files, and XLSForm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.inputs import FILE, OUTPUT, checked_output, read_texts
from ceo.terminal import OUT, fail, fail_with, table_of

if TYPE_CHECKING:
    from questionnaires.problems import Problem
    from questionnaires.resolving import Part
    from questionnaires.sources import Definitions

_FOLDER = click.Path(file_okay=False, path_type=Path)
_WITH: Final = click.option(
    "--with", "files", type=FILE, multiple=True, help="Eigen definities (YAML) die meetellen, naast die van CEO."
)
_INTO: Final = click.option(
    "--folder", type=_FOLDER, default=Path(), help="Map voor de YAML-bestanden; zonder deze keuze de huidige."
)


@click.group()
def questionnaire() -> None:
    """Bewerk een vragenlijst als werkmap (Excel, LibreOffice), of neem een XLSForm over."""


@click.group()
def texts() -> None:
    """Stuur teksten naar een vertaalbureau, en lees ze terug."""


@questionnaire.command("export")
@click.argument("name", metavar="VERSIE")
@click.argument("output", metavar="BESTAND.xlsx", type=OUTPUT, callback=checked_output)
@_WITH
def export_workbook(name: str, output: Path, files: tuple[Path, ...]) -> None:
    """Schrijf een vragenlijst (wmo@2) met haar vertalingen als werkmap."""
    from questionnaires.exchange.workbook.writing import write_workbook

    _require_ending(output, ".xlsx")
    definitions = _definitions(files)
    part = _part(definitions, name)
    _refuse_existing(output)
    output.write_bytes(write_workbook(part, definitions))
    OUT.print(f"Geschreven: {output} ({part.content.reference})")


@questionnaire.command("import")
@click.argument("file", metavar="BESTAND.xlsx", type=FILE)
@_INTO
@_WITH
def import_workbook(file: Path, folder: Path, files: tuple[Path, ...]) -> None:
    """Lees een werkmap terug als YAML. Alle fouten komen tegelijk, met blad en cel."""
    from questionnaires.exchange.workbook.reading import read_workbook

    _keep(read_workbook(file.read_bytes(), str(file), _definitions(files)), folder)


@questionnaire.command("xlsform")
@click.argument("file", metavar="BESTAND.xlsx", type=FILE)
@click.option("--id", "name", required=True, help="Hoe de vragenlijst gaat heten, zoals nl.voorbeeld.enquete.")
@_INTO
def import_xlsform(file: Path, name: str, folder: Path) -> None:
    """Neem een XLSForm-werkmap over, en noem alles wat niet is overgenomen."""
    from questionnaires.exchange.xlsform.importing import Imported, read_xlsform

    found = read_xlsform(file.read_bytes(), str(file), name)
    if not isinstance(found, Imported):
        fail_with(found)
    if found.files:
        _keep(found.files, folder)
        names = list(found.names.items())
        OUT.print(table_of("Vragen die zijn overgenomen", ("In het formulier", "Hier"), names, names=2))
    rows = [(one.place, one.what, one.why) for one in found.not_held]
    if rows:
        OUT.print(table_of(f"Niet overgenomen: {len(rows)}", ("Plaats", "Wat", "Waarom"), rows, names=3))
    else:
        OUT.print("Alles is overgenomen.")
    if not found.files:
        fail("Er is geen vraag die kan worden overgenomen. Er is niets geschreven.")


@texts.command("export")
@click.argument("name", metavar="VERSIE")
@click.argument("language", metavar="TAAL")
@click.argument("output", metavar="BESTAND", type=OUTPUT, callback=checked_output)
@_WITH
def export_texts(name: str, language: str, output: Path, files: tuple[Path, ...]) -> None:
    """Schrijf alle teksten van een vragenlijst voor een vertaler (tr), als .xlsx of .po."""
    from questionnaires.exchange.translation.po import write_translation_po
    from questionnaires.exchange.translation.xlsx import write_translation_xlsx
    from questionnaires.texts import is_language

    _require_ending(output, ".xlsx", ".po")
    if language == "nl" or not is_language(language):
        fail(
            f"Naar {language} kan niet worden vertaald. Geef de code van een andere taal dan het Nederlands, zoals tr."
        )
    definitions = _definitions(files)
    part = _part(definitions, name)
    write = write_translation_po if output.suffix == ".po" else write_translation_xlsx
    _refuse_existing(output)
    output.write_bytes(write(part, language, definitions))
    OUT.print(f"Geschreven: {output} ({part.content.reference}, {language})")


@texts.command("import")
@click.argument("name", metavar="VERSIE")
@click.argument("file", metavar="BESTAND", type=FILE)
@_INTO
@_WITH
def import_texts(name: str, file: Path, folder: Path, files: tuple[Path, ...]) -> None:
    """Lees een vertaald bestand (.xlsx of .po) terug als YAML. Wat nieuw is, krijgt de status concept."""
    from questionnaires.exchange.translation.po import read_translation_po
    from questionnaires.exchange.translation.xlsx import read_translation_xlsx

    _require_ending(file, ".xlsx", ".po")
    definitions = _definitions(files)
    part = _part(definitions, name)
    read = read_translation_po if file.suffix == ".po" else read_translation_xlsx
    _keep(read(file.read_bytes(), str(file), part, definitions), folder)


def _definitions(files: Sequence[Path]) -> Definitions:
    """Return the shipped definitions, and those of an author in front of them."""
    from questionnaires.sources import read_sources, shipped_sources

    if not files:
        return shipped_sources()
    definitions = read_sources(read_texts(files), shipped_sources())
    if definitions.problems:
        fail_with(definitions.problems)
    return definitions


def _part(definitions: Definitions, name: str) -> Part:
    from questionnaires.loading import find_part
    from questionnaires.problems import Problem

    part = find_part(definitions, name, "")
    if isinstance(part, Problem):
        fail(f"{part.cause} {part.cure}")
    return part


def _keep(found: Mapping[str, str] | tuple[Problem, ...], folder: Path) -> None:
    """Write definition files; nothing is written over."""
    if isinstance(found, tuple):
        fail_with(found)
    for name in found:
        _refuse_existing(folder / name)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in found.items():
        (folder / name).write_text(text, encoding="utf-8")
        OUT.print(f"Geschreven: {folder / name}")
    if not found:
        OUT.print("Er stond niets nieuws in dit bestand.")


def _refuse_existing(file: Path) -> None:
    if file.exists():
        fail(f"Het bestand {file} is er al. Kies een andere naam of map: er wordt niets overschreven.")


def _require_ending(file: Path, *endings: str) -> None:
    if file.suffix not in endings:
        fail(f"{file.name}: kies een naam die eindigt op {' of '.join(endings)}.")
