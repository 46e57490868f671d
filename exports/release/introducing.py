"""What a release is, in the words in which files for people introduce it: whose figures, when, where, and how to cite and use them."""

from __future__ import annotations

from datetime import date
from typing import Final

from exports.release.cube import SealedCube
from exports.release.facts import AreaType, ReleaseFacts, Seal, citation_of
from exports.release.telling import warnings_of
from exports.wording import count_words, date_words

_INFERENCES: Final = {
    "finite": "De cijfers gaan over de cliënten van deze meting.",
    "process": "De cijfers gaan over de dienstverlening, ook voor wie later cliënt wordt.",
}


def notices_of(release: SealedCube) -> tuple[str, ...]:
    """Return the warnings that stand before all else, in Dutch; none where a release is real, published and current."""
    return warnings_of(release.facts, release.seal)


def about(release: SealedCube) -> tuple[tuple[str, str], ...]:
    """Return what a release is: terms with their text, in Dutch. Nothing is said of what is not known."""
    facts, seal = release.facts, release.seal
    lines = (
        ("Uitgever", facts.publisher),
        ("Editie", _edition(facts, seal)),
        ("Voor wie gelden de cijfers", facts.population),
        ("Wanneer is gevraagd", f"{date_words(facts.period_start)} tot en met {date_words(facts.period_end)}"),
        ("Waar", _where(facts)),
        ("Zo verwijst u naar deze cijfers", citation_of(facts, seal)),
        ("Vaste plek", seal.address),
        ("Licentie", f"{facts.licence}, {facts.licence_address}"),
        ("Methode", method_of(facts)),
        ("Regels tegen herkenning", facts.policy),
        ("Controlegetal (digest)", seal.digest),
        ("Gemaakt met", f"CEO {facts.software}" if facts.software else ""),
    )
    return tuple((term, text) for term, text in lines if text)


def method_of(facts: ReleaseFacts) -> str:
    """Return how the figures were made, in a few sentences."""
    return " ".join(filter(None, (facts.method_note, _INFERENCES.get(facts.inference, ""))))


def dated(release: SealedCube) -> date:
    """Return the day that files give as their own: of publishing, or else the last day of the period. Never that of writing."""
    return release.seal.published_on or release.facts.period_end


def address_of(seal: Seal, extension: str) -> str:
    """Return where the file of an edition with an extension stands.

    >>> address_of(Seal(digest="", address="https://ceo.example/cijfers/wmo-2026/2", state="published"), "csv")
    'https://ceo.example/cijfers/wmo-2026/2.csv'
    """
    return f"{seal.address}.{extension}"


def _edition(facts: ReleaseFacts, seal: Seal) -> str:
    published = f"gepubliceerd op {date_words(seal.published_on)}." if seal.published_on else "nog niet gepubliceerd."
    return f"{facts.edition}, {published}{f' Reden: {facts.reason}' if facts.reason else ''}"


def _where(facts: ReleaseFacts) -> str:
    places = sum(area.kind is AreaType.MUNICIPALITY for area in facts.areas)
    return f"{count_words(places, 'gemeente', 'gemeenten')} in Nederland"
