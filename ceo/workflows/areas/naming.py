"""Which municipality people mean: by its official name, by the name that everybody uses, or by its code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from ceo.workflows.frames.values import plain_word

# How many municipalities are offered at most for a name that is none.
MOST_OFFERED: Final = 3
# Names that everybody uses, in the spelling of `plain_word`, and the official ones.
_EVERYDAY: Final[Mapping[str, str]] = {
    "denhaag": "'s-Gravenhage",
    "denbosch": "'s-Hertogenbosch",
    "dantumadeel": "Dantumadiel",
    "defriesemeren": "De Fryske Marren",
    "noordoostfriesland": "Noardeast-Fryslân",
    "tietjerksteradeel": "Tytsjerksteradiel",
    "zuidwestfriesland": "Súdwest-Fryslân",
}


@dataclass(frozen=True, slots=True)
class UnknownName:
    """What somebody typed and is no municipality, with the names that may be meant: those that begin so, or one that looks like it."""

    typed: str
    alike: tuple[str, ...]


class MunicipalityNames:
    """The municipalities by everything that they are called. `names`: the official name by code, such as Hengelo (O.)."""

    def __init__(self, names: Mapping[str, str]) -> None:
        official = {plain_word(name): code for code, name in names.items()}
        everyday = {
            typed: official[plain_word(name)] for typed, name in _EVERYDAY.items() if plain_word(name) in official
        }
        self._official = {plain_word(name): name for name in names.values()}
        self._codes = _without_addition(names) | everyday | official | {plain_word(code): code for code in names}

    def find(self, typed: str) -> str | UnknownName:
        """Return the code of a municipality, or what may be meant.

        >>> official = {"1": "'s-Gravenhage", "2": "Bergen (NH.)", "3": "Bergen (L.)", "4": "Hengelo (O.)", "5": "Tubbergen"}
        >>> names = MunicipalityNames(official)
        >>> names.find("Den Haag"), names.find("Hengelo"), names.find("3")
        ('1', '4', '3')
        >>> names.find("Bergen").alike, names.find("Tuburgen").alike
        (('Bergen (L.)', 'Bergen (NH.)'), ('Tubbergen',))
        """
        word = plain_word(typed)
        if word in self._codes:
            return self._codes[word]
        begin = typed.strip().casefold()
        begins = sorted(name for name in self._official.values() if begin and name.casefold().startswith(begin))
        # The least that has to be written after it goes first: Bergen (L.) before Bergen op Zoom.
        nearest = sorted(begins, key=len)[:MOST_OFFERED]
        looks = () if nearest else tuple(self._official[one] for one in get_close_matches(word, self._official, n=1))
        return UnknownName(typed, tuple(nearest) or looks)


def _without_addition(names: Mapping[str, str]) -> dict[str, str]:
    """Return the codes by what stands before the brackets of a name, where only one municipality is called so."""
    stems: dict[str, list[str]] = {}
    for code, name in names.items():
        stems.setdefault(plain_word(name.partition("(")[0]), []).append(code)
    return {stem: codes[0] for stem, codes in stems.items() if len(codes) == 1}
