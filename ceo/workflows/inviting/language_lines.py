"""A few words in each language of residents: that the questions can be read in it, and where. For letters and mails in Dutch.

Made by machine and read through, as the other translations. Short: all of them stand on every letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_LINES: Final[Mapping[str, str]] = {
    "en": "Questions in English: {address}",
    "de": "Fragen auf Deutsch: {address}",
    "fr": "Questions en français : {address}",
    "tr": "Türkçe sorular: {address}",
    "ar": "الأسئلة بالعربية: {address}",
    "pl": "Pytania po polsku: {address}",
    "uk": "Запитання українською: {address}",
}


@dataclass(frozen=True, slots=True)
class LanguageLine:
    """A line in another language than that of the letter (ISO 639-1)."""

    language: str
    text: str


def language_lines(languages: Iterable[str], address: str) -> tuple[LanguageLine, ...]:
    """Return the lines of the languages of a round, except Dutch. `address` is where people can fill in, as it is read.

    >>> language_lines(["nl", "pl"], "ceo.utrecht.nl/GM0344")[0].language
    'pl'
    """
    wanted = set(languages)
    return tuple(LanguageLine(code, line.format(address=address)) for code, line in _LINES.items() if code in wanted)
