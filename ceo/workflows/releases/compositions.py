"""Who answered beside who was on the list, of every municipality in an edition: made safe to show when the edition is made.

Lists and invitations are erased later, so it is kept with the edition then. What is left of them after sealing are the strata: how many
clients are in each, how many of them were invited, and how many answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from ceo.workflows.ending.counting import kept_counts

if TYPE_CHECKING:
    from analysis.response_composition import CategoryCount
    from ceo.workflows.releases.computing import ReleaseInput
    from ceo.workflows.releases.proposing import SealedRound
    from exports.municipal_report.additions import Composition
    from exports.release.facts import ReleaseFacts

# The file of an edition that holds it; an edition in which nothing can be told has none.
COMPOSITION: Final = "composition.json"
_TRAIT: Final = "stratum"
_TITLE: Final = "Groep op de lijst"


async def read_invited(session: AsyncSession, rounds: Sequence[SealedRound]) -> dict[str, dict[str, int]]:
    """Return how many people were invited, by municipality and stratum, as it was counted when their rounds were sealed.

    Rounds to which nobody was invited by name are not in it.
    """
    counted = await kept_counts(session, [one.round_id for one in rounds])
    return {
        one.municipality: {stratum: sum(own.values()) for stratum, own in counted[one.round_id].items()}
        for one in rounds
        if counted.get(one.round_id)
    }


def compose_all(given: ReleaseInput, facts: ReleaseFacts) -> bytes:
    """Return as JSON who answered beside who was on the list, by municipality; nothing where that can be told of none.

    A municipality whose number of respondents is not shown in the release is left out.
    """
    from analysis.snapshots import read_summary
    from exports.municipal_report.composition import write_compositions

    shown = {one.municipality for one in facts.sources if one.submissions is not None}
    found: dict[str, Composition] = {}
    for content in given.snapshots:
        its, _, _ = read_summary(content)
        if its.municipality in shown & given.invited.keys():
            counts = count_strata(its.strata, given.invited[its.municipality], _answered(content))
            composition = _composition(counts, floor=facts.floor)
            if composition.traits:
                found[its.municipality] = composition
    return write_compositions(found) if found else b""


def composition_digest(content: bytes) -> str:
    """Return `sha256:` and the digest of what `compose_all` returned; "" where it returned nothing.

    >>> composition_digest(b"")
    ''
    """
    return f"sha256:{hashlib.sha256(content).hexdigest()}" if content else ""


def count_strata(
    population: Mapping[str, int], invited: Mapping[str, int], answered: Mapping[str, int]
) -> list[CategoryCount]:
    """Return the counts of strata to compare; none where the counts do not fit together.

    Which groups answered more often can be told only when in every stratum somebody was invited, and everybody who answered was. Then a
    stratum of which more people were asked on purpose does not look as if more of them had answered.

    >>> [it.category for it in count_strata({"a": 50, "b": 80}, {"a": 50, "b": 20}, {"a": 20, "b": 10})]
    ['a', 'b']
    >>> count_strata({"a": 50, "b": 80}, {"a": 50}, {"a": 20})
    []
    """
    from analysis.response_composition import CategoryCount

    strata = {name: (number, invited.get(name, 0), answered.get(name, 0)) for name, number in population.items()}
    known = {name: counts for name, counts in strata.items() if any(counts)}
    fits = all(0 < asked <= clients and sent <= asked for clients, asked, sent in known.values())
    if not fits or not answered.keys() <= known.keys():
        return []
    return [CategoryCount(name, name, *counts) for name, counts in known.items()]


def _composition(counts: Sequence[CategoryCount], *, floor: int) -> Composition:
    from analysis.response_composition import compare_composition
    from exports.municipal_report.composition import TraitWords, protect_composition

    return protect_composition(compare_composition({_TRAIT: counts}), {_TRAIT: TraitWords(_TITLE)}, floor=floor)


def _answered(content: bytes) -> dict[str, int]:
    """Return how many answered by stratum, without reading answers."""
    import pyarrow.parquet as pq

    counted = pq.read_table(BytesIO(content), columns=["stratum"]).column("stratum").value_counts()
    return {str(one["values"]): int(one["counts"]) for one in counted.to_pylist()}
