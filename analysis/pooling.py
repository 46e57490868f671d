"""Pooling: answers to several versions of a questionnaire become one set of variables, as far as they may be taken together.

Comparability decides: verdicts A, B and C share a variable, D and E never do. Then each has a variable and a series of its own,
and a mark says where the series breaks. No figure is made across a break.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Final

from analysis.dataset import Dataset
from analysis.design import Stratum
from analysis.gathering import Record, gather
from analysis.results import Mark
from analysis.snapshots import Snapshot
from questionnaires.answers import JsonAnswers
from questionnaires.codebook import Codebook, CompositeVariable, Variable, build_codebook
from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.comparability.verdicts import ItemVerdict, Verdict, VersionComparison, compare_versions
from questionnaires.names import version_of
from questionnaires.problems import Problem
from questionnaires.publishing import PublishedVersion, open_published

# Stands in the name of a series that ended, before the version of its item.
EARLIER: Final = "@"


@dataclass(slots=True)
class Series:
    """One variable: the versions (by content hash) whose answers it takes together. `id` is that of the item or composite.

    `newest` is the newest of its versions: its wording is shown.
    """

    name: str
    id: str
    newest: PublishedVersion
    versions: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Pooled:
    """The variables of several versions together. `codebooks` are those of the versions, by content hash."""

    codebook: Codebook
    codebooks: Mapping[str, Codebook]
    items: tuple[Series, ...]
    composites: tuple[Series, ...]
    marks: tuple[Mark, ...]

    def records(self, rows: Iterable[tuple[str, str, JsonAnswers]]) -> Iterator[Record]:
        """Yield submissions with their answers under the names of the variables; rows are (stratum, content hash, answers)."""
        places: dict[str, _Place] = {}
        for stratum, content_hash, answers in rows:
            place = places.get(content_hash) or places.setdefault(content_hash, self._place(content_hash))
            yield place.record(stratum, answers)

    def codebook_for(self, content_hash: str, others: AbstractSet[str] = frozenset()) -> Codebook:
        """Return the codebook of what one municipality asks: its version, and `others` that it asked as well.

        Words are those of its own version: local names in questions differ.
        """
        hashes = {content_hash, *others}
        scored = {series.name for series in self.composites if series.versions & hashes}
        own = {name: self.codebooks[name] for name in (content_hash, *sorted(others))}
        return replace(
            self.codebook,
            variables=tuple(_variable(series, own) for series in self.items if series.versions & hashes),
            composites=tuple(one for one in self.codebook.composites if one.composite in scored),
        )

    def _place(self, content_hash: str) -> _Place:
        names = {series.id: series.name for series in self.items if content_hash in series.versions}
        shown = {variable.item: variable.version for variable in self.codebook.variables}
        return _Place(
            names=names,
            asked={variable.item: variable.version for variable in self.codebooks[content_hash].variables},
            shown={item: shown[name] for item, name in names.items()},
            composites=frozenset(series.name for series in self.composites if content_hash in series.versions),
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the answers to one version go: by item its variable, the version that was asked, and that of the variable."""

    names: Mapping[str, str]
    asked: Mapping[str, int]
    shown: Mapping[str, int]
    composites: frozenset[str]

    def record(self, stratum: str, answers: JsonAnswers) -> Record:
        placed: JsonAnswers = {}
        for item, entry in answers.items():
            # A version that may be pooled counts as the version of its variable; any other is a mistake, told by `gather`.
            as_asked = item in self.names and entry.get("version") == self.asked[item]
            pooled = as_asked and self.asked[item] != self.shown[item]
            placed[self.names.get(item, item)] = {**entry, "version": self.shown[item]} if pooled else entry
        return Record(stratum, placed, self.composites)


def pool(versions: Sequence[PublishedVersion], crosswalks: Sequence[Crosswalk] = ()) -> Pooled:
    """Return the variables of versions, the oldest first; at least one version.

    Each version joins the newest series of an item with which it may be pooled, or begins an earlier series of its own.
    """
    assert versions, "there is nothing to pool"
    newest_first = tuple(reversed(versions))
    codebooks = {version.content_hash: build_codebook(version) for version in newest_first}
    joining = _Joining(crosswalks)
    for version in newest_first:
        codebook = codebooks[version.content_hash]
        joining.join(version, joining.items, {one.item: one.version for one in codebook.variables})
        joining.join(version, joining.composites, {one.composite: one.version for one in codebook.composites})
    items, composites = joining.series(joining.items), joining.series(joining.composites)
    return Pooled(
        codebook=replace(
            codebooks[newest_first[0].content_hash],
            variables=tuple(_variable(series, codebooks) for series in items),
            composites=tuple(_composite(series, items, codebooks) for series in composites),
        ),
        codebooks=codebooks,
        items=items,
        composites=composites,
        marks=tuple(joining.marks),
    )


