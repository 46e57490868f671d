"""The words on the screen, in the languages of residents. Dutch is the source and stands in the code; other languages have a catalogue.

Catalogues (`locale/<language>/LC_MESSAGES/ceo.po`) are read and compiled in memory when a language is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal

from ceo.clock import DUTCH_TIME

SOURCE_LANGUAGE: Final = "nl"
# Each language by its own name, as its readers look for it.
LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "nl": "Nederlands",
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "tr": "Türkçe",
    "ar": "العربية",
    "pl": "Polski",
    "uk": "Українська",
}


def N_(sentence: str) -> str:  # noqa: N802 - the name by which gettext finds sentences that are translated later
    """Mark a sentence for the catalogues."""
    return sentence


def translations(language: str) -> NullTranslations:
    """Return the words of residents' pages in a language."""
    return _catalogue(language, "ceo")


def staff_translations(language: str) -> NullTranslations:
    """Return the words of the workplace in a language."""
    return _catalogue(language, "staff")


@cache
def _catalogue(language: str, domain: str) -> NullTranslations:
    """Return a compiled catalogue. The source language needs none."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    file = files("ceo.web").joinpath("locale", language, "LC_MESSAGES", f"{domain}.po")
    compiled = BytesIO()
    with file.open("rb") as written:
        write_mo(compiled, read_po(written, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def format_day(day: date, language: str) -> str:
    """Return a day in words.

    >>> format_day(date(2026, 11, 21), "nl"), format_day(date(2026, 11, 21), "pl")
    ('21 november 2026', '21 listopada 2026')
    """
    return format_date(day, "d. MMMM y" if language == "de" else "d MMMM y", locale=language)


def format_moment(moment: datetime, language: str) -> str:
    """Return a moment in words, in Dutch time.

    >>> from datetime import UTC
    >>> format_moment(datetime(2026, 11, 21, 13, 5, tzinfo=UTC), "nl")
    '21 november 2026 14:05'
    """
    local = moment.astimezone(DUTCH_TIME)
    return f"{format_day(local.date(), language)} {local:%H:%M}"


def format_number(number: int, language: str) -> str:
    """Return a whole number with its separators.

    >>> format_number(1234, "nl"), format_number(1234, "ar")
    ('1.234', '1,234')
    """
    return format_decimal(number, locale=language)
