"""What every file of a release says of itself: what it is, how to cite it, how it may be used, and what to beware of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exports.release.facts import ReleaseFacts, Seal, citation_of

STATES: Final[Mapping[str, str]] = {
    "draft": "concept",
    "signed": "concept",
    "published": "gepubliceerd",
    "corrected": "verbeterd in een latere editie",
    "withdrawn": "ingetrokken",
}


def warnings_of(facts: ReleaseFacts, seal: Seal) -> tuple[str, ...]:
    """Return what a reader must know before anything else: simulated, a draft, corrected or withdrawn; mostly nothing."""
    reason = f" Reden: {seal.reason}" if seal.reason else ""
    told = {
        "GESIMULEERD: deze cijfers komen niet van echte mensen.": facts.simulated,
        "CONCEPT: deze cijfers zijn niet gepubliceerd en kunnen nog veranderen.": seal.published_on is None,
        f"VERBETERD: er is een latere editie.{reason}": seal.state == "corrected",
        f"INGETROKKEN: gebruik deze cijfers niet.{reason}": seal.state == "withdrawn",
    }
    return tuple(text for text, holds in told.items() if holds)


def titled(facts: ReleaseFacts, seal: Seal) -> str:
    """Return the title with its edition, and in capitals what a reader must know before anything else."""
    marks = [text.partition(":")[0] for text in warnings_of(facts, seal)]
    return ", ".join([f"{facts.title}, editie {facts.edition}", *marks])


def statements_of(facts: ReleaseFacts, seal: Seal) -> dict[str, str]:
    """Return what a file says of the whole release, by a stable name; nothing is left out but what is empty."""
    told = {
        "WARNING": " ".join(warnings_of(facts, seal)),
        "CITATION": citation_of(facts, seal),
        "LICENCE": f"{facts.licence}, {facts.licence_address}",
        "DIGEST": seal.digest,
        "ADDRESS": seal.address,
        "STATE": STATES.get(seal.state, seal.state),
        "STATE_REASON": seal.reason,
        "EDITION_REASON": facts.reason,
        "PUBLISHER": facts.publisher,
        "POPULATION": facts.population,
        "PERIOD": facts.period,
        "METHOD_NOTE": facts.method_note,
        "WEIGHTING": facts.weighting,
        "INFERENCE": facts.inference,
        "DISCLOSURE_POLICY": facts.policy,
        "PLAN_DIGEST": facts.plan_digest,
        "SOFTWARE": facts.software,
        "SOURCES": " ".join(f"{one.municipality}={one.digest}" for one in facts.sources),
    }
    return {name: text for name, text in told.items() if text}


def source_line(facts: ReleaseFacts, seal: Seal) -> str:
    """Return all of it that a reader needs in one line, for formats that have room for one text only."""
    parts = (
        *warnings_of(facts, seal),
        f"Bron: {citation_of(facts, seal)}.",
        f"Licentie: {facts.licence} ({facts.licence_address}).",
        f"Controlegetal: {seal.digest}.",
        f"Editie na de eerste omdat: {facts.reason}" if facts.reason else "",
        f"Methode: {facts.method_note}" if facts.method_note else "",
    )
    return " ".join(part for part in parts if part)
