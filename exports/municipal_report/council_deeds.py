"""What a council is told besides figures: what was talked about and decided, and what clients told, as far as they agreed to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from exports.findings import Findings
from exports.municipal_report.additions import MAY_BE_READ, Deed, Quote
from exports.municipal_report.council_findings import shortened
from exports.report import Bullets, Paragraph, Quotation, Section

MOST_DEEDS: Final = 4
MOST_QUOTES: Final = 2
# In signs.
_LONGEST_DEED: Final = 90
_LONGEST_STATE: Final = 90
_LONGEST_QUOTE: Final = 240
_NO_CAUSE: Final = "Of een besluit iets veranderde aan de cijfers, is hiermee niet te zeggen."
_CHOSEN: Final = "Deze woorden zijn gekozen als voorbeeld. Ze zeggen niet hoe vaak iets voorkomt."


def deeds_section(findings: Findings) -> Section:
    """Return what was talked about and decided; without blocks where there is nothing."""
    lines = tuple(
        f"{shortened(one.what, _LONGEST_DEED)}: {shortened(one.how_far, _LONGEST_STATE)}."
        for one in findings.additions.deeds
    )
    blocks = (Bullets(items=lines), Paragraph(text=_NO_CAUSE)) if lines else ()
    return Section(title="Wat is besproken en besloten?", blocks=blocks)


def quotes_section(findings: Findings) -> Section:
    """Return the words of clients that everybody may read; without blocks where there are none."""
    quotes = tuple(Quotation(text=shortened(one.text, _LONGEST_QUOTE)) for one in told_quotes(findings))
    return Section(title="Wat vertellen cliënten?", blocks=(*quotes, Paragraph(text=_CHOSEN)) if quotes else ())


def told_quotes(findings: Findings) -> tuple[Quote, ...]:
    """Return the quotes that everybody may read."""
    return tuple(one for one in findings.additions.quotes if one.use == MAY_BE_READ and one.text.strip())


def with_deeds(findings: Findings, deeds: Sequence[Deed], quotes: Sequence[Quote]) -> Findings:
    """Return the same findings with these deeds and quotes only."""
    return replace(findings, additions=replace(findings.additions, deeds=tuple(deeds), quotes=tuple(quotes)))
