"""Choosing a published edition on a form: `wmo-2027/1` in its value, its title in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request

from ceo.web.languages import N_
from ceo.web.staff.pages import staff_words
from ceo.web.staff.releases.words import STATES
from ceo.workflows.releases.proposal import can_be_release
from ceo.workflows.releases.reading import ListedRelease

_NAMED: Final = N_("%(title)s, editie %(edition)s")
_MOST_DIGITS: Final = 7


def edition_choices(request: Request[Any, Any, Any], found: Sequence[ListedRelease]) -> list[tuple[str, str]]:
    """Return the value and the words of each edition."""
    return [(f"{one.name}/{one.edition}", _words(request, one)) for one in found]


def chosen_edition(named: str) -> tuple[str, int]:
    """Return the name and the number of an edition; ("", 0) when a value cannot be one.

    >>> chosen_edition("wmo-landelijk-2026/1"), chosen_edition("iets")
    (('wmo-landelijk-2026', 1), ('', 0))
    """
    name, _, number = named.rpartition("/")
    if not (number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS):
        return "", 0
    return (name, int(number)) if can_be_release(name, int(number)) else ("", 0)


def _words(request: Request[Any, Any, Any], one: ListedRelease) -> str:
    named = staff_words(request, _NAMED, title=one.title, edition=one.edition)
    return f"{named} ({staff_words(request, STATES[one.state]).lower()})"
