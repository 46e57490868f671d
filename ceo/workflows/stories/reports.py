"""The quotes in the report of a round: added each time that it is shown, and kept nowhere with it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass

from ceo.storage.database import Database
from ceo.workflows.results.reading import ShownResults
from ceo.workflows.stories.quotes import quotes_for


@dataclass(frozen=True, slots=True)
class QuotedReport:
    """A report as JSON with the quotes that may be read now. `name` identifies it: other quotes make another name."""

    name: str
    report: str


async def quoted_report(database: Database, results: ShownResults) -> QuotedReport:
    """Return the report of the newest edition of a round with the quotes that were picked for it and are allowed now."""
    assert results.edition is not None, "there is a report to quote in"
    assert results.round.id is not None, "a stored round has an id"
    report = results.edition.report
    quotes = await quotes_for(database, results.round.municipality, "delen_anoniem", [results.round.id])
    if not quotes:
        return QuotedReport(results.name, report)
    texts = [quote.text for quote in quotes]
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return QuotedReport(f"{results.name}/{digest}", await asyncio.to_thread(_quoted, report, texts))


def _quoted(report: str, texts: list[str]) -> str:
    from exports.municipal_report.stories import with_quotes
    from exports.report import Report

    return with_quotes(Report.model_validate_json(report), texts).model_dump_json()
