"""`ceo analyse --explain`: how one number came about, from the sums of its strata to its interval."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click

from ceo.terminal import OUT, fail, table_of

if TYPE_CHECKING:
    from analysis.explaining import Explanation, StratumPart
    from analysis.results import Cell, Estimate
    from ceo.workflows.results.outside_data import Analysed

FORM: Final = "MAAT:VRAAG[=ANTWOORD][@EENHEID][/UITSPLITSING=NIVEAU]"
_CELL: Final = re.compile(
    r"(?P<measure>\w+):(?P<item>[^=@/]+)(=(?P<category>[^@/]+))?(@(?P<unit>[^/]+))?(/(?P<breakdown>[^=]+)=(?P<level>.+))?"
)
_VALUES: Final = {
    "total": "Ŷ = Σ w·y",
    "ratio": "R = Σ w·y / Σ w·x",
    "quantile": "de waarde waaronder dit deel van de populatie ligt; de sommen zijn van het aandeel tot en met die waarde",
}
_INFLUENCES: Final = {"total": "z = w·y", "ratio": "z = w·(y − R·x) / Σ w·x"}
_MOST_NAMES: Final = 3


def cell_of(text: str) -> Cell | str:
    """Return the cell that a text names, or what is wrong with the text.

    >>> cell_of("share:awards=Yes/stype=E").level
    'E'
    """
    from analysis.results import Cell, Measure

    found = _CELL.fullmatch(text.strip())
    if found is None:
        return f"{text} is geen getal van de analyse. Schrijf {FORM}."
    parts = {name: value or "" for name, value in found.groupdict().items()}
    if parts["measure"] not in {measure.value for measure in Measure}:
        return f"De maat {parts['measure']} bestaat niet. Kies uit {', '.join(measure.value for measure in Measure)}."
    return Cell(Measure(parts.pop("measure")), **parts)


def name_of(cell: Cell) -> str:
    """Return a cell as it is written on the command line."""
    text = f"{cell.measure}:{cell.item}" + (f"={cell.category}" if cell.category else "")
    text += f"@{cell.unit}" if cell.unit else ""
    return text + (f"/{cell.breakdown}={cell.level}" if cell.breakdown else "")


def asked_cell(_context: click.Context, _option: click.Parameter, text: str | None) -> Cell | None:
    """Return the cell that `--explain` names; refuse what is none, before the work is done."""
    if text is None:
        return None
    cell = cell_of(text)
    if isinstance(cell, str):
        fail(cell)
    return cell


def explain_figure(analysed: Analysed, cell: Cell) -> None:
    """Print how a figure came about; one that does not exist or may not be shown says so."""
    from analysis.explaining import explain
    from analysis.results import Estimate
    from exports.wording import reason_words
    from questionnaires.strict_yaml import suggest

    figures = analysed.protected.figures
    if cell not in figures:
        known = [name_of(it) for it in figures]
        fail(f"{name_of(cell)} staat niet in deze analyse. {suggest(name_of(cell), known)}")
    figure = figures[cell]
    if not isinstance(figure, Estimate):
        fail(f"{name_of(cell)}: {reason_words(figure, floor=analysed.plan.policy.floor)}.")
    if analysed.plan.policy.rounding is not None:
        fail(f"Met het profiel {analysed.plan.profile} zijn cijfers afgerond. Uitleg kan met profile: municipality.")
    assert analysed.dataset is not None, "what is explained is analysed as a whole"
    _print(explain(analysed.dataset, analysed.plan, cell, figure))


def _print(explanation: Explanation) -> None:
    """Print the figure, its formulas, the sums of its strata, and how its interval follows from them."""
    estimate, measure = explanation.estimate, str(explanation.cell.measure)
    OUT.print(f"[bold]{name_of(explanation.cell)}[/bold]")
    OUT.print(f"Waarde: {_VALUES.get(measure, 'ȳ = Σ w·y / Σ w')}", markup=False)
    influence = _INFLUENCES.get(measure, "z = w·(y − ȳ) / Σ w")
    if explanation.calibrated:
        influence += ", min wat de randtotalen van de weging ervan verklaren"
    left = "(1 − n_h/N_h) · " if estimate.inference == "finite" else ""
    OUT.print(f"Invloed van een antwoord: {influence}", markup=False)
    whom = "clusters" if explanation.clustered else "mensen"
    OUT.print(f"Variantie: V = Σ_h {left}n_h/(n_h − 1) · [Σ z² − (Σ z)²/n_h], met n_h en N_h in {whom}", markup=False)
    OUT.print(table_of("Per stratum", _HEAD, [*_rows(explanation.parts), _total(explanation.parts)]))
    for line in _conclusion(explanation):
        OUT.print(line, markup=False)


_HEAD: Final = ("Stratum", "n_h", "N_h", "Antwoorden", "Σ w", "Σ w·y", "V_h")


def _rows(parts: Iterable[StratumPart]) -> Iterable[tuple[str, ...]]:
    for part in parts:
        sums = (_number(part.population), str(part.respondents), _number(part.weights), _number(part.weighted))
        yield (_names(part.names), str(part.drawn), *sums, _number(part.variance))


def _names(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_MOST_NAMES]) or "alle"
    return shown + (f" en {len(names) - _MOST_NAMES} andere" if len(names) > _MOST_NAMES else "")


def _total(parts: tuple[StratumPart, ...]) -> tuple[str, ...]:
    drawn, respondents = sum(it.drawn for it in parts), sum(it.respondents for it in parts)
    sums = (sum(it.population for it in parts), sum(it.weights for it in parts), sum(it.weighted for it in parts))
    population, weights, weighted = map(_number, sums)
    variance = _number(sum(it.variance for it in parts))
    return ("Samen", str(drawn), population, str(respondents), weights, weighted, variance)


def _conclusion(explanation: Explanation) -> Iterable[str]:
    estimate = explanation.estimate
    if explanation.factor != 1:
        yield f"Strata met één trekking krijgen het gemiddelde van de andere: V keer {_number(explanation.factor)}."
    yield f"Waarde {_number(estimate.value)}, standaardfout √V = {_number(estimate.se)}."
    yield (
        f"Interval van {_number(estimate.interval.low)} tot {_number(estimate.interval.high)}: methode {estimate.method}, "
        f"{_number(estimate.df)} vrijheidsgraden ({estimate.df_rule}), inferentie {estimate.inference}."
    )
    yield _sizes(estimate)
    if estimate.flags:
        yield f"Let op: {', '.join(sorted(estimate.flags))}."


def _sizes(estimate: Estimate) -> str:
    effect = "geen" if estimate.deff is None else _number(estimate.deff)
    return (
        f"{estimate.respondents} antwoorden, die staan voor {_number(estimate.population)}; ontwerpeffect {effect}, "
        f"effectief aantal {_number(estimate.effective_n)}."
    )


def _number(value: float) -> str:
    return "onbekend" if value == float("inf") else f"{value:.8g}".replace(".", ",")
