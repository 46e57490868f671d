"""Commands that make figures: from any CSV, or from the submissions of a round."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ceo.cli.explaining import FORM, asked_cell, explain_figure
from ceo.cli.inputs import FILE, OUTPUT, checked_report, given_settings
from ceo.clock import dutch_day
from ceo.terminal import OUT, fail, fail_with, print_figures, telling_database_faults, telling_progress

if TYPE_CHECKING:
    from analysis.results import Cell


@click.command()
@click.argument("data", type=FILE)
@click.option(
    "--plan", "plan_file", type=FILE, required=True, help="YAML met strata, aantallen of gewichten, vragen en groepen."
)
@click.option(
    "--out",
    "--output",
    "output",
    type=OUTPUT,
    callback=checked_report,
    help="Schrijf het rapport ook naar dit bestand: .csv, .xlsx of .pdf.",
)
@click.option("--register", type=FILE, help="Tabel met de populatie, voor een plan met een weegschema.")
@click.option(
    "--explain",
    metavar=FORM,
    callback=asked_cell,
    help="Laat zien hoe één getal tot stand kwam, zoals share:awards/stype=E.",
)
@click.option(
    "--engine",
    default="inline",
    metavar="inline|processes[:AANTAL]|dask://HOST[:POORT]",
    help="Waar gerekend wordt; standaard hier.",
)
def analyse(
    data: Path, plan_file: Path, output: Path | None, register: Path | None, explain: Cell | None, engine: str
) -> None:
    """Schat uitkomsten met hun onzekerheid uit een bestand (.csv, .sav of .parquet), zonder database."""
    from ceo.workflows.results.outside_data import Given, analyse_files

    given, whole = Given(data, plan_file, register), explain is not None
    with telling_progress("Delen van de gegevens") as progress:
        analysed = analyse_files(given, today=dutch_day(), engine=engine, progress=progress, whole=whole)
    if isinstance(analysed, tuple):
        fail_with(analysed)
    if explain is not None:
        explain_figure(analysed, explain)
    else:
        print_figures(analysed.report)
    if output is not None:
        write_file(output, analysed.report.model_dump_json())


@click.command()
@click.argument("municipality")
@click.argument("measurement")
@click.option(
    "--output",
    type=OUTPUT,
    callback=checked_report,
    required=True,
    help="Bestand om te schrijven: .pdf, .xlsx of .csv.",
)
def report(municipality: str, measurement: str, output: Path) -> None:
    """Schrijf het rapport van een gemeente (CBS-code, zoals GM0344) over een meting."""
    from ceo.storage.database import open_database
    from ceo.storage.migrating import require_current
    from ceo.workflows.results.editions import make_editions
    from ceo.workflows.results.reading import newest_report
    from ceo.workflows.results.reporting import Made, Measurement, make_reports

    async def make(gathered: Measurement) -> Made:
        return make_reports(gathered)

    settings = given_settings()

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
    write_file(output, text)


def write_file(output: Path, report_text: str) -> None:
    """Write a report (as JSON) to a file, in the format of its name."""
    from ceo.workflows.results.reporting import write_report

    output.write_bytes(write_report(report_text, output.suffix.removeprefix(".").lower()))
    OUT.print(f"Geschreven: {output}")
