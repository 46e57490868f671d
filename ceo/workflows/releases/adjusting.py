"""Adjusted scores of an edition: kept as a file beside its cube, made with it, and shown to each municipality of its own only.

What may be told of them, and how exactly, is decided when the edition is made (`analysis.release.adjusting`).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from ceo.storage.database import Database
from ceo.storage.releases import Release
from ceo.workflows.releases.files import DamagedEditionError, read_release_file
from ceo.workflows.releases.manifests import digest_of_file

if TYPE_CHECKING:
    from analysis.partitions import Tabulated
    from analysis.plan import AnalysisPlan
    from analysis.pooling import Pooled
    from analysis.release.adjusting import AdjustedOutcome, AdjustedScore, NotAdjusted
    from analysis.results import ProtectedResults

_LOG: Final = logging.getLogger(__name__)
# The file of an edition that holds them, and where a manifest names its digest; an edition in which nothing is adjusted has neither.
ADJUSTED: Final = "adjusted.json"
ADJUSTED_FILE: Final = "adjusted"
_FORMAT: Final = "ceo-adjusted/1"


@dataclass(frozen=True, slots=True)
class Adjuster:
    """A question that scores were adjusted for: its Dutch `title`, and why no municipality has a hand in it."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class OwnAdjusted:
    """The adjusted scores of one municipality by indicator, each with what is told of all municipalities, or why there is none."""

    adjusters: tuple[Adjuster, ...]
    scores: Mapping[str, tuple[AdjustedScore, AdjustedOutcome] | NotAdjusted]


def adjusters_in(pooled: Pooled, plan: AnalysisPlan) -> tuple[str, ...]:
    """Return the questions that scores of an edition are adjusted for; none where municipalities were not asked the same."""
    from analysis.release.adjusting import adjusters_of

    found = adjusters_of(pooled, plan)
    return found.adjusters if found is not None else ()


def adjust_all(tabulated: Tabulated, pooled: Pooled, plan: AnalysisPlan, protected: ProtectedResults) -> bytes:
    """Return the adjusted scores of an edition as canonical JSON; nothing where there are none."""
    from analysis.release.adjusting import AdjustedScore, adjust_release, adjusters_of

    chosen = adjusters_of(pooled, plan)
    found = adjust_release(tabulated.mix, plan, protected.figures) if tabulated.mix is not None else None
    if chosen is None or found is None:
        return b""
    document = {
        "format": _FORMAT,
        "adjusters": [
            asdict(Adjuster(pooled.codebook.variable(name).title, chosen.allowed[name])) for name in found.adjusters
        ],
        "outcomes": {name: asdict(one) for name, one in found.outcomes.items()},
        "municipalities": {
            code: {name: asdict(one) if isinstance(one, AdjustedScore) else one.value for name, one in scores.items()}
            for code, scores in found.scores.items()
        },
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def adjusted_digest(content: bytes) -> str:
    """Return the digest by which a manifest names what `adjust_all` returned; "" where it returned nothing.

    >>> adjusted_digest(b"")
    ''
    """
    return digest_of_file(content) if content else ""


async def own_adjusted(database: Database, row: Release, municipality: str) -> OwnAdjusted | None:
    """Return the adjusted scores of a municipality in an edition; None where the edition has none.

    Raises `DamagedEditionError` for other bytes than were sealed.
    """
    told = (row.manifest or {}).get(ADJUSTED_FILE, "")
    if not told:
        return None
    content = await read_release_file(database, row.name, row.edition, ADJUSTED) or b""
    if adjusted_digest(content) != told:
        _LOG.error("%s/%s is damaged: its adjusted scores are not those that were sealed", row.name, row.edition)
        raise DamagedEditionError(f"{row.name}/{row.edition}")
    return await asyncio.to_thread(_read, content, municipality)


def _read(content: bytes, municipality: str) -> OwnAdjusted:
    from analysis.release.adjusting import AdjustedOutcome, AdjustedScore, NotAdjusted

    document = json.loads(content)
    outcomes = {name: AdjustedOutcome(**one) for name, one in document["outcomes"].items()}
    return OwnAdjusted(
        adjusters=tuple(Adjuster(**one) for one in document["adjusters"]),
        scores={
            name: NotAdjusted(one) if isinstance(one, str) else (AdjustedScore(**one), outcomes[name])
            for name, one in document["municipalities"].get(municipality, {}).items()
        },
    )
