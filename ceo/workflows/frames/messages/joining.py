"""One support from three messages: 301 assigned it, 305 says when it began, 307 when it ended. They may come in any order.

Nothing can be handed on before the last message was read. Until then what was assigned is kept in packed blocks of memory, and what began
and ended under the keyed hash of person and assignment number; the key is drawn for this run and forgotten with it.
"""

from __future__ import annotations

import hmac
import json
import secrets
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from ceo.workflows.frames.listed import Act, ContactDetails, ListedClient, ListedSupport, Sex
from ceo.workflows.frames.messages.people import Person

# More assigned products in one delivery has no municipality; it bounds what is kept in memory.
MOST: Final = 300_000
# More reports about one assignment are not believed: temporary stops are reported, and corrections.
MOST_REPORTS: Final = 40

# What the counts of codes without a name of their own begin with; category and code follow.
UNNAMED: Final = "code:"

_BLOCK: Final = 500
_SIXTEEN: Final = 16  # bytes of a key: two of 10¹² assignments are never the same


class TooManyError(Exception):
    """More came in than a delivery can hold."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """One product that was assigned, as a 301 says it. `decided_at`: a number that grows; the newest of two versions holds."""

    line: int
    act: Act
    person: Person
    number: str
    category: str
    code: str
    provider: str
    decided_at: int
    starts_on: date
    ends_on: date | None
    removed: bool = False
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """That support began (`ended` is false) or ended, as a 305 or 307 says it. `withdrawn`: it was reported by mistake."""

    act: Act
    bsn: str = field(repr=False)
    number: str
    on: date
    ended: bool = False
    withdrawn: bool = False


class Joining:
    """What was read of a delivery so far."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._kept: list[list[Any]] = []
        self._blocks: list[bytes] = []
        self._count = 0
        # By assignment: the moment of the newest version and its place in line, in one number.
        self._newest: dict[bytes, int] = {}
        # By assignment: days as numbers, below zero when withdrawn.
        self._began: dict[bytes, tuple[int, ...]] = {}
        self._ended: dict[bytes, tuple[int, ...]] = {}
        self._died: Counter[bytes] = Counter()
        # The place in line of an assignment that ended by death: the assignment and the person.
        self._dying: dict[int, tuple[bytes, bytes]] = {}
        self._acts_that_began: set[Act] = set()

    @property
    def assignments(self) -> int:
        """Return how many versions of assignments came in."""
        return self._count

    def add_assigned(self, found: Assigned) -> None:
        """Keep an assigned product. Raises `TooManyError`."""
        if self._count >= MOST:
            raise TooManyError
        key = self._key_of(found.act, found.person.bsn, found.number)
        self._newest[key] = max(found.decided_at * MOST + self._count, self._newest.get(key, -1))
        if found.deceased:
            self._dying[self._count] = key, self._person_key(found.person.bsn)
        self._count += 1
        self._kept.append(_packed(found))
        if len(self._kept) == _BLOCK:
            self._pack()

    def add_reported(self, found: Reported) -> None:
        """Keep that support began or ended. Raises `TooManyError`."""
        reports = self._ended if found.ended else self._began
        key = self._key_of(found.act, found.bsn, found.number)
        days = reports.get(key, ())
        if len(days) >= MOST_REPORTS or len(reports) >= MOST:
            raise TooManyError
        reports[key] = (*days, -found.on.toordinal() if found.withdrawn else found.on.toordinal())
        if not found.ended:
            self._acts_that_began.add(found.act)

    def add_death(self, bsn: str, *, withdrawn: bool) -> None:
        """Keep that somebody died, or that this was reported by mistake."""
        self._died[self._person_key(bsn)] += -1 if withdrawn else 1

    def clients(self, names: Mapping[tuple[str, str], str], tally: Counter[str]) -> Iterator[ListedClient]:
        """Yield who has support, in the order of the messages; `tally` counts who is left out, and why.

        Left out: versions that another one replaced, assignments that were removed, people who died, and, when the delivery has messages
        about beginning under this act, support that never began.
        """
        self._tell_strays(tally)
        dead = {key for key, times in self._died.items() if times > 0}
        dead |= {someone for place, (key, someone) in self._dying.items() if self._newest[key] % MOST == place}
        for place, found in enumerate(self._assigned()):
            key = self._key_of(found.act, found.person.bsn, found.number)
            began_on, ended_on = _standing(self._began.get(key, ())), _standing(self._ended.get(key, ()))
            if self._newest[key] % MOST != place:
                tally["replaced"] += 1
            elif self._person_key(found.person.bsn) in dead:
                tally["deceased"] += 1
            elif found.removed:
                tally["removed"] += 1
            elif found.act in self._acts_that_began and not began_on and not ended_on:
                tally["not-started"] += 1
            else:
                tally["supports"] += 1
                yield _listed(found, began_on, ended_on, name_product(names, found.category, found.code, tally))

    def _key_of(self, act: Act, bsn: str, number: str) -> bytes:
        return hmac.digest(self._key, f"{act}:{bsn}:{number}".encode(), "sha256")[:_SIXTEEN]

    def _person_key(self, bsn: str) -> bytes:
        return hmac.digest(self._key, f"person:{bsn}".encode(), "sha256")[:_SIXTEEN]

    def _pack(self) -> None:
        self._blocks.append(zlib.compress(json.dumps(self._kept, ensure_ascii=False).encode(), level=1))
        self._kept = []

    def _assigned(self) -> Iterator[Assigned]:
        for block in self._blocks:
            yield from map(_unpacked, json.loads(zlib.decompress(block)))
        yield from map(_unpacked, self._kept)

    def _tell_strays(self, tally: Counter[str]) -> None:
        strays = len((self._began.keys() | self._ended.keys()) - self._newest.keys())
        if strays:
            tally["without-assignment"] += strays


