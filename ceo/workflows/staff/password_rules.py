"""Which passwords are refused: too short, too long, or what is tried first when somebody guesses.

There are no rules about capitals, digits or marks: they make people write `Welkom2026!`. What counts is how hard the whole is to guess.
A password is cut into pieces as somebody would who guesses, in the cheapest way:

| piece | bits |
| --- | --- |
| a word of the list, or the name of a municipality or province (one more bit when digits stand for letters, as in `w3lk0m`) | 11 |
| a year from 1900 to 2099 | 7 |
| three or more signs alike, in a row of the keyboard, the alphabet or the digits, forward or backward | 6 |
| three or more signs that stood there before | 2 |
| three or more letters of the own name, the own mail address or the name of the service | 1 |
| any other letter | 4 |
| any other digit, and any other mark (all that keeps words apart counts once, when that is cheaper) | 3.3 |

Below 40 bits it is refused. That is a coarse estimate and errs on both sides; with the limit on guessing (see `signing_in`) 40 bits last
for thousands of years. Length: at least 12 and at most 200 characters. Source of the approach: NIST SP 800-63B-4, section 3.1.1.2; Wheeler
(2016), zxcvbn, USENIX Security 25. The list was written for CEO; see its head.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from ceo.storage.municipalities import shipped_municipalities

SHORTEST: Final = 12
LONGEST: Final = 200
_HARD_ENOUGH: Final = 40
# Characters that are looked at in any case; an accent can be one of its own until it is joined with its letter.
_READ: Final = 10 * LONGEST
# What so many signs do not make hard enough is no password.
_LOOKED_AT: Final = 64

_WORD: Final = 11.0
_YEAR: Final = 7.0
_ROW: Final = 6.0
_REPEATED: Final = 2.0
_OWN: Final = 1.0
_LETTER: Final = 4.0
_OTHER: Final = 3.3

_SHORTEST_PIECE: Final = 3
_SERVICE: Final = ("ceo", "clientervaring", "clientervaringsonderzoek")
_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "!@#$%^&*()",
    *("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/"),
)
_IN_ROW: Final = frozenset(pair for row in _ROWS for way in (row, row[::-1]) for pair in pairwise(way))
_DIGITS_FOR_LETTERS: Final = str.maketrans("0134578@$!€", "oieastbasie")
_APART: Final = re.compile(r"[\s._-]+")
_YEARS: Final = re.compile("(?:19|20)[0-9]{2}")


class PasswordFault(StrEnum):
    """What is wrong with a password that somebody chose."""

    TOO_SHORT = "too-short"
    TOO_LONG = "too-long"
    PREDICTABLE = "predictable"  # words, years and rows
    OWN = "own"  # the own name or address with little around it


def normalise_password(typed: str) -> str:
    """Return a password as it is hashed: two ways to write a sign with an accent are one (NFKC)."""
    return unicodedata.normalize("NFKC", typed[:_READ])


def find_faults(typed: str, *, own: Iterable[str] = ()) -> tuple[PasswordFault, ...]:
    """Return all that is wrong with a password. `own`: the name and mail address of who chooses it.

    >>> [fault.value for fault in find_faults("Welkom2026")], find_faults("bijna geen gletsjer wandelt")
    (['too-short', 'predictable'], ())
    """
    password = normalise_password(typed)
    faults = []
    if len(password) < SHORTEST:
        faults.append(PasswordFault.TOO_SHORT)
    if len(password) > LONGEST:
        return (PasswordFault.TOO_LONG,)
    if estimate_bits(password) < _HARD_ENOUGH:
        faults.append(PasswordFault.PREDICTABLE)
    elif estimate_bits(password, own=own) < _HARD_ENOUGH:
        faults.append(PasswordFault.OWN)
    return tuple(faults)


def estimate_bits(password: str, *, own: Iterable[str] = ()) -> float:
    """Return how hard a password is to guess: the binary logarithm of the number of guesses, coarsely; see above.

    >>> estimate_bits("welkom2026!!"), estimate_bits("Utrecht-Utrecht"), estimate_bits("qwertyuiop12345678")
    (24.6, 16.3, 12.0)
    """
    signs = _plain(password)[:_LOOKED_AT]
    joined = _APART.sub("", signs)
    own_words = frozenset(_own_words(own))
    bits = min(_cheapest(signs, own_words), _cheapest(joined, own_words) + _OTHER)
    return round(bits, 1)


def _cheapest(signs: str, own_words: frozenset[str]) -> float:
    """Return the bits of the cheapest way to cut a text into pieces."""
    readings = ((signs, 0.0), (signs.translate(_DIGITS_FOR_LETTERS), 1.0))
    cheapest = [0.0]
    for end in range(1, len(signs) + 1):
        last = signs[end - 1]
        best = cheapest[end - 1] + (_LETTER if last.isalpha() else _OTHER)
        for start in range(end - _SHORTEST_PIECE, -1, -1):
            best = min(best, cheapest[start] + _price(readings, start, end, own_words))
        cheapest.append(best)
    return cheapest[-1]


def _price(readings: Sequence[tuple[str, float]], start: int, end: int, own_words: frozenset[str]) -> float:
    """Return the bits of one piece; infinitely many when it is nothing known."""
    signs = readings[0][0]
    piece = signs[start:end]
    prices = [float("inf")]
    if _is_row(piece):
        prices.append(_ROW)
    if _YEARS.fullmatch(piece):
        prices.append(_YEAR)
    if piece in signs[:start]:
        prices.append(_REPEATED)
    for reading, more in readings:
        read = reading[start:end]
        if read in own_words:
            prices.append(_OWN + more)
        if read in _known_words():
            prices.append(_WORD + more)
    return min(prices)


def _is_row(piece: str) -> bool:
    return len(set(piece)) == 1 or all(pair in _IN_ROW for pair in pairwise(piece))


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    loose = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in loose if not unicodedata.combining(sign))


def _own_words(own: Iterable[str]) -> Iterable[str]:
    """Return the parts of a name or address, one by one and together."""
    for text in (*own, *_SERVICE):
        parts = re.findall(r"\w+", _plain(text))
        yield from (part for part in (*parts, "".join(parts)) if len(part) >= _SHORTEST_PIECE)


@cache
def _known_words() -> frozenset[str]:
    lines = files("ceo.workflows.staff").joinpath("predictable_words.txt").read_text(encoding="ascii").splitlines()
    listed = {word for line in lines if not line.startswith("#") for word in line.split()}
    places = {name for row in shipped_municipalities() for name in (row.name, row.province)}
    return frozenset(listed | {"".join(re.findall(r"\w+", _plain(name))) for name in places})
