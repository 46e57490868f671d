"""Sentences about antennes: what a control chart saw, how often it is wrong, and that a signal is no verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import floor
from typing import Final

from exports.cycle.indicators import Indicator
from exports.cycle.periods import Period, period_of
from exports.wording import count_words, number_words
from questionnaires.scales import Polarity


class Side(StrEnum):
    """On which side of the limits a period lies."""

    ABOVE = "above"
    BELOW = "below"


NO_VERDICT: Final = (
    "Een signaal is geen oordeel, maar een reden om erover te praten. Waardoor het komt, is hiermee niet te zeggen."
)
_SIDES: Final[Mapping[Side, tuple[str, str]]] = {Side.ABOVE: ("boven", "Hoger"), Side.BELOW: ("onder", "Lager")}
_SIGNIFICANT_DIGITS: Final = 2
# Of how many times a share is told.
_TIMES: Final = 10
# A rate of 1 in 370 must not become 369 by the way in which computers keep fractions, or by its rounding where it was kept.
_NEARLY: Final = 0.5


def signal_sentence(indicator: Indicator, signals: Sequence[tuple[str, str]], watched: Sequence[str]) -> str:
    """Return what a control chart found: its last signal, since when it stands, and how many came apart from that.

    `signals` are periods with "above" or "below", `watched` all periods of the chart, both with the oldest first. To be told with
    `NO_VERDICT`, and with how often a signal is a false one.

    >>> from analysis.results import Measure
    >>> access, months = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE), ["2026-01", "2026-02", "2026-03"]
    >>> signal_sentence(access, [("2026-02", "below"), ("2026-03", "below")], months)
    'Er is een signaal sinds februari 2026: de score voor ‘Toegang’ ligt de laatste tijd onder wat gewoon is. Lager is hier minder goed.'
    >>> signal_sentence(access, [("2026-01", "above")], months)
    'In januari 2026 was er een signaal: de score voor ‘Toegang’ lag toen boven wat gewoon is. Hoger is hier beter.'
    >>> signal_sentence(access, [], months)
    'Tot en met maart 2026 is er geen signaal bij ‘Toegang’. Een kleine verandering zien we zo niet altijd.'
    """
    newest = watched[-1]
    if not signals:
        return (
            f"Tot en met {period_of(newest).name} is er geen signaal bij ‘{indicator.title}’. "
            "Een kleine verandering zien we zo niet altijd."
        )
    last, written = signals[-1]
    where, side = _SIDES[Side(written)]
    told = period_of(last)
    if last == newest:
        run = _last_run(signals, watched)
        begun = period_of(run[0]).name
        seen = f"Er is een signaal sinds {begun}: {indicator.name} ligt de laatste tijd {where} wat gewoon is."
        others = len(signals) - len(run)
    else:
        begun = f"{told.within[0].upper()}{told.within[1:]}"
        seen = f"{begun} was er een signaal: {indicator.name} lag toen {where} wat gewoon is."
        others = len(signals) - 1
    return " ".join(part for part in (seen, _good(indicator, side), _before(others, told)) if part)


def seen_signal_sentence(indicator: Indicator, period: str, side: str, since: str = "") -> str:
    """Return the signal of one period ("above" or "below") that led to a conversation. To be told with `NO_VERDICT`.

    `since`: the first period of that signal; "" where that was not kept. A signal is told as something past: it may be over by now.

    >>> from analysis.results import Measure
    >>> access = Indicator("Toegang", Measure.SCORE, Polarity.POSITIVE)
    >>> seen_signal_sentence(access, "2026-05", "below", "2026-03")
    'In mei 2026 was er een signaal, sinds maart 2026: de score voor ‘Toegang’ lag toen onder wat gewoon is. Lager is hier minder goed.'
    >>> seen_signal_sentence(access, "2026-05", "below")
    'In mei 2026 kwam er een signaal: de score voor ‘Toegang’ lag toen onder wat gewoon is. Lager is hier minder goed.'
    """
    where, direction = _SIDES[Side(side)]
    told = period_of(period).within
    verb = f"was er een signaal, sinds {period_of(since).name}" if since not in {"", period} else "kwam er een signaal"
    seen = f"{told[0].upper()}{told[1:]} {verb}: {indicator.name} lag toen {where} wat gewoon is."
    return " ".join(part for part in (seen, _good(indicator, direction)) if part)


def false_alarm_sentence(rate: float, one: str, many: str, *, charts: int = 1) -> str:
    """Return how often, at most, a signal comes when nothing changes: of one chart, and of so many together.

    Of k charts at most k times as often as of one (Bonferroni). Empty where no rate is stated.

    >>> false_alarm_sentence(0.0027, "maand", "maanden")
    'Ook als er niets verandert, komt er in hoogstens 1 op de 370 maanden een signaal.'
    >>> print(false_alarm_sentence(0.0027, "maand", "maanden", charts=8))
    Ook als er niets verandert, komt er in hoogstens 1 op de 370 maanden een signaal. Dat geldt voor elk cijfer apart. Bij 8 cijfers
    samen is dat hoogstens 1 op de 46 maanden.
    """
    if not 0 < rate < 1:
        return ""
    often = f"Ook als er niets verandert, komt er in hoogstens 1 op de {_periods(1 / rate, one, many)} een signaal."
    if charts <= 1:
        return often
    together = f"Bij {number_words(charts)} cijfers samen is dat hoogstens 1 op de"
    return f"{often} Dat geldt voor elk cijfer apart. {together} {_periods(1 / (rate * charts), one, many)}."


def delay_sentence(shift: float, share: float, within: int, one: str, many: str, *, baseline: int) -> str:
    """Return how soon a lasting change is seen: of `shift` standard deviations of a period, `share` (0-1) of the times `within` periods.

    That holds while at least as many people answer as in the `baseline` (a number of periods) that shows what is usual.

    >>> print(delay_sentence(3.0, 0.9, 7, "maand", "maanden", baseline=12))
    Is een verandering blijvend, en 3 keer zo groot als de gewone schommeling? Dan zien we die in ongeveer 9 van de 10 keer binnen 7
    maanden. Dat geldt als er niet minder mensen antwoorden dan in de 12 maanden die laten zien wat gewoon is. Antwoorden er minder
    mensen, of is de verandering kleiner, dan zien we die later of niet.
    """
    large = f"Is een verandering blijvend, en {number_words(shift)} keer zo groot als de gewone schommeling?"
    often = f"{number_words(share * _TIMES)} van de {number_words(_TIMES)} keer"
    seen = f"Dan zien we die in ongeveer {often} binnen {count_words(within, one, many)}."
    usual = f"in de {count_words(baseline, one, many)} die laten zien wat gewoon is"
    return (
        f"{large} {seen} Dat geldt als er niet minder mensen antwoorden dan {usual}. "
        "Antwoorden er minder mensen, of is de verandering kleiner, dan zien we die later of niet."
    )


def _periods(number: float, one: str, many: str) -> str:
    return count_words(_at_least(number), one, many)


def _last_run(signals: Sequence[tuple[str, str]], watched: Sequence[str]) -> list[str]:
    """Return the periods up to the last signal that lie on its side without another between them, the oldest first."""
    sides = dict(signals)
    last, side = signals[-1]
    run: list[str] = []
    for period in reversed(watched[: watched.index(last) + 1]):
        if sides.get(period) != side:
            break
        run.append(period)
    return run[::-1]


def _at_least(number: float) -> int:
    """Return a whole number of at least 2, rounded down to two digits: nobody knows a rate more exactly.

    >>> _at_least(370.37), _at_least(12_345.0), _at_least(1.2)
    (370, 12000, 2)
    """
    whole = max(floor(number + _NEARLY), 2)
    unit: int = 10 ** max(len(str(whole)) - _SIGNIFICANT_DIGITS, 0)
    return whole // unit * unit


def _good(indicator: Indicator, side: str) -> str:
    if indicator.polarity is Polarity.NONE:
        return ""
    better = (side == "Hoger") == (indicator.polarity is Polarity.POSITIVE)
    return f"{side} is hier {'beter' if better else 'minder goed'}."


def _before(count: int, period: Period) -> str:
    if count == 0:
        return ""
    if count == 1:
        return f"Ook {period.preposition} 1 {period.another} was er een signaal."
    return f"Ook {period.preposition} {number_words(count)} andere {period.many} waren er signalen."
