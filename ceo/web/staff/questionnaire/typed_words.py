"""What somebody typed in a form, told back: each text with the name of its control."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from litestar import Request

from ceo.web.languages import N_
from ceo.web.staff.pages import staff_words

# Of controls in which people write; what was chosen goes along unseen.
_LABELS: Final[Mapping[str, str]] = {
    "titel": N_("Titel of korte naam"),
    "vraag": N_("Vraag of stelling"),
    "vraag-makkelijk": N_("In makkelijke woorden"),
    "uitleg": N_("Uitleg"),
    "uitleg-makkelijk": N_("Uitleg in makkelijke woorden"),
    "kop": N_("Kopje"),
    "opties": N_("Antwoorden"),
    "optie": N_("Antwoord"),
    "optie-makkelijk": N_("Antwoord in makkelijke woorden"),
    "alleen": N_("Antwoorden die niet met andere samengaan"),
    "laagste": N_("Laagste getal"),
    "hoogste": N_("Hoogste getal"),
    "eenheid": N_("Wat het getal telt"),
    "tekens": N_("Aantal tekens"),
    "papier": N_("Op papier"),
    "reden": N_("Reden"),
    "getal": N_("Getal"),
}
_OTHER: Final[Mapping[str, str]] = {"t-": N_("Vertaling"), "woord-": N_("Eigen woord")}


def typed_words(request: Request[Any, Any, Any], sent: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return label and text of everything that was typed, in the language of who asks."""
    named = ((_label(name), text) for name, text in sent if text.strip())
    return [(staff_words(request, label), text) for label, text in named if label]


def _label(name: str) -> str:
    start = next((label for prefix, label in _OTHER.items() if name.startswith(prefix)), "")
    return _LABELS.get(name, start)