def pool_versions(versions: Iterable[tuple[str, str]], crosswalks: Sequence[Crosswalk]) -> Pooled:
    """Return the variables of published versions (content, digest): an older core first, and a core before what is added to it."""
    return pool(sorted((open_published(content, digest) for content, digest in versions), key=_age), crosswalks)


def _age(one: PublishedVersion) -> tuple[int, int, str]:
    parts = one.questionnaire.parts
    # What is added to a core comes after the core by itself.
    return version_of(parts[0]), len(parts), one.content_hash


def gather_snapshots(snapshots: Sequence[Snapshot], pooled: Pooled) -> Dataset | tuple[Problem, ...]:
    """Return the answers of sealed rounds as one data set, the strata of each municipality apart."""
    strata = [
        Stratum(f"{one.facts.municipality} {name}", one.facts.municipality, population)
        for one in snapshots
        for name, population in one.facts.strata.items()
    ]
    rows = (
        (f"{one.facts.municipality} {row.stratum}", row.version, row.answers) for one in snapshots for row in one.rows
    )
    return gather(pooled.records(rows), pooled.codebook, strata)


@dataclass(slots=True)
class _Joining:
    """The series so far, by id and the newest first, and the marks between them."""

    crosswalks: Sequence[Crosswalk]
    items: dict[str, list[Series]] = field(default_factory=dict)
    composites: dict[str, list[Series]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    _compared: dict[tuple[str, str], VersionComparison] = field(default_factory=dict)

    def join(self, version: PublishedVersion, all_series: dict[str, list[Series]], present: Mapping[str, int]) -> None:
        """Add a version that is older than all before it; `present` gives the versions of its items or composites by id."""
        for name, number in present.items():
            found = all_series.setdefault(name, [])
            verdicts = [(series, self._verdict(version, series.newest, name)) for series in found]
            joined = next(((series, verdict) for series, verdict in verdicts if verdict.poolable), None)
            if joined is None:
                series = Series(_name(name, number, found, version), name, version, {version.content_hash})
                self.marks += (_mark(series, later, verdict) for later, verdict in verdicts[-1:])
                found.append(series)
                continue
            series, verdict = joined
            series.versions.add(version.content_hash)
            if verdict.verdict is not Verdict.A:
                self.marks.append(_mark(Series(series.name, name, version), series, verdict))

    def series(self, all_series: Mapping[str, list[Series]]) -> tuple[Series, ...]:
        """Return all series, those that go on today first."""
        return (
            *(found[0] for found in all_series.values()),
            *(series for found in all_series.values() for series in found[1:]),
        )

    def _verdict(self, old: PublishedVersion, new: PublishedVersion, name: str) -> ItemVerdict:
        pair = (old.content_hash, new.content_hash)
        if pair not in self._compared:
            self._compared[pair] = compare_versions(old, new, self.crosswalks)
        return self._compared[pair].verdict(name)


def _name(name: str, number: int, found: Iterable[Series], version: PublishedVersion) -> str:
    """Return the name of a new series: that of the item for the newest, with the version of the item for earlier ones."""
    taken = {series.name for series in found}
    numbered = f"{name}{EARLIER}{number}"
    if not taken:
        return name
    return f"{numbered}/{version.questionnaire.reference}" if numbered in taken else numbered


def _mark(earlier: Series, later: Series, verdict: ItemVerdict) -> Mark:
    return Mark(
        variable=later.name,
        earlier=earlier.name,
        old=earlier.newest.questionnaire.reference,
        new=later.newest.questionnaire.reference,
        verdict=verdict.verdict,
        reasons=verdict.reasons,
    )


def _variable(series: Series, codebooks: Mapping[str, Codebook]) -> Variable:
    """Return a variable in the words of its newest version, or of the first of these that asks it."""
    newest = series.newest.content_hash
    asking = newest if newest in codebooks else next(name for name in codebooks if name in series.versions)
    variable = codebooks[asking].variable(series.id)
    return (
        variable
        if series.name == series.id
        else replace(variable, item=series.name, title=_earlier(variable.title, variable.version))
    )


def _composite(series: Series, items: Sequence[Series], codebooks: Mapping[str, Codebook]) -> CompositeVariable:
    """Return a composite over the variables that its newest version asks."""
    content_hash = series.newest.content_hash
    composite = next(one for one in codebooks[content_hash].composites if one.composite == series.id)
    names = {one.id: one.name for one in items if content_hash in one.versions}
    title = composite.title if series.name == series.id else _earlier(composite.title, composite.version)
    parts = tuple(names[item] for item in composite.items)
    return replace(composite, composite=series.name, title=title, items=parts)


def _earlier(title: str, version: int) -> str:
    return f"{title} (versie {version})"
