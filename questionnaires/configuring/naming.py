"""Naming: the names of local questions, scales, pages and options, made from their words. People never see them being made.

A name is for ever: whatever was published, or is in use elsewhere, is never given again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from itertools import count, product
from string import ascii_uppercase
from typing import Final

MOST_OF_A_NAME: Final = 30  # characters; what is behind it keeps names apart
_LETTERS: Final = 3
_NUMBERS: Final = 100
# Words that say nothing about a question.
_EMPTY: Final = frozenset({
    "aan", "als", "bij", "dat", "den", "der", "deze", "die", "dit", "door", "een", "eens", "elk", "gaat", "had",
    "heb", "hebt", "heeft", "hem", "het", "hij", "hoe", "hun", "iets", "jij", "jou", "jouw", "kan", "kunt", "maar",
    "meer", "met", "mijn", "naar", "niet", "nog", "ook", "omdat", "ons", "onze", "over", "tot", "uit", "van", "vanaf",
    "veel", "vind", "vindt", "voor", "waar", "wanneer", "was", "wat", "wel", "welk", "welke", "wie", "wij", "wilt",
    "word", "wordt", "zijn", "zou",
})  # fmt: skip  # a list


def name_item(owner: str, title: str, taken: Collection[str]) -> str:
    """Return a name for a question, such as gm0344.BUU01: letters of a word of its title, and a number that is free.

    >>> name_item("gm0344", "Het buurtteam is bereikbaar", {"gm0344.BUU01"})
    'gm0344.BUU02'
    """
    for letters in _letters(title):
        for number in range(1, _NUMBERS):
            name = f"{owner}.{letters}{number:02}"
            if name not in taken:
                return name
    raise AssertionError("there are more names than questions")


def name_part(words: str, taken: Collection[str], *, prefix: str = "", joint: str = "-") -> str:
    """Return a name for a page, scale or option that is not taken, from its words.

    >>> name_part("In welke wijk woont u?", {"in-welke-wijk-woont-u"})
    'in-welke-wijk-woont-u-2'
    >>> name_part("Eén keer", (), joint="_")
    'een_keer'
    """
    plain = re.sub("[^a-z0-9]+", joint, _plain(words).lower()).strip(joint)[:MOST_OF_A_NAME].strip(joint)
    start = plain if re.match("[a-z]", plain) else f"n{plain}".rstrip(joint)
    names = (prefix + start + (f"{joint}{number}" if number > 1 else "") for number in count(1))
    return next(name for name in names if name not in taken)


def _plain(words: str) -> str:
    """Return words in the letters A to Z, as far as they can be written so."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", words) if sign.isascii())


def _letters(title: str) -> Iterator[str]:
    words = re.findall("[a-z]+", _plain(title).lower())
    long = [word for word in words if len(word) >= _LETTERS]
    yield from dict.fromkeys(word[:_LETTERS].upper() for word in long if word not in _EMPTY)
    yield from dict.fromkeys(word[:_LETTERS].upper() for word in long)
    yield from ("VRG", *map("".join, product(ascii_uppercase, repeat=_LETTERS)))
