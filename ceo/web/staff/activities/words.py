"""What pages about activities say: figures as text, and the words for codes. "Change" is never called an effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from babel.numbers import format_decimal

from ceo.web.languages import N_
from ceo.workflows.activities.changes import Line, SeriesChanges
from ceo.workflows.activities.providers import Shown
from questionnaires.scales import Polarity

_FEWEST: Final = 1
_MORE: Final = 2
# Of the size of a change: Cohen (1988), Statistical Power Analysis, section 2.2.
_SIZES: Final = (
    (0.2, N_("heel klein")),
    (0.5, N_("klein")),
    (0.8, N_("middelgroot")),
    (float("inf"), N_("groot")),
)
_TOO_FEW: Final = N_("te weinig mensen, of een andere groep is eruit af te leiden")
REASONS: Final[Mapping[str, str]] = {
    "fewer_than_floor": _TOO_FEW,
    "complement": _TOO_FEW,
    "not_on_page": N_("de resultaten van de meting tellen hier andere mensen, of tonen dit niet"),
    "no_variation": N_("iedereen veranderde evenveel, of niemand"),
    "no_respondents": N_("niemand gaf antwoord"),
    "one_respondent": _TOO_FEW,
    "no_degrees_of_freedom": _TOO_FEW,
    "lonely_stratum": _TOO_FEW,
    "one_answer_certain": _TOO_FEW,
}
LAWS: Final[Mapping[str, str]] = {
    "jeugdwet": N_("de Jeugdwet"),
    "wmo": N_("de Wmo"),
    "participatiewet": N_("de Participatiewet"),
}
_SAME: Final = N_("geen verandering te zien")
# The interval alone carries a change, and the correction for many lines does not.
_CHANCE: Final = N_("kan toeval zijn: er staan veel cijfers naast elkaar")
# By the direction of good: what is said of a change upwards, and downwards.
_SEEN: Final[Mapping[Polarity, tuple[str, str]]] = {
    Polarity.POSITIVE: (N_("hogere score: beter"), N_("lagere score: minder goed")),
    Polarity.NEGATIVE: (N_("hogere score: minder goed"), N_("lagere score: beter")),
    Polarity.NONE: (N_("hogere score"), N_("lagere score")),
}


def why_not(reason: str) -> str:
    """Return the sentence for a figure that is not there. A reason without words of its own has those of too few people."""
    return REASONS.get(reason, _TOO_FEW)


def size_words(line: Line) -> str:
    """Return the word for the size of a change.

    >>> size_words(Line("a", "A", True, size=-0.31))
    'klein'
    """
    size = abs(line.size or 0.0)
    return next(word for limit, word in _SIZES if size < limit)


def seen_words(line: Line) -> str:
    """Return what is seen of a change; whether that is better where a score has a direction.

    >>> seen_words(Line("a", "A", True, value=-4.0, low=-6.0, high=-2.0, p_adjusted=0.01, polarity=Polarity.NEGATIVE))
    'lagere score: beter'
    >>> seen_words(Line("a", "A", True, value=4.0, low=-1.0, high=9.0))
    'geen verandering te zien'
    >>> seen_words(Line("a", "A", True, value=14.2, low=4.1, high=24.3, p_adjusted=0.07))
    'kan toeval zijn: er staan veel cijfers naast elkaar'
    """
    if line.differs:
        upwards, downwards = _SEEN[line.polarity]
        return upwards if line.value > 0 else downwards
    touches = round(line.low, _FEWEST) <= 0 <= round(line.high, _FEWEST)
    return _SAME if touches else _CHANCE


@dataclass(frozen=True, slots=True)
class Legend:
    """Which words and columns are on a page of changes, so that only these are explained.

    `sizes`: a change is called small or large. `reliable` and `switched`: the columns of persons of themes, and of questions.
    `good`: the line of a question says which way is better.
    """

    sizes: bool
    reliable: bool
    switched: bool
    good: bool


def legend_of(made: SeriesChanges) -> Legend:
    """Return what is to be explained of changes. What a hidden group holds is on no page."""
    groups = (group for step in made.steps for group in step.groups if group.linked is not None)
    lines = [line for group in groups for line in group.lines]
    return Legend(
        sizes=any(line.differs and line.size is not None for line in lines),
        reliable=any(line.is_theme and line.reliable is not None for line in lines),
        switched=any(not line.is_theme and line.switched is not None for line in lines),
        good=any(not line.is_theme and not line.reason and line.polarity is Polarity.POSITIVE for line in lines),
    )


def change_decimals(lines: Iterable[Line]) -> int:
    """Return the decimals of all changes of a table: one, or two where an interval beside zero would seem to touch it.

    >>> near = Line("a", "A", True, pairs=30, value=3.21, low=0.04, high=6.4, p_adjusted=0.01)
    >>> change_decimals([near, Line("b", "B", True)]), change_decimals([Line("b", "B", True)])
    (2, 1)
    """
    touches = any(line.differs and 0.0 in {round(line.low, _FEWEST), round(line.high, _FEWEST)} for line in lines)
    return _MORE if touches else _FEWEST


def change_text(line: Line, decimals: int, language: str) -> tuple[str, str, str]:
    """Return a change and the bounds of its interval, with so many decimals.

    >>> change_text(Line("a", "A", True, pairs=30, value=9.0, low=-0.04, high=18.1), 1, "nl")
    ('+9,0', '0,0', '18,1')
    >>> change_text(Line("a", "A", True, pairs=30, value=-3.21, low=-6.4, high=-0.04, p_adjusted=0.01), 2, "nl")
    ('−3,21', '−6,40', '−0,04')
    """
    value, low, high = (_decimal(number, decimals, language) for number in (line.value, line.low, line.high))
    return (f"+{value}" if round(line.value, decimals) > 0 else value), low, high


def figure_text(shown: Shown, unit: str, language: str) -> tuple[str, str, str]:
    """Return a figure and its bounds: whole numbers for percentages and scores, one decimal for a grade.

    >>> figure_text(Shown(71.6, 64.2, 78.8, 40), "share", "nl")
    ('72 %', '64', '79')
    >>> figure_text(Shown(7.0, 6.64, 7.38, 40), "mean", "nl")
    ('7,0', '6,6', '7,4')
    """
    decimals = _FEWEST if unit == "mean" else 0
    value, low, high = (_decimal(number, decimals, language) for number in (shown.value, shown.low, shown.high))
    return (f"{value} %" if unit == "share" else value), low, high


def _decimal(number: float, decimals: int, language: str) -> str:
    # Rounded to nothing it has no sign.
    rounded = round(number, decimals) + 0.0
    written = format_decimal(rounded, format=f"#,##0.{'0' * decimals}" if decimals else "#,##0", locale=language)
    return written.replace("-", "−")
