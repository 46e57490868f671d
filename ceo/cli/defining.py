"""Commands about definitions: check them, seal a version, withdraw one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from ceo.cli.inputs import FILE, OUTPUT, checked_output, existing_file, given_settings, read_texts
from ceo.cli.showing import print_overview
from ceo.clock import dutch_day
from ceo.terminal import OUT, fail, fail_with, print_problems, telling_database_faults


@click.command()
@click.argument("files", nargs=-1, type=FILE)
def check(files: tuple[Path, ...]) -> None:
    """Controleer definities van vragenlijsten, en zeg wat zij dekken; zonder bestand: die van CEO zelf."""
    from questionnaires.loading import check_files, load_all
    from questionnaires.sources import shipped_definitions

    definitions = read_texts(files) if files else shipped_definitions()
    problems = check_files(definitions)
    if any(not problem.warning for problem in problems):
        fail_with(problems)
    print_problems(problems)
    questionnaires = load_all(definitions)
    if questionnaires:
        print_overview(questionnaires)
    warnings = f"{len(problems)} waarschuwingen" if problems else "geen waarschuwingen"
    OUT.print(f"{len(definitions)} bestanden gecontroleerd, geen fouten, {warnings}.")


@click.command()
@click.argument("given", nargs=-1, required=True, metavar="BESTANDEN... of VERSIE")
@click.option("--name", help="Welke vragenlijst, als er meer in de bestanden staan: nl.ceo.wmo@2.")
@click.option(
    "--output", type=OUTPUT, callback=checked_output, help="Bewaar de vastgestelde versie ook in dit bestand (.json)."
)
def publish(given: tuple[str, ...], name: str | None, output: Path | None) -> None:
    """Stel een vragenlijst vast: uit YAML-bestanden, of een die bij CEO hoort (wmo@2). Daarna verandert die versie niet meer."""
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.workflows.publish import VersionTakenError, publish_questionnaire
    from questionnaires.loading import check_files, load_questionnaire
    from questionnaires.publishing import PublishedVersion
    from questionnaires.questionnaire import Questionnaire
    from questionnaires.sources import shipped_definitions

    if len(given) == 1 and not Path(given[0]).is_file():
        definitions, name = shipped_definitions(), given[0]
    else:
        definitions = read_texts([existing_file(file) for file in given])
    open_warnings = check_files(definitions)
    if open_warnings:
        fail_with(open_warnings)
    loaded = load_questionnaire(definitions, name)
    if not isinstance(loaded, Questionnaire):
        fail_with(loaded)
    settings = given_settings()

    async def run(questionnaire: Questionnaire) -> PublishedVersion:
        await require_current(settings)
        async with open_database(settings.database_url) as database:
            return await publish_questionnaire(database, questionnaire, now=datetime.now(UTC))

    try:
        with telling_database_faults():
            published = asyncio.run(run(loaded))
    except VersionTakenError:
        fail(
            f"Versie {loaded.version} van {loaded.id} is al vastgesteld met een andere inhoud. "
            f"Een vastgestelde versie verandert niet: maak er versie {loaded.version + 1} van."
        )
    if output is not None:
        output.write_text(published.content, encoding="utf-8")
    OUT.print(f"Vastgesteld: {loaded.id}, versie {loaded.version}, {published.content_hash}")


@click.command()
@click.argument("version")
@click.option("--reason", required=True, help="Waarom deze versie niet meer gebruikt mag worden.")
def withdraw(version: str, reason: str) -> None:
    """Trek een vastgestelde versie in (nl.ceo.wmo@2). Zij blijft bewaard; lopende metingen gaan door."""
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.workflows.publish import find_published, withdraw_questionnaire

    settings = given_settings()

    async def run() -> bool:
        await require_current(settings)
        async with open_database(settings.database_url) as database:
            published = await find_published(database, version)
            if published is None:
                return False
            await withdraw_questionnaire(database, published.content_hash, reason, dutch_day())
            return True

    with telling_database_faults():
        done = asyncio.run(run())
    if not done:
        fail(f"De versie {version} is hier niet vastgesteld. Schrijf de hele naam met versie, zoals nl.ceo.wmo@2.")
    OUT.print(f"Ingetrokken: {version}. Reden: {reason}")
