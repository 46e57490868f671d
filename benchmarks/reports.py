"""How long the reports of a country take, and how much memory: composing and writing 1, 20 and 342 of them.

Run: python benchmarks/reports.py [--reports 1,20,342] [--municipalities 342]. Every number of reports in a process of its own.

Figures are made up: all questions of a shipped questionnaire, and theme scores of all municipalities beside each other. Time is
processor time. Beside it stands a floor, in the same process: pages with nothing but fifty lines of plain text each, without tags. Both are
the least of some rounds where there are few.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import resource
import sys
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from math import sqrt
from multiprocessing.connection import Connection
from time import process_time

from analysis.plan import NOT_COUNTED
from analysis.policy import DisclosurePolicy
from analysis.results import (
    Cell,
    Comparison,
    Estimate,
    Inference,
    Interval,
    Measure,
    Method,
    Pair,
    ProtectedComparison,
    ProtectedFigure,
    ProtectedResults,
)
from exports.composing import compose_municipality_report
from exports.findings import ReportContext
from exports.municipal_report.council import compose_council_page
from exports.pdf.writing import write_pdf
from questionnaires.codebook import Codebook, build_codebook
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish

QUESTIONNAIRE = "wmo@2"
PLAIN_PAGES = 200
LINES = 50
FEW = 5  # so many times as many rounds as reports
MEGABYTE = 1024
PAGE = re.compile(rb"/Type /Page\b")


def estimate(value: float, n: int, sd: float) -> Estimate:
    """A figure of n respondents out of four times as many clients."""
    se = sd / sqrt(n) * sqrt(0.75)
    interval = Interval(value - 1.96 * se, value + 1.96 * se)
    return Estimate(value, se, interval, n, float(n), 4.0 * n, n - 1.0, 1.0, Method.T, Inference.FINITE)


def compared(value: float, n: int) -> Comparison:
    """A difference with all together."""
    se = 20 / sqrt(n)
    interval = Interval(value - 1.96 * se, value + 1.96 * se)
    p_value = 0.001 if abs(value) > 1.96 * se else 0.5
    return Comparison(value, se, interval, n - 1.0, p_value, p_value, "f", abs(value) >= 3, n, 9 * n, Inference.PROCESS)


def country(codebook: Codebook, municipalities: int) -> tuple[ProtectedResults, dict[str, int]]:
    """Figures of all municipalities, and their numbers of respondents."""
    rng = random.Random(1)
    sizes = {f"GM{number:04}": 12 + round(40 * rng.paretovariate(1.2)) for number in range(municipalities)}
    figures: dict[Cell, ProtectedFigure] = {}
    comparisons: dict[Pair, ProtectedComparison] = {}
    for unit, n in {**sizes, "": sum(sizes.values())}.items():
        for cell, value, sd in cells(codebook, unit, rng):
            figures[cell] = estimate(value, n, sd)
            if unit and cell.measure is Measure.SCORE and not cell.breakdown:
                comparisons[Pair(cell)] = compared(value - 70, n)
    counts = {**sizes, "": sum(sizes.values())}
    populations = {unit: 4.0 * n for unit, n in counts.items()}
    return ProtectedResults(figures, comparisons, counts, populations, DisclosurePolicy()), sizes


def cells(codebook: Codebook, unit: str, rng: random.Random) -> Iterator[tuple[Cell, float, float]]:
    """What a report shows of a municipality: place, value and standard deviation."""
    levels = [(it.item, code.code) for it in codebook.variables if it.breakdown for code in it.codes]
    for composite in codebook.composites:
        for breakdown, level in (("", ""), *levels):
            yield Cell(Measure.SCORE, composite.composite, "", unit, breakdown, level), rng.gauss(70, 4), 24
    for variable in codebook.variables:
        if variable.kind not in NOT_COUNTED:
            for code in variable.codes:
                yield Cell(Measure.CATEGORY, variable.item, code.code, unit), 1 / len(variable.codes), 0.4
            if any(code.score is not None for code in variable.codes):
                yield Cell(Measure.SCORE, variable.item, "", unit), rng.gauss(70, 6), 24
                yield Cell(Measure.SHARE, variable.item, "", unit), rng.uniform(0.4, 0.9), 0.45


def context_of(unit: str, sizes: dict[str, int], codebook: Codebook) -> ReportContext:
    """What a report says about its round."""
    return ReportContext(
        municipality=unit,
        municipality_name=f"Gemeente {unit}",
        round_title="Cliëntervaringsonderzoek Wmo 2026",
        period="1 januari tot en met 31 maart 2026",
        simulated=True,
        invited=3 * sizes[unit],
        submitted=sizes[unit],
        counted=sizes[unit],
        units={name: f"Gemeente {name}" for name in sizes},
        questionnaire=codebook.questionnaire,
        questionnaire_version=codebook.version,
        questionnaire_hash=codebook.content_hash,
        software_version="0.1.0",
        made_on=date(2026, 6, 1),
    )


def plain_pages(number: int) -> int:
    """Write pages of text without tags; return the bytes."""
    from reportlab.pdfgen.canvas import Canvas

    from exports.typeface import REGULAR, face

    face()
    output = BytesIO()
    canvas = Canvas(output, pageCompression=1)
    for page in range(number):
        canvas.setFont(REGULAR, 10)
        for line in range(LINES):
            canvas.drawString(
                56, 780 - 14 * line, f"Pagina {page}, regel {line}: de hulp begon op het moment dat ik die nodig had."
            )
        canvas.showPage()
    canvas.save()
    return len(output.getvalue())


def measure(reports: int, municipalities: int, told: Connection) -> None:
    """Tell pages, seconds, bytes and memory of so many reports, and the seconds of a plain page."""
    codebook = build_codebook(publish(load_shipped(QUESTIONNAIRE)))
    results, sizes = country(codebook, municipalities)
    first = context_of(next(iter(sizes)), sizes, codebook)
    write_pdf(compose_council_page(results, codebook, first))  # loads what the first one needs
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    began = process_time()
    plain_pages(PLAIN_PAGES)
    plain = (process_time() - began) / PLAIN_PAGES
    seconds, size, pages = [], 0, 0
    for _ in range(max(FEW // reports, 1)):
        began = process_time()
        size = pages = 0
        for unit in list(sizes)[:reports]:
            report = compose_municipality_report(results, codebook, context_of(unit, sizes, codebook))
            content = write_pdf(report)
            size += len(content)
            pages += len(PAGE.findall(content))
        seconds.append(process_time() - began)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    began = process_time()
    for unit in list(sizes)[:reports]:
        write_pdf(compose_council_page(results, codebook, context_of(unit, sizes, codebook)))
    council = process_time() - began
    told.send((pages, min(seconds), council, size, before, memory, plain))


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", default="1,20,342")
    parser.add_argument("--municipalities", type=int, default=342)
    given = parser.parse_args()
    spawning = multiprocessing.get_context("spawn")
    for reports in map(int, given.reports.split(",")):
        here, there = spawning.Pipe()
        process = spawning.Process(target=measure, args=(reports, given.municipalities, there))
        process.start()
        there.close()
        pages, seconds, council, size, before, memory, plain = here.recv()
        process.join()
        print(
            f"{reports} reports, {pages} pages, {size / 1e6:.1f} MB: {seconds:.1f} s, {pages / seconds:.1f} pages a second, "
            f"{1000 * seconds / reports:.0f} ms a report; a page takes {seconds / pages / plain:.1f} plain pages"
        )
        print(
            f"  council pages {1000 * council / reports:.0f} ms each; peak memory {memory:.0f} MB, of which {before:.0f} MB before"
        )


if __name__ == "__main__":
    sys.exit(main())
