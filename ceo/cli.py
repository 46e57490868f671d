"""The command `ceo`. Each command reads its input, calls a workflow, and says what happened.

Everything heavy is imported inside the command that needs it, so that `ceo --help` answers at once.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ceo.clock import dutch_day
from ceo.settings import Settings, SettingsError, read_settings
from ceo.terminal import OUT, fail, fail_with, print_figures, telling_database_faults

if TYPE_CHECKING:
    from litestar import Litestar

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)


def _checked_output(_context: click.Context, _option: click.Parameter, output: Path | None) -> Path | None:
    """Refuse a file that could not be written, before the work is done."""
    from exports.formats import WRITERS

    if output is not None and output.suffix.removeprefix(".").lower() not in WRITERS:
        fail(f"{output.name}: kies een naam die eindigt op {', '.join('.' + known for known in WRITERS)}.")
    if output is not None and not output.absolute().parent.is_dir():
        fail(f"De map {output.parent} bestaat niet. Maak haar eerst, of kies een andere.")
    return output


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
    settings = Settings(folder, f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", f"http://127.0.0.1:{port}")
    asyncio.run(_prepare_demo(settings, fresh=fresh))
    _serve(settings, "127.0.0.1", port)


async def _prepare_demo(settings: Settings, *, fresh: bool) -> None:
    from ceo.storage.database import open_database
    from ceo.storage.migrating import migrate
    from ceo.workflows.demonstration import MEASUREMENT, forget, is_complete, next_codes, seed
    from questionnaires.definition import Questionnaire
    from questionnaires.loading import load_questionnaire, shipped_definitions

    if fresh or not is_complete(settings):
        forget(settings)
    async with open_database(settings.database_url) as database:
        await migrate(database)
        if not is_complete(settings):
            questionnaire = load_questionnaire(shipped_definitions())
            assert isinstance(questionnaire, Questionnaire), f"the shipped definitions have problems: {questionnaire}"
            with Progress(
                TextColumn("Cliënten en antwoorden simuleren"), BarColumn(), MofNCompleteColumn(), console=OUT
            ) as progress:
                task = progress.add_task("")
                await seed(
                    database,
                    settings,
                    questionnaire,
                    now=datetime.now(UTC),
                    report_progress=lambda done, total: progress.update(task, completed=done, total=total),
                )
        codes = await next_codes(database, settings, today=dutch_day())
    OUT.print("\n[bold]Demonstratie met gesimuleerde gegevens[/bold]")
    OUT.print(f"Startpagina            {settings.base_url}/")
    for code in codes[:1]:
        OUT.print(f"Vragenlijst invullen   {settings.base_url}/{code.municipality}/code/{code.code}  ({code.name})")
        OUT.print(f"Uitkomsten             {settings.base_url}/{code.municipality}/resultaten/{MEASUREMENT}")
        OUT.print("  hetzelfde als bestand  /pdf, /xlsx of /csv erachter")
    OUT.print("Stoppen                Ctrl+C\n")


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
    from ceo.web.installation import require_current

    with telling_database_faults():
        asyncio.run(require_current(settings))
    app: Litestar = create_app(settings)
    # No access log: addresses of letters hold codes.
    uvicorn.run(app, host=host, port=port, access_log=False, log_level="warning", server_header=False)


@main.command()
def migrate() -> None:
    """Maak de tabellen, of breng ze naar de nieuwste vorm, en laad de gemeenten."""
    from ceo.workflows.installing import install

    settings = _settings()
    with telling_database_faults():
        added = asyncio.run(install(settings))
    OUT.print(f"De database is bijgewerkt. Nieuwe gemeenten: {added}.")


@main.command()
@click.argument("files", nargs=-1, type=_FILE)
def check(files: tuple[Path, ...]) -> None:
    """Controleer definities van vragenlijsten; zonder bestand: die van CEO zelf."""
    from questionnaires.loading import check_files, shipped_definitions

    texts = _read_texts(files) if files else shipped_definitions()
    problems = check_files(texts)
    if problems:
        fail_with(problems)
    OUT.print(f"{len(texts)} bestanden gecontroleerd, geen fouten.")


@main.command()
@click.argument("file", type=_FILE)
def publish(file: Path) -> None:
    """Stel een vragenlijst vast. Daarna kan deze versie niet meer veranderen."""
    from ceo.storage.database import open_database
    from ceo.web.installation import require_current
    from ceo.workflows.publish import VersionTakenError, publish_questionnaire
    from questionnaires.definition import Questionnaire
    from questionnaires.loading import load_questionnaire

    loaded = load_questionnaire(_read_texts([file]))
    if not isinstance(loaded, Questionnaire):
        fail_with(loaded)

    settings = _settings()

    async def run(questionnaire: Questionnaire) -> str:
        await require_current(settings)
        async with open_database(settings.database_url) as database:
            return (await publish_questionnaire(database, questionnaire, now=datetime.now(UTC))).content_hash

    try:
        with telling_database_faults():
            content_hash = asyncio.run(run(loaded))
    except VersionTakenError:
        fail(
            f"Versie {loaded.version} van {loaded.id} is al vastgesteld met een andere inhoud. "
            f"Een vastgestelde versie verandert niet: maak er versie {loaded.version + 1} van."
        )
    OUT.print(f"Vastgesteld: {loaded.id}, versie {loaded.version}, {content_hash}")


@main.command()
@click.argument("data", type=_FILE)
@click.option(
    "--plan", "plan_file", type=_FILE, required=True, help="YAML met strata, aantallen of gewichten, vragen en groepen."
)
@click.option(
    "--output",
    type=_OUTPUT,
    callback=_checked_output,
    help="Schrijf het rapport ook naar dit bestand: .csv, .xlsx of .pdf.",
)
def analyse(data: Path, plan_file: Path, output: Path | None) -> None:
    """Schat uitkomsten met hun onzekerheid uit een CSV-bestand, zonder database."""
    from ceo.workflows.outside_data import analyse_csv

    report = analyse_csv(data, plan_file, today=dutch_day())
    if isinstance(report, tuple):
        fail_with(report)
    print_figures(report)
    if output is not None:
        _write(output, report.model_dump_json())


@main.command()
@click.argument("municipality")
@click.argument("measurement")
@click.option(
    "--output",
    type=_OUTPUT,
    callback=_checked_output,
    required=True,
    help="Bestand om te schrijven: .pdf, .xlsx of .csv.",
)
def report(municipality: str, measurement: str, output: Path) -> None:
    """Schrijf het rapport van een gemeente (CBS-code, zoals GM0344) over een meting."""
    from ceo.storage.database import open_database
    from ceo.web.installation import require_current
    from ceo.workflows.editions import make_editions
    from ceo.workflows.reporting import Measurement, make_reports
    from ceo.workflows.results import newest_report

    async def make(gathered: Measurement) -> dict[str, str]:
        return make_reports(gathered)

    settings = _settings()

    async def run() -> str | None:
        await require_current(settings)
        async with open_database(settings.database_url) as database:
            await make_editions(database, measurement, make, today=dutch_day())
            return await newest_report(database, municipality, measurement)

    with telling_database_faults():
        text = asyncio.run(run())
    if text is None:
        fail(
            f"Er is geen rapport van {municipality} over {measurement}. "
            "Klopt de code, en zijn er minstens 10 ingevulde vragenlijsten?"
        )
    _write(output, text)


def _write(output: Path, report_text: str) -> None:
    from ceo.workflows.reporting import write_report

    output.write_bytes(write_report(report_text, output.suffix.removeprefix(".").lower()))
    OUT.print(f"Geschreven: {output}")


def _read_texts(files: Sequence[Path]) -> dict[str, str]:
    from questionnaires.problems import Problem
    from questionnaires.strict_yaml import decode_yaml

    read = {str(file): decode_yaml(file.read_bytes(), str(file)) for file in files}
    problems = [text for text in read.values() if isinstance(text, Problem)]
    if problems:
        fail_with(problems)
    return {name: text for name, text in read.items() if isinstance(text, str)}


def _settings() -> Settings:
    try:
        return read_settings()
    except SettingsError as error:
        fail(str(error))


def _require_free_port(port: int, host: str = "127.0.0.1") -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            fail(f"Poort {port} is bezet. Kies een andere, bijvoorbeeld: --port {port + 1}")
