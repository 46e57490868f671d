"""What people told, in their own words: only what they agreed may be read by everybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from exports.findings import Findings
from exports.municipal_report.additions import MAY_BE_READ
from exports.report import Paragraph, Quotation, Report, Section

# The section that says how to read a report (`method`): quotes stand before it, as in a report that is composed with them.
_HOW_TO_READ: Final = "Hoe leest u dit rapport?"
_TITLE: Final = "Wat mensen vertellen"
_INTRO: Final = (
    "Deze mensen vonden het goed dat anderen hun verhaal lezen, zonder hun naam. De verhalen zijn uitgekozen. "
    "Ze laten zien wat mensen meemaken, en niet hoe vaak dat gebeurt."
)


def story_section(findings: Findings) -> Section:
    """Return the quotes that may be read by everybody; without blocks when there are none."""
    return _section(quote.text for quote in findings.additions.quotes if quote.use == MAY_BE_READ)


def with_quotes(report: Report, texts: Iterable[str]) -> Report:
    """Return a report with quotes that may be read by everybody, before the section that says how to read it.

    A report that was made earlier is kept without quotes: their tellers can take the permission back, and then nothing may be left of them.
    """
    told = _section(texts)
    if not told.blocks:
        return report
    titles = [section.title for section in report.sections]
    place = titles.index(_HOW_TO_READ) if _HOW_TO_READ in titles else len(titles)
    return report.model_copy(update={"sections": (*report.sections[:place], told, *report.sections[place:])})


def _section(texts: Iterable[str]) -> Section:
    quotes = tuple(Quotation(text=text.strip()) for text in texts if text.strip())
    return Section(title=_TITLE, blocks=(Paragraph(text=_INTRO), *quotes) if quotes else ())
