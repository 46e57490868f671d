"""Numbers of the cycle that can lie below zero, written in one way everywhere: with a true minus, and differences with their sign."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from babel import Locale
from babel.numbers import format_decimal

from analysis.results import Interval
from exports.claim_wording import Unit
from exports.wording import DUTCH

# Longer than a hyphen, so that nobody reads over it, and a voice says "min".
MINUS: Final = "\N{MINUS SIGN}"


def number_text(value: float, *, decimals: int = 1, locale: Locale | str = DUTCH) -> str:
    """Return a number in the notation of a language. What rounds to nothing has no sign.

    >>> number_text(-0.42, decimals=2), number_text(-0.04), number_text(1234.5, locale="en")
    ('−0,42', '0,0', '1,234.5')
    """
    return _with_sign(value, "", decimals, locale)


def signed_text(value: float, *, decimals: int = 1, locale: Locale | str = DUTCH) -> str:
    """Return a difference with its sign.

    >>> signed_text(9.0), signed_text(-4.25), signed_text(0.04), signed_text(-4.25, locale="en")
    ('+9,0', '−4,2', '0,0', '−4.2')
    """
    return _with_sign(value, "+", decimals, locale)


def signed_bounds(interval: Interval, unit: Unit, *, decimals: int = 1, between: str = "tot") -> str:
    """Return the bounds of a difference with their signs and the unit, said once. `between` is the word that joins them.

    >>> from exports.claim_wording import POINTS
    >>> signed_bounds(Interval(-0.8, 3.2), POINTS, between="en"), signed_bounds(Interval(-9.0, -4.2), Unit("", ""))
    ('−0,8 en +3,2 punten', '−9,0 tot −4,2')
    """
    low, high = (signed_text(bound, decimals=decimals) for bound in (interval.low, interval.high))
    return f"{low} {between} {high} {unit.many}".rstrip()


def _with_sign(value: float, above: str, decimals: int, locale: Locale | str) -> str:
    pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
    size, nothing = (
        format_decimal(Decimal(repr(abs(number))), format=pattern, locale=locale) for number in (value, 0.0)
    )
    if size == nothing:
        return nothing
    return f"{above if value > 0 else MINUS}{size}"
