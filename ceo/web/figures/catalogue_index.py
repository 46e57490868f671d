"""What can be found in a release: its indicators and its municipalities, small enough to keep for every release there is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from exports.release.facts import ReleaseFacts

MOST_FOUND: Final = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to find: `code` names it in addresses, `beside` says more of it, `words` are what is searched."""

    code: str
    label: str
    beside: str
    words: str


@dataclass(frozen=True, slots=True)
class Index:
    """A release in the catalogue."""

    population: str
    period: str
    publisher: str
    simulated: bool
    words: str
    indicators: tuple[Entry, ...]
    municipalities: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: at most `MOST_FOUND` entries, and how many `more` there are."""

    entries: tuple[Entry, ...]
    more: int


def index_of(facts: ReleaseFacts) -> Index:
    """Return what can be found in a release."""
    from exports.release.facts import AreaType
    from exports.release.reading_words import theme_of
    from exports.wording import date_words

    return Index(
        population=facts.population,
        period=f"{date_words(facts.period_start)} tot en met {date_words(facts.period_end)}",
        publisher=facts.publisher,
        simulated=facts.simulated,
        words=plain(f"{facts.title} {facts.publisher} {facts.population} {facts.release}"),
        indicators=tuple(
            Entry(
                one.indicator,
                one.label,
                one.question,
                plain(
                    f"{one.indicator} {one.label} {one.question} {theme_of(one.theme)} {' '.join(it.text for it in one.wordings)}"
                ),
            )
            for one in facts.indicators
        ),
        municipalities=tuple(
            Entry(one.area, one.name, "", plain(f"{one.name} {one.area}"))
            for one in sorted(facts.areas, key=lambda it: plain(it.name))
            if one.kind is AreaType.MUNICIPALITY
        ),
    )


def search(entries: Iterable[Entry], asked: str) -> Found:
    """Return the entries that have every word that is asked for, in their order; without words there is nothing to find.

    >>> hulp = Entry("TOE01", "Hulp aanvragen", "", "toe01 hulp aanvragen bij de gemeente")
    >>> len(search([hulp], "AANVRÁGEN hulp").entries), len(search([hulp], "hulp dagbesteding").entries)
    (1, 0)
    """
    wanted = plain(asked).split()
    found = [one for one in entries if wanted and all(word in one.words for word in wanted)]
    return Found(tuple(found[:MOST_FOUND]), max(len(found) - MOST_FOUND, 0))


def matches(words: str, asked: str) -> bool:
    """Return whether words have every word that is asked for."""
    wanted = plain(asked).split()
    return bool(wanted) and all(word in words for word in wanted)


def plain(text: str) -> str:
    """Return a text as it is searched and ordered: small letters without accents.

    >>> plain("Súdwest-Fryslân")
    'sudwest-fryslan'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