def name_product(names: Mapping[tuple[str, str], str], category: str, code: str, tally: Counter[str]) -> str:
    """Return what a product is called: by its code, else by its category, else "code 02A03". "" when a message names none.

    `names`: by category and code; with "" as code stands what a whole category is called. A code that has no name of its own is counted in
    `tally` as "code:02:02A03", so that somebody can be asked for one.

    >>> unnamed: Counter[str] = Counter()
    >>> names = {("02", "02A03"): "Begeleiding thuis", ("01", ""): "Hulp bij het huishouden"}
    >>> [name_product(names, code[:2], code, unnamed) for code in ("02A03", "01A11", "45B02")]
    ['Begeleiding thuis', 'Hulp bij het huishouden', 'code 45B02']
    >>> sorted(unnamed)
    ['code:01:01A11', 'code:45:45B02']
    """
    if not category:
        return ""
    exact = names.get((category, code))
    if exact is not None:
        return exact
    tally[f"{UNNAMED}{category}:{code}"] += 1
    return names.get((category, ""), f"code {code or category}")


def _standing(days: tuple[int, ...]) -> list[date]:
    """Return the days that were reported and not withdrawn, in order."""
    net: Counter[int] = Counter()
    for day in days:
        net[abs(day)] += 1 if day > 0 else -1
    return [date.fromordinal(day) for day in sorted(net) if net[day] > 0]


def _listed(found: Assigned, began_on: list[date], ended_on: list[date], product: str) -> ListedClient:
    # Support that began again after it ended has not ended.
    over = bool(ended_on) and (not began_on or began_on[-1] <= ended_on[-1])
    support = ListedSupport(
        act=found.act,
        product=product,
        provider=found.provider,
        started_on=began_on[0] if began_on else found.starts_on,
        ended_on=ended_on[-1] if over else found.ends_on,
    )
    person = found.person
    return ListedClient(
        line=found.line,
        person=person.bsn,
        support=support,
        born_on=person.born_on,
        sex=person.sex,
        neighbourhood=person.neighbourhood,
        language=person.language,
        contact=person.contact,
    )


def _packed(found: Assigned) -> list[Any]:
    person = found.person
    return [
        found.line,
        found.act,
        found.number,
        found.category,
        found.code,
        found.provider,
        found.decided_at,
        *(day and day.isoformat() for day in (found.starts_on, found.ends_on, person.born_on)),
        found.removed,
        found.deceased,
        person.bsn,
        person.sex,
        person.neighbourhood,
        person.language,
        asdict(person.contact),
    ]


def _unpacked(row: list[Any]) -> Assigned:
    line, act, number, category, code, provider, decided_at, starts_on, ends_on, born_on, removed, deceased = row[:12]
    bsn, sex, neighbourhood, language, contact = row[12:]
    person = Person(
        bsn=bsn,
        born_on=born_on and date.fromisoformat(born_on),
        sex=sex and Sex(sex),
        neighbourhood=neighbourhood,
        language=language,
        contact=ContactDetails(**contact),
    )
    return Assigned(
        line=line,
        act=Act(act),
        person=person,
        number=number,
        category=category,
        code=code,
        provider=provider,
        decided_at=decided_at,
        starts_on=date.fromisoformat(starts_on),
        ends_on=ends_on and date.fromisoformat(ends_on),
        removed=removed,
        deceased=deceased,
    )
