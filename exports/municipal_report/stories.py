"""What people told, in their own words: only what they agreed may be read by everybody."""

from __future__ import annotations

from exports.findings import Findings
from exports.municipal_report.additions import MAY_BE_READ
from exports.report import Paragraph, Quotation, Section

_INTRO = (
    "Deze mensen vonden het goed dat anderen hun verhaal lezen, zonder hun naam. De verhalen zijn uitgekozen. "
    "Ze laten zien wat mensen meemaken, en niet hoe vaak dat gebeurt."
)


def story_section(findings: Findings) -> Section:
    """Return the quotes that may be read by everybody; without blocks when there are none."""
    texts = [quote.text.strip() for quote in findings.additions.quotes if quote.use == MAY_BE_READ]
    quotes = tuple(Quotation(text=text) for text in texts if text)
    return Section(title="Wat mensen vertellen", blocks=(Paragraph(text=_INTRO), *quotes) if quotes else ())
