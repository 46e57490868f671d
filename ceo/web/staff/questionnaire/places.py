"""Where on the pages the part is that a remark is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from questionnaires.configuring.remarks import Remark, SpotKind

# With the name that the remark is about in it.
_PLACES: Final[Mapping[SpotKind, str]] = {
    SpotKind.TITLE: "/gegevens#titel",
    SpotKind.CORE: "/gegevens#kern",
    SpotKind.BREAKDOWN: "/gegevens#uitsplitsing",
    SpotKind.PARAM: "/gegevens#woord-{}",
    SpotKind.MODULE: "/modules",
    SpotKind.SLOT: "#gleuf-{}",
    SpotKind.QUESTION: "/vraag/{}",
    SpotKind.LANGUAGE: "/vertalingen/{}",
}
_CONDITION: Final = "/vraag/{}/voorwaarde"
_TEXT: Final = "/vertalingen/{}#t-{}"


def place_of_remark(home: str, remark: Remark) -> str:
    """Return the address at which a remark can be cured, below the address of the configuration.

    >>> from questionnaires.configuring.remarks import Spot
    >>> place_of_remark("/v", Remark(Spot(SpotKind.QUESTION, "gm0344.BUU01", "condition"), "D05", "", ""))
    '/v/vraag/gm0344.BUU01/voorwaarde'
    >>> place_of_remark("/v", Remark(Spot(SpotKind.WHOLE), "D15", "", ""))
    '/v'
    """
    spot = remark.spot
    if spot.kind is SpotKind.TEXT and spot.language:
        return home + _TEXT.format(spot.language, spot.name)
    place = _CONDITION if spot.field == "condition" else _PLACES.get(spot.kind, "")
    return home + place.format(spot.name) if spot.name or "{}" not in place else home
