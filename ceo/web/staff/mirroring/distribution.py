"""How answers are spread: a bar of the own municipality and one of all together, with the same shares as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from ceo.web.figures.indicator_charts import NO_TABLE, drawn
from ceo.web.figures.indicator_view import Answer
from exports.report import Bar, DistributionChart, DistributionRow
from exports.wording import percentage_words

if TYPE_CHECKING:
    from ceo.web.figures.reading import Figure
    from questionnaires.codebook import Code, Codebook

# Scores of the outer ends of a scale.
_ENDS: Final = (0, 100)


@dataclass(frozen=True, slots=True)
class Distribution:
    """The shares of all answers: a drawing ("" where something is hidden), and each answer with the share of each area."""

    drawing: Markup
    areas: tuple[str, ...]
    answers: tuple[tuple[str, tuple[Figure | None, ...]], ...]


def distribution_of(
    label: str, answers: Sequence[Answer], codebook: Codebook, item: str, areas: tuple[str, ...]
) -> Distribution | None:
    """Return the distribution of a question over areas, by name; None for one without answers to choose from."""
    if not answers:
        return None
    by_area = [{answer.label: dict(answer.shares).get(name) for answer in answers} for name in areas]
    variable = next((one for one in codebook.variables if one.item == item), None)
    codes = {code.label: code for code in variable.codes} if variable is not None else {}
    rows = tuple(_row(name, shares, codes) for name, shares in zip(areas, by_area, strict=True))
    several = variable is not None and variable.kind.value == "multi"
    chart = DistributionChart(
        title=f"{label}: alle antwoorden",
        description=" ".join(_told(row) for row in rows),
        rows=rows,
        table=NO_TABLE,
    )
    told = tuple((answer.label, tuple(shares[answer.label] for shares in by_area)) for answer in answers)
    shown = any(row.bars for row in rows) and not several
    return Distribution(drawn(chart, "answers") if shown else Markup(), areas, told)


def _row(name: str, shares: dict[str, Figure | None], codes: dict[str, Code]) -> DistributionRow:
    missing = next(
        (
            one.reason if one is not None else "hier niet gevraagd"
            for one in shares.values()
            if one is None or not one.value
        ),
        "",
    )
    if missing:
        return DistributionRow(label=name, reason=missing)
    found = [(label, figure.row["value"]) for label, figure in shares.items() if figure is not None]
    return DistributionRow(label=name, bars=tuple(_bar(label, share, codes.get(label)) for label, share in found))


def _bar(label: str, share: float, code: Code | None) -> Bar:
    from exports.blocks import stance

    return Bar(
        label=label,
        share=share,
        text=percentage_words(share),
        stance=stance(code) if code is not None else "other",
        strong=code is not None and code.score in _ENDS,
    )


def _told(row: DistributionRow) -> str:
    bars = ", ".join(f"{bar.label.lower()} {bar.text}" for bar in row.bars)
    return f"{row.label}: {bars or row.reason}."
