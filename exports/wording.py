"""Numbers and findings in plain Dutch. Every rounding of the reports happens here.

A sentence never names a cause and never claims a difference that its interval does not carry.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from analysis.results import (
    SHARES,
    Comparison,
    Estimate,
    Flag,
    Interval,
    Measure,
    Method,
    NotEstimable,
    ProtectedFigure,
    Suppressed,
)

DUTCH = Locale("nl")
MAXIMUM_DECIMALS = 4
SIGNIFICANT = 0.05

# Every reason of disclosure control, and no other: what is not here could not be estimated.
SUPPRESSED_WORDS = {
    "fewer_than_floor": "minder dan {floor} mensen",
    "complement": "anders is een te kleine groep uit te rekenen",
    "one_answer_certain": "anders is te zien wat iemand antwoordde",
}
NOT_ESTIMABLE_WORDS = {
    "not_asked": "de vraag is hier niet gesteld",
    "no_respondents": "niemand gaf een antwoord",
    "one_respondent": "maar één persoon gaf een antwoord",
    "no_degrees_of_freedom": "te weinig antwoorden om de onzekerheid te berekenen",
    "lonely_stratum": "een deel van de groep bestaat uit één antwoord",
    "no_variation": "alle antwoorden zijn gelijk",
    "too_few_units": "minder dan vijf eenheden om mee te vergelijken",
    "dominant_unit": "één eenheid is meer dan de helft van de groep om mee te vergelijken",
}
FLAG_WORDS = {
    Flag.SMALL: "kleine groep",
    Flag.IMPRECISE: "onzeker",
    Flag.UNRELIABLE: "te onzeker om openbaar te maken",
    Flag.LOW_DF: "weinig zicht op de spreiding",
    Flag.HIGH_DEFF: "sterk gewogen",
    Flag.ITEM_NONRESPONSE: "vaak overgeslagen",
    Flag.BOUNDARY: "iedereen of niemand",
    Flag.LONELY: "een deelgroep met één antwoord",
    Flag.CENSUS: "iedereen deed mee",
    Flag.NOT_APPLICABLE: "vaak niet van toepassing",
    Flag.HEAVY: "één antwoord weegt zwaar mee",
    Flag.COLLAPSED: "kleine groepen zijn samengevoegd bij het wegen",
}

METHOD_WORDS = {
    Method.T: "t",
    Method.LOGIT: "logit",
    Method.KORN_GRAUBARD: "Korn-Graubard",
    Method.CLOPPER_PEARSON: "Clopper-Pearson",
    Method.CENSUS: "volledige telling",
    Method.HYPERGEOMETRIC: "hypergeometrisch",
    Method.WOODRUFF: "Woodruff",
}


@cache
def _pattern(text: str) -> NumberPattern:
    return parse_pattern(text)


def _rounded(value: float, decimals: int) -> Decimal:
    # Adding zero turns a rounded "-0" into "0".
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN) + 0


def number_words(value: float, *, decimals: int = 0) -> str:
    """Return a number in Dutch notation.

    >>> number_words(1234.5, decimals=1)
    '1.234,5'
    >>> number_words(-0.04, decimals=1)
    '0,0'
    """
    pattern = _pattern("#,##0." + "0" * decimals if decimals else "#,##0")
    return str(pattern.apply(_rounded(value, decimals), DUTCH))


def percentage_words(share: float, *, decimals: int = 0) -> str:
    """Return a share 0-1 as a percentage.

    >>> percentage_words(0.074, decimals=1)
    '7,4%'
    """
    return f"{number_words(share * 100, decimals=decimals)}%"


def date_words(day: date) -> str:
    """Return a date in words.

    >>> date_words(date(2026, 11, 21))
    '21 november 2026'
    """
    return format_date(day, format="long", locale=DUTCH)


def p_value_words(p_value: float) -> str:
    """Return a p-value in three decimals, and never as zero.

    >>> p_value_words(0.0312), p_value_words(0.00002)
    ('0,031', 'kleiner dan 0,001')
    """
    if p_value < 0.001:  # noqa: PLR2004 -- the smallest value that three decimals can show
        return "kleiner dan 0,001"
    return number_words(p_value, decimals=3)


def count_words(count: int, one: str, many: str, *, none: str = "geen") -> str:
    """Return a count with its noun.

    >>> count_words(0, "cliënt", "cliënten"), count_words(1, "cliënt", "cliënten"), count_words(1200, "cliënt", "cliënten")
    ('geen cliënten', '1 cliënt', '1.200 cliënten')
    """
    if count == 0:
        return f"{none} {many}"
    return f"{number_words(count)} {one if count == 1 else many}"


def value_words(value: float, measure: Measure, *, decimals: int = 1) -> str:
    """Return a figure in the notation of its measure: shares as percentages, others as numbers.

    >>> value_words(0.823, Measure.SHARE, decimals=0), value_words(72.36, Measure.SCORE)
    ('82%', '72,4')
    """
    if measure in SHARES:
        return percentage_words(value, decimals=decimals)
    return number_words(value, decimals=decimals)


def shown_interval(interval: Interval, measure: Measure) -> Interval:
    """Return the part of an interval that lies on the scale: a score is never below 0 or above 100.

    >>> shown_interval(Interval(88.0, 103.5), Measure.SCORE)
    Interval(low=88.0, high=100.0)
    """
    if measure is not Measure.SCORE:
        return interval
    return Interval(max(interval.low, 0.0), min(interval.high, 100.0))


def interval_words(interval: Interval, measure: Measure, *, decimals: int = 1) -> str:
    """Return an interval, its unit said once.

    >>> interval_words(Interval(69.84, 75.01), Measure.SCORE)
    '69,8 tot 75,0'
    >>> interval_words(Interval(0.69, 0.75), Measure.SHARE, decimals=0)
    '69 tot 75%'
    """
    shown = shown_interval(interval, measure)
    low = value_words(shown.low, measure, decimals=decimals).removesuffix("%")
    return f"{low} tot {value_words(shown.high, measure, decimals=decimals)}"


def meaningful_decimals(se: float) -> int:
    """Return how many decimals a figure deserves: two significant digits of its standard error.

    >>> meaningful_decimals(9.2), meaningful_decimals(0.023), meaningful_decimals(231.0), meaningful_decimals(0.0)
    (1, 3, 0, 1)
    """
    if se <= 0:
        return 1
    return min(max(1 - Decimal(repr(se)).adjusted(), 0), MAXIMUM_DECIMALS)


def reason_words(missing: NotEstimable | Suppressed, *, floor: int) -> str:
    """Return why a figure is not shown.

    >>> reason_words(Suppressed("fewer_than_floor"), floor=10)
    'niet getoond: minder dan 10 mensen'
    >>> reason_words(NotEstimable("no_respondents", 0), floor=10)
    'niet te berekenen: niemand gaf een antwoord'
    """
    if isinstance(missing, Suppressed):
        return f"niet getoond: {SUPPRESSED_WORDS[missing.reason].format(floor=floor)}"
    return f"niet te berekenen: {NOT_ESTIMABLE_WORDS[missing.reason]}"


def flag_words(flags: Collection[Flag]) -> str:
    """Return what a reader must know about a figure, in a few words; empty when there is nothing.

    >>> flag_words({Flag.IMPRECISE, Flag.SMALL})
    'kleine groep, onzeker'
    """
    return ", ".join(words for flag, words in FLAG_WORDS.items() if flag in flags)


def figure_words(figure: ProtectedFigure, measure: Measure, *, floor: int, decimals: int = 1) -> str:
    """Return a figure with its interval, or the reason why it is not there."""
    if not isinstance(figure, Estimate):
        return reason_words(figure, floor=floor)
    value = value_words(figure.value, measure, decimals=decimals)
    return f"{value} ({interval_words(figure.interval, measure, decimals=decimals)})"


def estimate_sentence(name: str, figure: ProtectedFigure, *, floor: int) -> str:
    """Return one or two sentences about a score, with its uncertainty.

    >>> estimate_sentence("Toegang", Suppressed("fewer_than_floor"), floor=10)
    'Toegang: de score is niet getoond: minder dan 10 mensen.'
    """
    if not isinstance(figure, Estimate):
        return f"{name}: de score is {reason_words(figure, floor=floor)}."
    value = f"{name}: de score is {number_words(figure.value, decimals=1)} op een schaal van 0 tot 100."
    if Flag.CENSUS in figure.flags:
        return f"{value} Iedereen deed mee, dus dit is de precieze score van deze groep."
    interval = interval_words(figure.interval, Measure.SCORE)
    certainty = " Dat is een onzekere score." if figure.flags & {Flag.SMALL, Flag.IMPRECISE, Flag.LOW_DF} else ""
    return f"{value} De echte score ligt waarschijnlijk tussen {interval.replace(' tot ', ' en ')}.{certainty}"


def claims_difference(comparison: Comparison) -> bool:
    """Return whether a difference may be called a difference.

    Only when the interval lies on one side of zero, and when it stays clear after the correction for many comparisons.
    """
    return beside_zero(comparison.interval) and comparison.p_adjusted < SIGNIFICANT


def beside_zero(interval: Interval) -> bool:
    """Return whether an interval lies on one side of zero."""
    return interval.low > 0 or interval.high < 0


def difference_decimals(comparison: Comparison) -> int:
    """Return how many decimals a comparison is told in: 1, or more when an interval beside zero would touch it.

    >>> from analysis.results import Inference
    >>> difference_decimals(Comparison(1.5, 0.7, Interval(0.02, 3.0), 90, 0.04, 0.04, "f", False, 80, 900, Inference.FINITE))
    2
    """
    return interval_decimals(comparison.interval)


def interval_decimals(interval: Interval) -> int:
    """Return how many decimals a difference with this interval is told in."""
    if not beside_zero(interval):
        return 1
    bounds = (interval.low, interval.high)
    fine = (decimals for decimals in range(1, MAXIMUM_DECIMALS) if all(_rounded(bound, decimals) for bound in bounds))
    return next(fine, MAXIMUM_DECIMALS)


def direction_words(comparison: Comparison) -> str:
    """Return the verdict of a comparison in a few words."""
    if not claims_difference(comparison):
        return "geen duidelijk verschil"
    side = "hoger" if comparison.difference > 0 else "lager"
    return side if comparison.relevant else f"iets {side}"
