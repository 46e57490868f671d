"""The command `ceo`. Each command reads its input, calls a workflow, and says what happened.

Everything heavy is imported inside the command that needs it, so that `ceo --help` answers at once.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ceo.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from litestar import Litestar

    from questionnaires.problems import Problem

# A file or a pipe has no width of its own: wide enough for a table of figures.
_OUT = Console(highlight=False, width=None if sys.stdout.isatty() else 132)
_ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ceo-survey", prog_name="ceo", message="%(prog)s %(version)s")
def main() -> None:
    """Cliëntervaringsonderzoek voor gemeenten: vragen, wegen, vergelijken, rapporteren."""


@main.command()
@click.option("--port", default=8000, show_default=True, help="Poort van de website.")
@click.option("--fresh", is_flag=True, help="Gooi de vorige demonstratie weg en begin opnieuw.")
def demo(port: int, *, fresh: bool) -> None:
    """Toon het hele product met gesimuleerde gegevens van acht gemeenten.

    De gegevens staan in de map ceo-demo. Een volgende keer gaat de demonstratie verder waar zij was.
    """
    _require_free_port(port)
    folder = Path("ceo-demo").absolute()
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    address = f"http://127.0.0.1:{port}"
    settings = Settings(folder, f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", address)
    asyncio.run(_prepare_demo(settings))
    _serve(settings, "127.0.0.1", port)


async def _prepare_demo(settings: Settings) -> None:
    from ceo.storage.database import open_database
    from ceo.storage.migrating import migrate
    from ceo.workflows.demonstration import MEASUREMENT, is_seeded, next_codes, seed
    from questionnaires.definition import Questionnaire
    from questionnaires.loading import load_questionnaire, shipped_definitions

    async with open_database(settings.database_url) as database:
        await migrate(database)
        if not await is_seeded(database):
            questionnaire = load_questionnaire(shipped_definitions())
            assert isinstance(questionnaire, Questionnaire), f"the shipped definitions have problems: {questionnaire}"
            with Progress(
                TextColumn("Cliënten en antwoorden simuleren"), BarColumn(), MofNCompleteColumn(), console=_OUT
            ) as progress:
                task = progress.add_task("")
                await seed(
                    database,
                    settings,
                    questionnaire,
                    now=datetime.now(UTC),
                    report_progress=lambda done, total: progress.update(task, completed=done, total=total),
                )
        codes = await next_codes(database, settings, today=datetime.now(UTC).date())
    _OUT.print("\n[bold]Demonstratie met gesimuleerde gegevens[/bold]")
    _OUT.print(f"Startpagina            {settings.base_url}/")
    for code in codes[:1]:
        _OUT.print(f"Vragenlijst invullen   {settings.base_url}/{code.municipality}/code/{code.code}  ({code.name})")
        _OUT.print(f"Uitkomsten             {settings.base_url}/{code.municipality}/resultaten/{MEASUREMENT}")
        _OUT.print("  hetzelfde als bestand  /pdf, /xlsx of /csv erachter")
    _OUT.print("Stoppen                Ctrl+C\n")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adres waarop de server luistert.")
@click.option("--port", default=8000, show_default=True, help="Poort waarop de server luistert.")
def serve(host: str, port: int) -> None:
    """Start de website op de database van de instellingen."""
    _require_free_port(port, host)
    settings = _settings()
    _serve(settings, host, port)


def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn

    from ceo.web.app import create_app
    from ceo.web.installation import DatabaseNotCurrentError, require_current

    try:
        asyncio.run(require_current(settings))
    except DatabaseNotCurrentError:
        _fail("De database is leeg of hoort bij een andere versie van CEO. Voer eerst uit: ceo migrate")
    app: Litestar = create_app(settings)
    # No access log: addresses of letters hold codes.
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", server_header=False)


@main.command()
def migrate() -> None:
    """Maak de tabellen, of breng ze naar de nieuwste vorm, en laad de gemeenten."""
    from ceo.workflows.installing import install

    added = asyncio.run(install(_settings()))
    _OUT.print(f"De database is bijgewerkt. Nieuwe gemeenten: {added}.")


@main.command()
@click.argument("files", nargs=-1, type=_FILE)
def check(files: tuple[Path, ...]) -> None:
    """Controleer definities van vragenlijsten; zonder bestand: die van CEO zelf."""
    from questionnaires.loading import check_files, shipped_definitions

    texts = _read_texts(files) if files else shipped_definitions()
    problems = check_files(texts)
    if problems:
        _fail_with(problems)
    _OUT.print(f"{len(texts)} bestanden gecontroleerd, geen fouten.")


@main.command()
@click.argument("file", type=_FILE)
def publish(file: Path) -> None:
    """Stel een vragenlijst vast. Daarna kan deze versie niet meer veranderen."""
    from ceo.storage.database import open_database
    from ceo.workflows.publish import VersionTakenError, publish_questionnaire
    from questionnaires.definition import Questionnaire
    from questionnaires.loading import load_questionnaire

    loaded = load_questionnaire(_read_texts([file]))
    if not isinstance(loaded, Questionnaire):
        _fail_with(loaded)

    async def run(questionnaire: Questionnaire) -> str:
        async with open_database(_settings().database_url) as database:
            return (await publish_questionnaire(database, questionnaire, now=datetime.now(UTC))).content_hash

    try:
        content_hash = asyncio.run(run(loaded))
    except VersionTakenError:
        _fail(
            f"Versie {loaded.version} van {loaded.id} is al vastgesteld met een andere inhoud. "
            f"Een vastgestelde versie verandert niet: maak er versie {loaded.version + 1} van."
        )
    _OUT.print(f"Vastgesteld: {loaded.id}, versie {loaded.version}, {content_hash}")


@main.command()
@click.argument("data", type=_FILE)
@click.option(
    "--plan", "plan_file", type=_FILE, required=True, help="YAML met strata, aantallen of gewichten, vragen en groepen."
)
@click.option("--output", type=_OUTPUT, help="Schrijf het rapport ook naar dit bestand: .csv, .xlsx of .pdf.")
def analyse(data: Path, plan_file: Path, output: Path | None) -> None:
    """Schat uitkomsten met hun onzekerheid uit een CSV-bestand, zonder database."""
    from ceo.workflows.outside_data import analyse_csv

    report = analyse_csv(data, plan_file, today=datetime.now(UTC).date())
    if isinstance(report, tuple):
        _fail_with(report)
    from ceo.terminal import print_figures

    print_figures(report, _OUT)
    if output is not None:
        _write(output, report.model_dump_json())


@main.command()
@click.argument("municipality")
@click.argument("measurement")
@click.option("--output", type=_OUTPUT, required=True, help="Bestand om te schrijven: .pdf, .xlsx, .csv of .html.")
def report(municipality: str, measurement: str, output: Path) -> None:
    """Schrijf het rapport van een gemeente (CBS-code, zoals GM0344) over een meting."""
    from ceo.storage.database import open_database
    from ceo.workflows.editions import make_editions
    from ceo.workflows.reporting import Measurement, make_reports
    from ceo.workflows.results import newest_report

    async def make(gathered: Measurement) -> dict[str, str]:
        return make_reports(gathered)

    async def run() -> str | None:
        async with open_database(_settings().database_url) as database:
            await make_editions(database, measurement, make, today=datetime.now(UTC).date())
            return await newest_report(database, municipality, measurement)

    text = asyncio.run(run())
    if text is None:
        _fail(
            f"Er is geen rapport van {municipality} over {measurement}. "
            "Klopt de code, en zijn er minstens 10 ingevulde vragenlijsten?"
        )
    _write(output, text)


def _write(output: Path, report_text: str) -> None:
    from ceo.workflows.reporting import write_report
    from exports.formats import WRITERS

    extension = output.suffix.removeprefix(".").lower()
    if extension not in WRITERS:
        _fail(f"{output.name}: kies een naam die eindigt op {', '.join('.' + known for known in WRITERS)}.")
    output.write_bytes(write_report(report_text, extension))
    _OUT.print(f"Geschreven: {output}")


def _read_texts(files: Sequence[Path]) -> dict[str, str]:
    from questionnaires.problems import Problem
    from questionnaires.strict_yaml import decode_yaml

    read = {str(file): decode_yaml(file.read_bytes(), str(file)) for file in files}
    problems = [text for text in read.values() if isinstance(text, Problem)]
    if problems:
        _fail_with(problems)
    return {name: text for name, text in read.items() if isinstance(text, str)}


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        _fail(str(error))


def _require_free_port(port: int, host: str = "127.0.0.1") -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            _fail(f"Poort {port} is bezet. Kies een andere, bijvoorbeeld: --port {port + 1}")


def _fail_with(problems: Sequence[Problem]) -> NoReturn:
    for problem in problems:
        _ERRORS.print(str(problem), markup=False)
    number = len(problems)
    _fail(f"{number} {'fout' if number == 1 else 'fouten'} gevonden. Er is niets veranderd.")


def _fail(message: str) -> NoReturn:
    _ERRORS.print(message, style="bold red", markup=False)
    sys.exit(1)
