"""The words on the screen. Dutch is the source; every word of a template stands in a gettext call, so that catalogues can follow."""

from __future__ import annotations

from datetime import date
from gettext import NullTranslations
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal

SOURCE_LANGUAGE: Final = "nl"


def translations(language: str) -> NullTranslations:
    """Return the words of a language. The source language needs no catalogue."""
    assert language == SOURCE_LANGUAGE, f"there is no catalogue for {language}"
    return NullTranslations()


def format_day(day: date, language: str) -> str:
    """Return a day in words.

    >>> format_day(date(2026, 11, 21), "nl")
    '21 november 2026'
    """
    return format_date(day, "d MMMM y", locale=language)


def format_number(number: int, language: str) -> str:
    """Return a whole number with its separators.

    >>> format_number(1234, "nl")
    '1.234'
    """
    return format_decimal(number, locale=language)
