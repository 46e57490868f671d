"""The command that rehearses a version: simulated clients to a finished report."""

from __future__ import annotations

from pathlib import Path

import click

from ceo.cli.figures import write_file
from ceo.cli.inputs import OUTPUT, VERSION_HELP, checked_report, open_version
from ceo.clock import dutch_day
from ceo.terminal import OUT, print_figures, table_of


@click.command(epilog=f"VERSIE: {VERSION_HELP}")
@click.argument("version", metavar="VERSIE")
@click.option("--clients", default=200, show_default=True, type=click.IntRange(10, 5000), help="Cliënten per gemeente.")
@click.option("--seed", default=1, show_default=True, help="Hetzelfde getal geeft dezelfde cliënten.")
@click.option(
    "--output",
    type=OUTPUT,
    callback=checked_report,
    help="Schrijf het rapport naar dit bestand: .pdf, .xlsx of .csv.",
)
def rehearse(version: str, clients: int, seed: int, output: Path | None) -> None:
    """Laat gesimuleerde cliënten een vragenlijst invullen, tot en met het rapport. Er wordt niets bewaard."""
    from ceo.workflows.results.rehearsal import MUNICIPALITIES
    from ceo.workflows.results.rehearsal import rehearse as simulate
    from ceo.workflows.results.reporting import make_reports
    from exports.report import Report

    published = open_version(version)
    with OUT.status("Gesimuleerde cliënten vullen de vragenlijst in"):
        found = simulate(published, clients=clients, seed=seed, today=dutch_day())
        report = make_reports(found.measurement).reports[next(iter(MUNICIPALITIES))]
    OUT.print(f"{found.clients} gesimuleerde cliënten vulden {published.questionnaire.reference} in.")
    OUT.print(f"De kortste weg is {found.shortest} vragen, de langste {found.longest}.")
    rows = [(one.page, f"{one.shown / found.clients:.0%}", str(one.skipped)) for one in found.traffic]
    OUT.print(table_of("Pagina's", ("Pagina", "Gezien door", "Overgeslagen"), rows))
    print_figures(Report.model_validate_json(report))
    if output is not None:
        write_file(output, report)
