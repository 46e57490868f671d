"""What a council is told besides figures: what was talked about and agreed, and what clients told, as far as they agreed to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from exports.municipal_report.additions import MAY_BE_READ, Deed, Quote
from exports.municipal_report.council_findings import shortened
from exports.report import Bullets, Paragraph, Quotation, Report, Section
from exports.wording import count_words

MOST_DEEDS: Final = 4
# The three most important ones: what was finished, what was talked about, and the newest plan do not push each other out.
FEWEST_DEEDS: Final = 3
MOST_QUOTES: Final = 2
FEWEST_QUOTES: Final = 1
# After what was told comes what the figures do not say.
NOT_SAID: Final = "Wat zeggen deze cijfers niet?"
# In signs.
_LONGEST_DEED: Final = 90
_LONGEST_STATE: Final = 90
_LONGEST_QUOTE: Final = 240
_NO_CAUSE: Final = "Of een afspraak iets veranderde aan de cijfers, is hiermee niet te zeggen."
_CHOSEN: Final = "Deze woorden zijn gekozen als voorbeeld. Ze zeggen niet hoe vaak iets voorkomt."


def deeds_section(deeds: Sequence[Deed], *, left_out: int = 0) -> Section:
    """Return what was talked about and agreed, and how many more there are; without blocks where there is nothing."""
    lines = [f"{one.what}: {one.how_far}{'' if one.how_far.endswith('…') else '.'}" for one in deeds]
    if left_out:
        lines.append(f"En nog {count_words(left_out, 'afspraak of gesprek', 'afspraken of gesprekken')}.")
    blocks = (Bullets(items=tuple(lines)), Paragraph(text=_NO_CAUSE)) if lines else ()
    return Section(title="Wat is besproken en afgesproken?", blocks=blocks)


def quotes_section(quotes: Sequence[Quote]) -> Section:
    """Return words of clients; without blocks where there are none."""
    told = tuple(Quotation(text=one.text) for one in quotes)
    return Section(title="Wat vertellen cliënten?", blocks=(*told, Paragraph(text=_CHOSEN)) if told else ())


def shortened_deeds(deeds: Sequence[Deed], part: float) -> tuple[Deed, ...]:
    """Return deeds that take a `part` (0 to 1) of the room that one may take on paper."""
    what, how_far = (int(most * part) for most in (_LONGEST_DEED, _LONGEST_STATE))
    return tuple(Deed(shortened(one.what, what), shortened(one.how_far, how_far)) for one in deeds)


def shortened_quotes(quotes: Sequence[Quote], part: float) -> tuple[Quote, ...]:
    """Return quotes that take a `part` (0 to 1) of the room that one may take on paper."""
    return tuple(replace(one, text=shortened(one.text, int(_LONGEST_QUOTE * part))) for one in quotes)


def quotes_for_everybody(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes that everybody may read."""
    return tuple(one for one in quotes if one.use == MAY_BE_READ and one.text.strip())


def told_in_full(report: Report, deeds: Sequence[Deed], quotes: Sequence[Quote]) -> Report:
    """Return a council page that was composed without deeds and quotes with all of them, uncut: a web page has room."""
    told = (deeds_section(deeds), quotes_section(quotes_for_everybody(quotes)))
    place = [section.title for section in report.sections].index(NOT_SAID)
    sections = (*report.sections[:place], *(section for section in told if section.blocks), *report.sections[place:])
    return report.model_copy(update={"sections": sections})
