"""How weighting went, as a section of a report: what readers must know before they trust a weighted figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analysis.weighting.diagnostics import UnitWeights
from exports.blocks import lean_table, number
from exports.figure_rows import Labels
from exports.report import Block, Number, Section
from exports.wording import count_words, percentage_words

HEAD = ("Eenheid", "Antwoorden", "Populatie", "Ontwerpeffect van de gewichten", "Grootste misfit", "Afgetopt", "Let op")


def weighting_section(units: Mapping[str, UnitWeights], version: str, names: Labels, *, floor: int) -> Section:
    """Return a table of the units with at least `floor` respondents, and what was taken together or left out in them.

    The smallest and largest weight are not shown: with the register they could point at a person.
    """
    shown = {unit: weights for unit, weights in units.items() if weights.respondents >= floor}
    rows = [_row(names.unit(unit) or "Iedereen", weights) for unit, weights in shown.items()]
    blocks: list[Block] = [lean_table(f"Weging volgens schema {version}", HEAD, rows, note=_NOTE)]
    remarks = [
        (names.unit(unit) or "Iedereen", remark) for unit, weights in shown.items() for remark in _remarks(weights)
    ]
    if remarks:
        blocks.append(lean_table("Samengenomen of losgelaten", ("Eenheid", "Wat"), remarks))
    return Section(title="Weging", blocks=tuple(blocks))


_NOTE = (
    "Ontwerpeffect: hoeveel keer groter de variantie is door ongelijke gewichten (Kish). Misfit: het grootste verschil tussen "
    "de gewogen aantallen en het register, als deel van het register. Afgetopt: mensen van wie het gewicht is begrensd."
)


def _row(unit: str, weights: UnitWeights) -> tuple[str | Number, ...]:
    return (
        unit,
        number(weights.respondents),
        number(weights.population),
        number(weights.spread.deff, decimals=2),
        percentage_words(weights.misfit) if weights.misfit >= _VISIBLE else "-",
        number(weights.trimmed) if weights.trimmed else "-",
        count_words(len(weights.collapsed), "samenvoeging", "samenvoegingen") if weights.collapsed else "-",
    )


# Differences under a tenth of a percent are rounding of the fitting.
_VISIBLE = 1e-3


def _remarks(weights: UnitWeights) -> Iterator[str]:
    for margin in weights.left_out:
        yield f"Het randtotaal {margin} is losgelaten, omdat het niet samengaat met de andere."
    for it in weights.collapsed:
        if it.into:
            yield f"{it.level} ({it.margin}) is samengenomen met {it.into}: er was niemand."
        else:
            yield f"In {it.level} antwoordde niemand; de rest van de eenheid spreekt voor deze mensen."
