"""Commands about the house style of a municipality: look at it, change it, undo the change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ceo.cli.inputs import FILE, given_settings
from ceo.terminal import OUT, fail, fail_with, table_of, telling_database_faults

if TYPE_CHECKING:
    from ceo.storage.database import Database
    from ceo.workflows.house.style import Style
    from questionnaires.problems import Problem

Result = TypeVar("Result")


@click.group()
def style() -> None:
    """Bekijk of verander de huisstijl van een gemeente: kleuren, logo en contactregels."""


@style.command("show")
@click.argument("municipality", metavar="GEMEENTE")
def show_style(municipality: str) -> None:
    """Toon de huisstijl die nu in gebruik is (GM0344), met de contrasten."""
    from ceo.workflows.house.style import style_of

    current = _in_database(municipality, lambda database: style_of(database, municipality))
    _print_style(current)


@style.command("set")
@click.argument("municipality", metavar="GEMEENTE")
@click.option("--theme", type=FILE, help="Thema van het NL Design System: een CSS-bestand, of design tokens als .json.")
@click.option("--logo", type=FILE, help="Logo als PNG of SVG.")
@click.option(
    "--contact", type=FILE, help="Contactregels als YAML: phone, email, address, website, privacy_officer, complaints."
)
@click.option("--yes", is_flag=True, help="Neem de huisstijl in gebruik zonder het eerst te vragen.")
def set_style(municipality: str, theme: Path | None, logo: Path | None, contact: Path | None, *, yes: bool) -> None:
    """Geef een gemeente een andere huisstijl. Wat u niet noemt, blijft zoals het is."""
    from dataclasses import replace

    from ceo.workflows.house.style import style_of

    if theme is None and logo is None and contact is None:
        fail("Er is niets opgegeven. Noem een bestand met --theme, --logo of --contact.")
    given = _read(theme, logo, contact)
    current = _in_database(municipality, lambda database: style_of(database, municipality))
    _use(municipality, current, replace(current, **given), yes=yes)


@style.command("undo")
@click.argument("municipality", metavar="GEMEENTE")
@click.option("--yes", is_flag=True, help="Ga terug zonder het eerst te vragen.")
def undo_style(municipality: str, *, yes: bool) -> None:
    """Ga terug naar de vorige huisstijl. Nog een keer ongedaan maken brengt de laatste terug."""
    from ceo.workflows.house.style import previous_style, style_of

    async def both(database: Database) -> tuple[Style, Style]:
        return await style_of(database, municipality), await previous_style(database, municipality)

    current, previous = _in_database(municipality, both)
    _use(municipality, current, previous, yes=yes)


def _read(theme: Path | None, logo: Path | None, contact: Path | None) -> dict[str, Any]:
    """Return what was given by its name in a style; every mistake in every file is told at once."""
    from ceo.workflows.house.contact import read_contact
    from ceo.workflows.house.logos import read_logo
    from ceo.workflows.house.style import find_faults
    from ceo.workflows.house.themes import Theme, read_theme

    read: dict[str, Any] = {}
    if theme is not None:
        read["theme"] = _text(theme, read_theme)
        if isinstance(read["theme"], Theme):
            read["theme"] = find_faults(read["theme"], str(theme)) or read["theme"]
    if logo is not None:
        read["logo"] = read_logo(logo.read_bytes(), str(logo))
    if contact is not None:
        read["contact"] = _text(contact, read_contact)
    problems = [problem for found in read.values() if isinstance(found, list) for problem in found]
    if problems:
        fail_with(problems)
    return read


def _text(file: Path, read: Callable[[str, str], Result | list[Problem]]) -> Result | list[Problem]:
    from questionnaires.problems import Problem
    from questionnaires.strict_yaml import decode_yaml

    text = decode_yaml(file.read_bytes(), str(file))
    return [text] if isinstance(text, Problem) else read(text, str(file))


def _use(municipality: str, current: Style, wanted: Style, *, yes: bool) -> None:
    """Show what changes and, when that is meant, let the municipality use it."""
    from ceo.clock import now
    from ceo.workflows.house.style import StyleChangedError, changes, keep_style

    different = changes(current, wanted)
    if not different:
        OUT.print("Er verandert niets: deze huisstijl is al in gebruik.")
        return
    _print_style(wanted)
    rows = [(one.what, one.before or "niet gekozen", one.after or "niet gekozen") for one in different]
    OUT.print(table_of("Wat verandert", ("Wat", "Nu", "Straks"), rows, names=3))
    if not yes and not click.confirm("Deze huisstijl in gebruik nemen?"):
        fail("Er is niets veranderd.")
    try:
        kept = _in_database(
            municipality,
            lambda database: keep_style(
                database, municipality, wanted, after=current.number, actor="ceo style", now=now()
            ),
        )
    except StyleChangedError:
        fail("Iemand anders veranderde deze huisstijl net. Er is niets veranderd. Kijk eerst met: ceo style show")
    OUT.print(f"In gebruik: versie {kept.number}. De pagina's laten haar binnen een minuut zien.")


def _in_database(municipality: str, work: Callable[[Database], Coroutine[Any, Any, Result]]) -> Result:
    """Run something on the database of this installation, for a municipality that is there."""
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.storage.municipalities import Municipality
    from ceo.storage.tenancy import reading_across

    settings = given_settings()

    async def run() -> Result | None:
        await require_current(settings)
        async with open_database(settings.database_url) as database:
            async with reading_across(database) as session:
                known = await session.get(Municipality, municipality)
            return await work(database) if known is not None else None

    with telling_database_faults():
        found = asyncio.run(run())
    if found is None:
        fail(f"Gemeente {municipality} kennen wij niet. Gebruik de code van het CBS, zoals GM0344.")
    return found


def _print_style(shown: Style) -> None:
    from ceo.workflows.house.contrast import verdicts, written_ratio

    chosen = shown.theme.tokens
    colours = [
        (name, value, "gekozen" if name in chosen else "standaard") for name, value in shown.theme.values.items()
    ]
    OUT.print(table_of("Huisstijl", ("Naam", "Waarde", ""), colours, names=3))
    if shown.theme.passed_over:
        OUT.print(f"Andere namen in het thema, die de pagina's niet gebruiken: {shown.theme.passed_over}.")
    contrasts = [
        (one.pair.what, *map(written_ratio, (one.ratio, one.pair.least))) for one in verdicts(shown.theme.values)
    ]
    OUT.print(table_of("Contrast", ("Wat", "Gemeten", "Nodig"), contrasts))
    OUT.print(f"Logo: {f'{len(shown.logo)} tekens' if shown.logo else 'geen'}.")
    lines = list(shown.contact.model_dump(exclude_none=True).items())
    if lines:
        OUT.print(table_of("Contactregels", ("Regel", ""), lines, names=2))
