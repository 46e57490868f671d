"""What the page about the method shows: the words that figures come with, and what a researcher wants to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ceo.web.figures.edition_view import shared_values
from exports.release.cube import COLUMNS
from exports.release.facts import AreaType
from exports.release.labels import Labels
from exports.release.reading_words import AREA_WORDS, FLAG_MEANINGS, FLAGS, reason_of
from exports.wording import METHOD_WORDS

if TYPE_CHECKING:
    from exports.release.cube import SealedCube


def method_values(release: SealedCube) -> dict[str, Any]:
    """Return the values of the page about the method. Words are explained that occur in this release."""
    facts, labels = release.facts, Labels(release.facts)
    flags = {flag for flags in _different(release, "flags") for flag in flags.split()}
    return shared_values(release) | {
        "flags": tuple((words, FLAG_MEANINGS[flag]) for flag, words in FLAGS.items() if flag in flags),
        "reasons": tuple(
            reason_of(code, floor=facts.floor) for code in sorted(filter(None, _different(release, "suppression")))
        ),
        "methods": tuple(METHOD_WORDS[one] for one in METHOD_WORDS if one in _different(release, "method")),
        "columns": tuple(COLUMNS.items()),
        "areas": tuple(
            (one.name, AREA_WORDS[one.kind], len(one.members))
            for one in facts.areas
            if one.kind not in (AreaType.MUNICIPALITY, AreaType.NATION)
        ),
        "sources": tuple(
            sorted(((labels.area(one.municipality), one) for one in facts.sources), key=lambda pair: pair[0].casefold())
        ),
    }


def _different(release: SealedCube, column: str) -> list[str]:
    import pyarrow.compute as pc

    found: list[str] = pc.unique(release.cube.table[column]).to_pylist()
    return found
