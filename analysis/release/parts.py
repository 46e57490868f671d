"""Sealed rounds as parts of one analysis: snapshots become data sets, here or in another process, and their tables add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from analysis.dataset import Dataset
from analysis.partitions import Engine, Progress, Tabulated, tabulate_parts
from analysis.plan import AnalysisPlan, CompositePlan, plan_of
from analysis.pooling import EARLIER, Pooled, gather_snapshots, pool_versions
from analysis.snapshots import Snapshot, read_snapshot, read_summary, read_versions
from questionnaires.codebook import LOCAL, Codebook
from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.problems import Problem

_PARTS: Final = 16


@dataclass(frozen=True, slots=True)
class Round:
    """A sealed round: its snapshot as a file. `checked`: the file must have the digest that it tells of itself."""

    content: bytes
    checked: bool = True

    def snapshot(self) -> Snapshot:
        """Return the snapshot. Raises `DamagedSnapshotError` when it has to be checked and is another one than was sealed."""
        return read_snapshot(self.content, checked=self.checked)


@dataclass(frozen=True, slots=True)
class TabulatedRounds(Tabulated):
    """Tables of rounds. `not_asked`: by municipality the questions and scores that no questionnaire held that was filled in there.

    What a questionnaire asks is public. Who was led past a question by own answers is not: that is not in here.
    """

    not_asked: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class _Asked:
    """The versions of questionnaires (content and digest) that were filled in anywhere in the release. Parts have it in common."""

    versions: tuple[tuple[str, str], ...]
    crosswalks: tuple[Crosswalk, ...]

    @cached_property
    def pooled(self) -> Pooled:
        """Their variables."""
        return pool_versions(self.versions, self.crosswalks)

    def __reduce__(self) -> tuple[type[_Asked], tuple[object, ...]]:
        # Texts are a small part of what is made of them: another process makes that itself.
        return _Asked, (self.versions, self.crosswalks)


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rounds, and what was asked."""

    rounds: tuple[Round, ...]
    asked: _Asked

    def __call__(self) -> Dataset | tuple[Problem, ...]:
        return gather_snapshots([one.snapshot() for one in self.rounds], self.asked.pooled)


def tabulate_rounds(
    rounds: Sequence[Round],
    versions: Sequence[tuple[str, str]],
    crosswalks: Sequence[Crosswalk],
    plan: AnalysisPlan,
    *,
    engine: Engine = Engine(),  # noqa: B008 - frozen
    progress: Progress | None = None,
    adjusters: Sequence[str] = (),
) -> TabulatedRounds | tuple[Problem, ...]:
    """Return the tables of all rounds together, or why they do not make one data set. Only what the plan asks for is kept.

    With `adjusters` (questions with one answer) their client mix is kept, too.

    The same tables follow wherever parts are tabulated: parts are the same, and they are added up in the same order.
    """
    size = max(1, -(-len(rounds) // _PARTS))
    chunks = [tuple(rounds[start : start + size]) for start in range(0, len(rounds), size)]
    asked = _Asked(tuple(versions), tuple(crosswalks))
    parts = [_Part(chunk, asked) for chunk in chunks]
    found = tabulate_parts(parts, plan, engine, progress, adjusters=adjusters)
    if not isinstance(found, Tabulated):
        return found
    kept = tuple(it for it in found.tables.breakdowns if it.breakdown in plan.subgroups)
    return TabulatedRounds(
        tables=replace(found.tables, breakdowns=kept),
        fingerprints=found.fingerprints,
        contributions=found.contributions,
        needs_rows=found.needs_rows,
        mix=found.mix,
        not_asked=_not_asked(rounds, asked.pooled),
    )


def _not_asked(rounds: Sequence[Round], pooled: Pooled) -> dict[str, frozenset[str]]:
    filled_in: dict[str, set[str]] = {}
    for one in rounds:
        municipality = read_summary(one.content)[0].municipality
        filled_in.setdefault(municipality, set()).update(read_versions(one.content))
    return {
        municipality: frozenset(it.name for it in (*pooled.items, *pooled.composites) if not it.versions & versions)
        # Of a round without answers nobody knows here what it asked.
        for municipality, versions in filled_in.items()
        if versions
    }


def release_plan_of(codebook: Codebook, *, with_local: bool) -> AnalysisPlan:
    """Return what a release asks: every closed question and score, by every breakdown, without local questions unless asked for.

    Local questions are those that a municipality or region added: elsewhere they were not asked. Groups are made of the newest version of a
    question only: groups that exist in a few municipalities could not be shown without giving away who is in them.
    """
    plan = plan_of(codebook)
    plan = plan.model_copy(update={"subgroups": tuple(name for name in plan.subgroups if EARLIER not in name)})
    if with_local:
        return plan
    shared = {variable.item for variable in codebook.variables if variable.domain != LOCAL}
    items = {name: item for name, item in plan.items.items() if name in shared}
    composites: Mapping[str, CompositePlan] = {
        name: composite for name, composite in plan.composites.items() if set(composite.items) <= shared
    }
    subgroups = tuple(name for name in plan.subgroups if name in shared)
    return plan.model_copy(update={"items": items, "composites": dict(composites), "subgroups": subgroups})
