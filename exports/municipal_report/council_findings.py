"""What a council is told of the results: a few figures, what goes well or less well, and how themes lie next to others.

Something is called good or less good only when its whole interval says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analysis.results import (
    Cell,
    Comparison,
    Estimate,
    Flag,
    Measure,
    NotEstimable,
    ProtectedComparison,
    ProtectedFigure,
)
from analysis.units.banding import Band, NotBanded
from exports.blocks import SCORE_HEAD, figure_cells, hidden_words, lean_table
from exports.claim_wording import MANY_AT_ONCE, band_words
from exports.findings import EVERYONE, Findings
from exports.report import IntervalChart, Number, Point, Range
from exports.wording import (
    claims_difference,
    difference_decimals,
    direction_words,
    interval_words,
    number_words,
    percentage_words,
    reason_words,
    shown_interval,
    value_words,
)
from questionnaires.codebook import Variable
from questionnaires.comparability.words import joined

_EVERYONE_TITLE: Final = f"{EVERYONE[0].upper()}{EVERYONE[1:]}"
FEWEST_FIGURES: Final = 3
MOST_FIGURES: Final = 5
MOST_TOLD: Final = 3
LONGEST_NAME: Final = 32
_LONGEST_QUESTION: Final = 64
_HALF: Final = 0.5
_ROUNDING: Final = 0.005  # so that an interval beside a half does not read as one that touches it


@dataclass(frozen=True, slots=True)
class Told:
    """What may be called good and less good, in sentences, and the short names (`subjects`) of what is less good.

    `compared`: some question could be held against all municipalities.
    """

    well: tuple[str, ...]
    less_well: tuple[str, ...]
    subjects: tuple[str, ...]
    compared: bool


def shortened(text: str, longest: int) -> str:
    """Return the text, cut between words (or within a long one) when it is longer than that many signs.

    >>> shortened("Ervaringen met hulp", 19), shortened("Ervaringen met hulp", 15), shortened("Nederwetten", 6)
    ('Ervaringen met hulp', 'Ervaringen met…', 'Neder…')
    """
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    if " " in cut[longest // 2 :] and text[longest - 1] != " ":
        cut = cut.rpartition(" ")[0]
    return f"{cut.rstrip(' ,.;:')}…"


def key_indicators(findings: Findings) -> list[tuple[str, str]]:
    """Return the few indicators that stand for all, with short names: themes, and questions where there are too few of those."""
    themes = [(composite.composite, composite.title) for composite in findings.codebook.composites]
    questions = [(variable.item, variable.title) for variable in findings.codebook.variables]
    scored = [it for it in themes if findings.own_figure(Measure.SCORE, it[0]) is not None][:MOST_FIGURES]
    if len(scored) < FEWEST_FIGURES:
        scored += [it for it in questions if findings.own_figure(Measure.SCORE, it[0]) is not None]
        scored = scored[: max(FEWEST_FIGURES, len(themes))]
    return [(name, shortened(title, LONGEST_NAME)) for name, title in scored[:MOST_FIGURES]]


def everyone_who_took_part(findings: Findings) -> str:
    """Return what all municipalities together are called where they are named first: only those that took part are meant."""
    municipalities = len(findings.context.units)
    return f"{EVERYONE} (de {number_words(municipalities)} gemeenten die meededen)" if municipalities > 1 else EVERYONE


def key_cells(findings: Findings) -> list[Cell]:
    """Return the cells of the key figures: of this municipality and of all together."""
    cells = [Cell(Measure.SCORE, name, "", unit) for name, _ in key_indicators(findings) for unit in (findings.own, "")]
    return [cell for cell in cells if cell in findings.results.figures]


def key_chart(findings: Findings, *, everyone: bool) -> IntervalChart | None:
    """Return the key figures with their intervals, `everyone`: with those of all municipalities; None without own ones to draw."""
    indicators = key_indicators(findings)
    name = shortened(findings.context.municipality_name, LONGEST_NAME)
    head = ("Onderwerp", *SCORE_HEAD[:-1], _EVERYONE_TITLE, *SCORE_HEAD[1:3], SCORE_HEAD[-1])
    points = tuple(
        point for indicator in indicators for point in _points(findings, *indicator) if point.own or everyone
    )
    if not any(point.range for point in points if point.own):
        return None
    return IntervalChart(
        title=f"De belangrijkste scores van {name}",
        description=" ".join(f"{point.label}: {_point_words(point)}." for point in points),
        points=points,
        minimum=0,
        maximum=100,
        table=lean_table("De scores als tabel", head, [_row(findings, *indicator) for indicator in indicators]),
    )


def told_questions(findings: Findings, most: int) -> Told:
    """Return which questions go well and less well, so many each way: next to all municipalities, or by most of the clients."""
    well: list[tuple[float, str, str]] = []
    less: list[tuple[float, str, str]] = []
    for variable in findings.codebook.variables:
        for side, certainty, line in (_compared(findings, variable), _share(findings, variable)):
            if side:
                (well if side > 0 else less).append((certainty, line, shortened(variable.title, LONGEST_NAME)))
                break
    good, worse = (sorted(found, key=lambda it: -it[0])[:most] for found in (well, less))
    compared = any(isinstance(findings.comparison(it.item), Comparison) for it in findings.codebook.variables)
    return Told(tuple(it[1] for it in good), tuple(it[1] for it in worse), tuple(it[2] for it in worse), compared)


def compared_lines(findings: Findings) -> tuple[str, ...]:
    """Return how key figures lie next to all municipalities together: those that lie alike in one line.

    A difference is held against chance alone, a place among all (a band) also against how much municipalities differ anyway: a score can
    be clearly lower and yet as expected. One line tells both, or they would sound as if one of them was a mistake.
    """
    indicators = key_indicators(findings)
    hidden = hidden_words((findings.comparison(name) for name, _ in indicators), floor=findings.floor)
    if hidden:
        return (f"De vergelijking met {EVERYONE} is {hidden}.",)
    lines: dict[tuple[str, str], list[str]] = {}
    for name, title in indicators:
        if (found := findings.comparison(name)) is not None:
            beside, place = _beside(found, title, findings.floor)
            lines.setdefault((beside, _usual(found, findings.band(name))), []).append(place)
    return tuple(f"{beside}: {joined(places)}.{usual}" for (beside, usual), places in lines.items())


def _usual(found: ProtectedComparison, band: Band | NotBanded | NotEstimable | None) -> str:
    """Return as a sentence more whether municipalities often differ so much; empty where there is nothing to add."""
    if band is None or not isinstance(found, Comparison):
        return ""
    if not claims_difference(found):
        as_expected = band is Band.AS_EXPECTED or not isinstance(band, Band)
        return "" if as_expected else f" Toch {band_words(band)}. {MANY_AT_ONCE}"
    if not isinstance(band, Band):
        return f" Of zo’n verschil tussen gemeenten vaker voorkomt, is niet te zeggen ({band_words(band)})."
    if band is Band.AS_EXPECTED:
        return " Zo’n verschil komt tussen gemeenten vaker voor."
    better = band in (Band.BETTER, Band.MUCH_BETTER)
    if better is not (found.difference > 0):
        # All together is a mean of clients, and what is expected a mean of municipalities.
        return f" Toch {band_words(band)}: daarbij telt elke gemeente even zwaar."
    return f" Dat is {band_words(band)}: zo’n verschil komt tussen gemeenten niet vaak voor."


def _points(findings: Findings, name: str, title: str) -> tuple[Point, ...]:
    """Return the point of a key figure, and below it that of all municipalities, where it is."""
    own, total = findings.own_figure(Measure.SCORE, name), findings.total_figure(Measure.SCORE, name)
    assert own is not None, name
    point = _point(own, title, findings.floor).model_copy(update={"own": True})
    return (point, _point(total, _EVERYONE_TITLE, findings.floor)) if isinstance(total, Estimate) else (point,)


def _point(figure: ProtectedFigure, title: str, floor: int) -> Point:
    if not isinstance(figure, Estimate):
        return Point(label=title, text=reason_words(figure, floor=floor))
    interval = shown_interval(figure.interval, Measure.SCORE)
    text = value_words(figure.value, Measure.SCORE)
    return Point(label=title, text=text, range=Range(value=figure.value, low=interval.low, high=interval.high))


def _point_words(point: Point) -> str:
    if point.range is None:
        return point.text
    low, high = (number_words(side, decimals=1) for side in (point.range.low, point.range.high))
    return f"{point.text} ({low} tot {high})"


def _row(findings: Findings, name: str, title: str) -> tuple[str | Number, ...]:
    own, total = findings.own_figure(Measure.SCORE, name), findings.total_figure(Measure.SCORE, name)
    assert own is not None, name
    *figures, remarks = figure_cells(own, Measure.SCORE, floor=findings.floor)
    beside = ("-",) * 3 if total is None else figure_cells(total, Measure.SCORE, floor=findings.floor)[:3]
    return (title, *figures, *beside, remarks)


def _beside(found: ProtectedComparison, title: str, floor: int) -> tuple[str, str]:
    """Return on which side of all municipalities a score lies, and its name with how far."""
    if not isinstance(found, Comparison):
        reason = reason_words(found, floor=floor)
        return f"{reason[0].upper()}{reason[1:]}", f"‘{title}’"
    verdict = direction_words(found).capitalize()
    if not claims_difference(found):
        return f"{verdict} met {EVERYONE}", f"‘{title}’"
    return f"{verdict} dan {EVERYONE}, waarschijnlijk zoveel punten", f"‘{title}’ ({_bounds(found)})"


def _bounds(found: Comparison) -> str:
    """Return between how many points a difference lies, without its side."""
    decimals = difference_decimals(found)
    low, high = sorted(abs(side) for side in (found.interval.low, found.interval.high))
    return f"{number_words(low, decimals=decimals)} tot {number_words(high, decimals=decimals)}"


def _compared(findings: Findings, variable: Variable) -> tuple[int, float, str]:
    """Return on which side a question lies of all municipalities (0: not clear), how clearly, and that in words."""
    found = findings.comparison(variable.item)
    if not isinstance(found, Comparison) or not claims_difference(found):
        return 0, 0.0, ""
    question = shortened(variable.label, _LONGEST_QUESTION)
    line = f"‘{question}’ scoort {direction_words(found)} dan {EVERYONE} (waarschijnlijk {_bounds(found)} punten)."
    # A clear difference goes before any share.
    return (1 if found.difference > 0 else -1), 1 + abs(found.difference), line


def _share(findings: Findings, variable: Variable) -> tuple[int, float, str]:
    """Return whether most or less than half of the clients are positive (0: not clear), how clearly, and that in words."""
    share = findings.own_figure(Measure.SHARE, variable.item)
    if not isinstance(share, Estimate) or Flag.UNRELIABLE in share.flags:
        return 0, 0.0, ""
    question = shortened(variable.label, _LONGEST_QUESTION)
    words = (
        f"({percentage_words(share.value)}, waarschijnlijk {interval_words(share.interval, Measure.SHARE, decimals=0)})"
    )
    if share.interval.low > _HALF + _ROUNDING:
        return 1, share.interval.low - _HALF, f"meer dan de helft antwoordde positief op ‘{question}’ {words}."
    if share.interval.high < _HALF - _ROUNDING:
        return -1, _HALF - share.interval.high, f"minder dan de helft antwoordde positief op ‘{question}’ {words}."
    return 0, 0.0, ""
