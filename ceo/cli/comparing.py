"""The command that compares two versions: what may be taken together, what breaks, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ceo.cli.inputs import FILE, VERSION_HELP, open_version, read_texts
from ceo.terminal import OUT, fail_with, table_of

if TYPE_CHECKING:
    from questionnaires.comparability.crosswalks import Crosswalk
    from questionnaires.comparability.verdicts import VersionComparison

_NO_VERSION: Final = "–"


@click.command(epilog=f"OUD en NIEUW: {VERSION_HELP}")
@click.argument("old", metavar="OUD")
@click.argument("new", metavar="NIEUW")
@click.option("--crosswalk", "crosswalks", type=FILE, multiple=True, help="Eigen omzetting (YAML) die meetelt.")
@click.option("--json", "as_json", is_flag=True, help="Geef alles als JSON, voor andere programma's.")
def diff(old: str, new: str, crosswalks: tuple[Path, ...], *, as_json: bool) -> None:
    """Vergelijk twee versies: welke antwoorden mogen samen, welke reeksen breken, en waarom."""
    from questionnaires.comparability.verdicts import compare_versions

    compared = compare_versions(open_version(old), open_version(new), _crosswalks(crosswalks))
    if as_json:
        click.echo(json.dumps(compared.to_json(), ensure_ascii=False, indent=2))
    else:
        _print(compared)


def _crosswalks(files: tuple[Path, ...]) -> tuple[Crosswalk, ...]:
    from questionnaires.checks.definitions import check_definitions
    from questionnaires.sources import read_sources, shipped_sources

    definitions = read_sources(read_texts(files), shipped_sources())
    problems = check_definitions(definitions)
    if problems:
        fail_with(problems)
    return definitions.all_crosswalks()


def _print(compared: VersionComparison) -> None:
    from questionnaires.comparability.reasons import Verdict
    from questionnaires.comparability.words import words_for_verdict

    old, new = compared.old.questionnaire, compared.new.questionnaire
    OUT.print(f"[bold]{old.reference} naast {new.reference}[/bold]")
    OUT.print("Elke vraag krijgt een letter. De letter zegt of u antwoorden op beide versies bij elkaar mag nemen.\n")
    rows = []
    for one in compared.verdicts:
        versions = (
            str(version) if version is not None else _NO_VERSION for version in (one.old_version, one.new_version)
        )
        rows.append((one.item, one.title, " → ".join(versions), _letter(one.verdict)))
    OUT.print(table_of("Per vraag en samengestelde score", ("Vraag", "Naam", "Versie", "Letter"), rows, names=4))
    for verdict in Verdict:
        if compared.summary[verdict]:
            OUT.print(
                f"{_letter(verdict)}  {compared.summary[verdict]} keer. {words_for_verdict(verdict)}", markup=False
            )
    OUT.print("\n[bold]Wat verandert er voor wie de vragenlijst invult?[/bold]")
    for line in compared.for_residents:
        OUT.print(f"- {line}", markup=False)
    OUT.print("\n[bold]Wat betekent het voor reeksen en vergelijkingen?[/bold]")
    for line in compared.for_series:
        OUT.print(f"- {line}", markup=False)


def _letter(verdict: str) -> str:
    return {"added": "nieuw", "removed": "weg"}.get(str(verdict), str(verdict))
