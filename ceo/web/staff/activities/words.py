"""What pages about activities say: figures as text, and the words for codes. "Change" is never called an effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel.numbers import format_decimal

from ceo.web.languages import N_
from ceo.workflows.activities.changes import Line
from ceo.workflows.activities.providers import Shown

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
    "": N_("een vragenlijst zonder wet"),
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


def change_text(line: Line, language: str) -> tuple[str, str, str]:
    """Return a change and the bounds of its interval: one decimal, or two where an interval beside zero would seem to touch it.

    >>> change_text(Line("a", "A", True, pairs=30, value=3.21, low=0.04, high=6.4, p_adjusted=0.01), "nl")
    ('+3,21', '0,04', '6,4')
    >>> change_text(Line("a", "A", True, pairs=30, value=-0.01, low=-2.0, high=1.96), "nl")
    ('0', '-2', '2')
    """
    touches = line.differs and 0.0 in {round(line.low, _FEWEST), round(line.high, _FEWEST)}
    decimals = _MORE if touches else _FEWEST
    value, low, high = (_decimal(number, decimals, language) for number in (line.value, line.low, line.high))
    return (f"+{value}" if round(line.value, decimals) > 0 else value), low, high


def figure_text(shown: Shown, unit: str, language: str) -> tuple[str, str, str]:
    """Return a figure and its bounds: whole numbers for percentages and scores, one decimal for a grade.

    >>> figure_text(Shown(71.6, 64.2, 78.8, 40), "share", "nl")
    ('72 %', '64', '79')
    """
    decimals = _FEWEST if unit == "mean" else 0
    value, low, high = (_decimal(number, decimals, language) for number in (shown.value, shown.low, shown.high))
    return (f"{value} %" if unit == "share" else value), low, high


def _decimal(number: float, decimals: int, language: str) -> str:
    # Rounded to nothing it has no sign.
    rounded = round(number, decimals) + 0.0
    return format_decimal(rounded, format="#,##0.##", locale=language)
