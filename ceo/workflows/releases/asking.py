"""Asking for a group of municipalities that somebody puts together: shown, or refused with the reason. Nothing is kept of it.

The figure follows from the released figures of its members, so whoever has the release can compute it, of as many groups as they like: that
somebody asked tells nobody anything new. What is refused is a group with a member of which figures are hidden, and one that differs by a
few people from what the edition shows already, so that no answer of ours puts the two beside each other.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ceo.storage.database import Database
from ceo.storage.releases import Release, ReleaseState
from ceo.workflows.releases.combined import CombinedFigure, combined_figures, members_without_figure
from ceo.workflows.releases.files import LEDGER_AFTER, read_release_file
from ceo.workflows.releases.proposal import Proposal

if TYPE_CHECKING:
    from analysis.disclosure.ledger import Granted, Ledger
    from analysis.policy import DisclosurePolicy
    from exports.release.cube import SealedCube

# More would be a country, for which there is a figure.
MOST_AREAS: Final = 100
_KEPT: Final = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: figures about an indicator, of municipalities together; of one measure or category where these are named."""

    indicator: str
    areas: tuple[str, ...]
    measures: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedGroup:
    """Why a group is not shown. Numbers of people are not told.

    `areas`: members that have no figure of their own, each with the published reason.
    """

    # not_current | member_without_figure | nothing_to_combine
    # and those of `analysis.disclosure.asking`: fewer_than_floor | near_published | overlapping_levels
    reason: str
    areas: tuple[tuple[str, str], ...] = ()


class Ledgers:
    """The ledgers of editions that somebody asked about lately, each cut down to what asking needs."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Ledger] = OrderedDict()
        self._reading = asyncio.Lock()

    async def of(self, database: Database, row: Release) -> Ledger:
        """Return what readers had of everyone (no groups of clients) when an edition came out; read once for each edition."""
        async with self._reading:
            if row.digest not in self._kept:
                content = await read_release_file(database, row.name, row.edition, LEDGER_AFTER)
                assert content is not None, "what was made has a ledger"
                self._kept[row.digest] = await asyncio.to_thread(_cut_down, content, f"{row.name}/{row.edition}")
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(row.digest)
            return self._kept[row.digest]


async def ask_group(
    database: Database, ledgers: Ledgers, row: Release, cube: SealedCube, *, asked: Asked
) -> tuple[CombinedFigure, ...] | RefusedGroup:
    """Return the figures of a group of municipalities, or why it is not shown."""
    if row.state != ReleaseState.PUBLISHED:
        return RefusedGroup("not_current")
    without = members_without_figure(cube.cube, asked.indicator, asked.areas)
    if without:
        return RefusedGroup("member_without_figure", without)
    policy = _policy_of(row)
    figures = combined_figures(
        cube.cube, asked.indicator, asked.areas, named=(asked.measures, asked.categories), rounding=policy.rounding
    )
    if not figures:
        return RefusedGroup("nothing_to_combine")
    ledger = await ledgers.of(database, row)
    refused = await asyncio.to_thread(refusal_of, ledger, _group(row, asked), policy)
    return RefusedGroup(refused) if refused else figures


def refusal_of(ledger: Ledger, group: Granted, policy: DisclosurePolicy) -> str:
    """Return why a group is not shown next to what readers have; "" when it may be."""
    from analysis.disclosure import Group, refuse_group

    refusal = refuse_group(
        Group(frozenset(group.units)), group.item, ledger, policy, series=group.series, waves=frozenset(group.waves)
    )
    return refusal.reason if refusal is not None else ""


def _group(row: Release, asked: Asked) -> Granted:
    from analysis.disclosure.ledger import Granted

    units = tuple(sorted(set(asked.areas)))
    return Granted(
        item=asked.indicator, series=row.measurement, waves=(row.measurement,), units=units, breakdown="", levels=()
    )


def _policy_of(row: Release) -> DisclosurePolicy:
    from analysis.policy import shipped_policy

    assert row.manifest is not None, "what was published has a manifest"
    return shipped_policy(Proposal.model_validate(row.plan).profile).with_floor(row.manifest["floor"])


def _cut_down(content: bytes, release: str) -> Ledger:
    """Return the ledger of an edition with its own counts of everyone, and the groups that were known by then."""
    from analysis.disclosure.ledger import Ledger

    document = json.loads(content)
    own = [one for one in document["releases"] if one["release"] == release]
    for item in (item for one in own for item in one["items"]):
        item["ways"] = [[place for place in way if not place["place"][1]] for way in item["ways"][:1]]
    return Ledger.model_validate({"releases": own, "groups": document["groups"]})
