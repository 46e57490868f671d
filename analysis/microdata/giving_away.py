"""What would give a municipality away although its name does not leave: an area with few of them, or a version that few of them asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from analysis.microdata.declared import declared_series
from analysis.microdata.rule import AreaGiven, MicrodataFault, MicrodataRule, Place
from analysis.pooling import Pooled
from analysis.snapshots import Snapshot


def municipality_faults(
    snapshots: Sequence[Snapshot], pooled: Pooled, rule: MicrodataRule, places: Mapping[str, Place]
) -> tuple[MicrodataFault, ...]:
    """Return why an area that leaves could be told to be one municipality.

    The area has too few municipalities, or too few of them asked the same of the questions that leave: an answer to an earlier version, or
    to a question of one's own, tells who asked it. Where the municipality itself leaves there is nothing to give away.
    """
    codes = sorted({one.facts.municipality for one in snapshots})
    unplaced = [code for code in codes if code not in places] if rule.area is not AreaGiven.NOTHING else []
    if unplaced:
        cause = f"Van {', '.join(unplaced)} is het gebied niet bekend."
        return (MicrodataFault("area", cause, "Geef het gebied van elke gemeente."),)
    return () if rule.area is AreaGiven.MUNICIPALITY else tuple(_faults(snapshots, pooled, rule, places))


def repetition_faults(snapshots: Sequence[Snapshot]) -> tuple[MicrodataFault, ...]:
    """Return that people are among the records more than once, where they can be: k records are k people only where nobody is in twice.

    Keys tell so where rounds were linked; otherwise two rounds of one municipality may hold the same people.
    """
    keys = Counter(row.person_key for snapshot in snapshots for row in snapshot.rows if row.person_key is not None)
    rounds = Counter(snapshot.facts.municipality for snapshot in snapshots)
    cure = "Neem van elke gemeente één meting, en maak voor een andere meting een ander bestand."
    found = []
    if max(keys.values(), default=1) > 1:
        found.append(MicrodataFault("snapshots", "Dezelfde mensen deden vaker mee.", cure))
    if twice := sorted(code for code, count in rounds.items() if count > 1):
        cause = f"Van {', '.join(twice)} is er meer dan één meting. Daar kunnen dezelfde mensen in zitten."
        found.append(MicrodataFault("snapshots", cause, cure))
    return tuple(found)


def _faults(
    snapshots: Sequence[Snapshot], pooled: Pooled, rule: MicrodataRule, places: Mapping[str, Place]
) -> Iterator[MicrodataFault]:
    alike: dict[tuple[str, frozenset[str]], set[str]] = defaultdict(set)
    within: dict[str, set[str]] = defaultdict(set)
    for snapshot in snapshots:
        code = snapshot.facts.municipality
        area = places[code].label if rule.area is not AreaGiven.NOTHING else ""
        within[area].add(code)
        for version in {row.version for row in snapshot.rows}:
            asked = frozenset(one.name for one in declared_series(rule, pooled) if version in one.versions)
            alike[area, asked].add(code)
    few = {area for area, codes in within.items() if len(codes) < rule.fewest_municipalities}
    for area in sorted(few):
        where = f"In {area} liggen" if area else "In deze uitgave zijn"
        cause = f"{where} te weinig gemeenten: {len(within[area])}, en niet minstens {rule.fewest_municipalities}."
        yield MicrodataFault("area", cause, "Geef een groter gebied of geen gebied, of laat deze gemeenten weg.")
    usual = frozenset.intersection(*(asked for _, asked in alike)) if alike else frozenset()
    for (area, asked), codes in sorted(alike.items(), key=lambda one: (one[0][0], sorted(one[0][1]))):
        if area not in few and len(codes) < rule.fewest_municipalities:
            differing = ", ".join(sorted(asked - usual)) or "minder vragen"
            cause = f"Te weinig gemeenten vroegen hetzelfde{f' in {area}' if area else ''}: {', '.join(sorted(codes))} ({differing})."
            cure = "Laat de vragen weg die niet overal hetzelfde zijn, of laat deze gemeenten weg."
            yield MicrodataFault("variables", cause, cure)
