"""One row for each person, across acts and products, whatever the order of the lines.

A person counts by the support that matters: support within the period that was chosen before other support, and granted support before
support that was asked for and not granted. So who was granted nothing is a target group of its own. The day of birth is not kept: an age
group on the day that the round opens is.

Each person takes some hundreds of bytes until the list is loaded: the numbers of people are hashes at once, and texts that come back are
held once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from ceo.workflows.frames.listed import ContactDetails, ListedClient, ListedSupport, ListFault, Sex, person_hash
from ceo.workflows.frames.person_keys import person_key
from ceo.workflows.frames.values import middle_of

_GROUPS: Final = (
    (11, "0-11"),
    (17, "12-17"),
    (34, "18-34"),
    (49, "35-49"),
    (64, "50-64"),
    (74, "65-74"),
    (84, "75-84"),
)
_OLDEST_GROUP: Final = "85+"
_NOTHING: Final[frozenset[str]] = frozenset()
_NO_CONTACT: Final = ContactDetails()


@dataclass(frozen=True, slots=True)
class MergeRules:
    """How lines become people. Support counts within the period; an open end of the period is None.

    `series_key`: in a round of a series, what people get their names within it by.
    """

    secret_key: bytes
    municipality: str
    opens_on: date
    from_day: date | None = None
    until_day: date | None = None
    with_contacts: bool = False
    series_key: bytes | None = None


@dataclass(frozen=True, slots=True)
class FramePerson:
    """One person as they will stand in the frame. `age` in whole years on the day that the round opens."""

    person_hash: str
    traits: dict[str, Any]
    event_on: date | None
    age: int | None
    in_period: bool
    is_duplicate: bool
    contact: ContactDetails
    language: str
    not_before: date | None = None
    person_key: str | None = None


@dataclass(slots=True)
class _Gathered:
    """What is known of a person so far."""

    rank: int
    born: int  # as an ordinal; 0 is not known
    sex: Sex | None
    acts: frozenset[str]
    products: frozenset[str]
    providers: frozenset[str]
    event: int
    neighbourhood: str
    language: str
    contact: bytes
    not_before: int = 0  # as an ordinal; 0 is no such day
    key: bytes = b""  # the name within a series of rounds; empty without one


class Merging:
    """Gathers lines into people."""

    def __init__(self, rules: MergeRules) -> None:
        self._rules = rules
        self._people: dict[str, _Gathered] = {}
        self._texts: dict[str, str] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self.lines = 0

    def __len__(self) -> int:
        """Return how many people there are."""
        return len(self._people)

    def add(self, client: ListedClient) -> list[ListFault]:
        """Add a line; return how it contradicts an earlier one. The column of such a fault is "born" or "sex"."""
        self.lines += 1
        known = self._hash(client.person)
        present = self._people.get(known)
        if present is None:
            self._people[known] = self._first(client)
            return []
        faults = [
            ListFault(client.line, field, f"contradicts-{field}")
            for field, differs in (
                ("born", _differs(present.born, client.born_on)),
                ("sex", _other_sex(present, client)),
            )
            if differs
        ]
        if not faults:
            self._join(present, client)
        return faults

    def digest(self) -> str:
        """Return the SHA-256 over people and traits in order of their hashes: the same whatever the order of the lines."""
        digest = hashlib.sha256()
        for known in sorted(self._people):
            traits = json.dumps(
                self._traits(self._people[known]), sort_keys=True, separators=(",", ":"), ensure_ascii=False
            )
            digest.update(f"{known} {traits}\n".encode())
        return f"sha256:{digest.hexdigest()}"

    def people(self) -> Iterator[FramePerson]:
        """Yield the people in order of their hashes."""
        duplicates = self._duplicates()
        for known in sorted(self._people):
            gathered = self._people[known]
            yield FramePerson(
                known,
                self._traits(gathered),
                event_on=date.fromordinal(gathered.event) if gathered.event else None,
                age=_age(gathered.born, self._rules.opens_on),
                in_period=bool(gathered.rank & 2),
                is_duplicate=known in duplicates,
                contact=_unpacked(gathered.contact),
                language=gathered.language,
                not_before=date.fromordinal(gathered.not_before) if gathered.not_before else None,
                person_key=gathered.key.hex() or None,
            )

    def _hash(self, person: str) -> str:
        return person_hash(self._rules.secret_key, self._rules.municipality, person)

    def _key(self, person: str) -> bytes:
        key = self._rules.series_key
        return bytes.fromhex(person_key(key, person)) if key is not None else b""

    def _first(self, client: ListedClient) -> _Gathered:
        support = client.support
        return _Gathered(
            rank=self._rank(support),
            born=client.born_on.toordinal() if client.born_on else 0,
            sex=client.sex,
            acts=self._set(_NOTHING, support.act.value),
            products=self._set(_NOTHING, support.product),
            providers=self._set(_NOTHING, support.provider),
            event=support.started_on.toordinal() if support.started_on else 0,
            neighbourhood=self._texts.setdefault(client.neighbourhood, client.neighbourhood),
            language=self._texts.setdefault(client.language, client.language),
            contact=_packed(client.contact) if self._rules.with_contacts else b"",
            not_before=client.not_before.toordinal() if client.not_before else 0,
            key=self._key(client.person),
        )

    def _join(self, present: _Gathered, client: ListedClient) -> None:
        first = self._first(client)
        present.born = _more_exact(present.born, first.born)
        present.sex = present.sex or first.sex
        # Of two that differ the first in order of letters: the order of the lines must not decide.
        present.neighbourhood = min(filter(None, (present.neighbourhood, first.neighbourhood)), default="")
        present.language = min(filter(None, (present.language, first.language)), default="")
        present.not_before = max(present.not_before, first.not_before)
        if first.contact != present.contact:
            present.contact = _packed(filled_up(_unpacked(present.contact), _unpacked(first.contact)))
        if first.rank < present.rank:
            return
        if first.rank > present.rank:
            present.rank, present.event = first.rank, first.event
            present.acts, present.products, present.providers = first.acts, first.products, first.providers
            return
        present.event = max(present.event, first.event)
        present.acts = self._set(present.acts, client.support.act.value)
        present.products = self._set(present.products, client.support.product)
        present.providers = self._set(present.providers, client.support.provider)

    def _rank(self, support: ListedSupport) -> int:
        """Return how much support matters: 2 for within the period, 1 for granted."""
        rules = self._rules
        late = rules.until_day is not None and support.started_on is not None and support.started_on > rules.until_day
        early = rules.from_day is not None and support.ended_on is not None and support.ended_on < rules.from_day
        return 2 * (not late and not early) + support.granted

    def _set(self, texts: frozenset[str], text: str) -> frozenset[str]:
        joined = texts | {text} if text else texts
        return self._sets.setdefault(joined, joined)

    def _traits(self, gathered: _Gathered) -> dict[str, Any]:
        age = _age(gathered.born, self._rules.opens_on)
        return {
            "acts": sorted(gathered.acts),
            "products": sorted(gathered.products),
            "providers": sorted(gathered.providers),
            "granted": bool(gathered.rank & 1),
            "age_group": age_group(age) if age is not None else "",
            "sex": gathered.sex.value if gathered.sex else "",
            "neighbourhood": gathered.neighbourhood,
            "language": gathered.language,
        }

    def _duplicates(self) -> frozenset[str]:
        """Return those who stand in the list under another number too: the same name, day of birth and postcode. The first hash stays."""
        if not self._rules.with_contacts:
            return frozenset()
        first: dict[bytes, str] = {}
        duplicates = set()
        for known in sorted(self._people):
            gathered = self._people[known]
            contact = _unpacked(gathered.contact)
            if gathered.born and contact.name and contact.postcode:
                name = "".join(sign for sign in contact.name.casefold() if sign.isalnum())
                same = hashlib.blake2b(f"{name}|{gathered.born}|{contact.postcode}".encode(), digest_size=16).digest()
                if first.setdefault(same, known) != known:
                    duplicates.add(known)
        return frozenset(duplicates)


def age_group(age: int) -> str:
    """Return the group of an age in whole years.

    >>> age_group(11), age_group(18), age_group(85)
    ('0-11', '18-34', '85+')
    """
    return next((name for last, name in _GROUPS if age <= last), _OLDEST_GROUP)


def _age(born: int, day: date) -> int | None:
    if not born:
        return None
    born_on = date.fromordinal(born)
    return max(0, day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day)))


def _differs(born: int, other: date | None) -> bool:
    """Return whether two days of birth cannot both be right. A year alone agrees with every day of that year."""
    if not born or other is None or born == other.toordinal():
        return False
    first = date.fromordinal(born)
    return first.year != other.year or middle_of(first.year) not in {first, other}


def _more_exact(born: int, other: int) -> int:
    """Return a day of birth rather than the day that stands for its year."""
    if not born or not other:
        return born or other
    return other if date.fromordinal(born) == middle_of(date.fromordinal(born).year) else born


def _other_sex(present: _Gathered, client: ListedClient) -> bool:
    return present.sex is not None and client.sex is not None and present.sex is not client.sex


def _packed(contact: ContactDetails) -> bytes:
    if contact == _NO_CONTACT:
        return b""
    filled = {name: text for name, text in asdict(contact).items() if text}
    return json.dumps(filled, ensure_ascii=False, separators=(",", ":")).encode()


def _unpacked(packed: bytes) -> ContactDetails:
    return ContactDetails(**json.loads(packed)) if packed else _NO_CONTACT


def filled_up(contact: ContactDetails, other: ContactDetails) -> ContactDetails:
    """Return how to reach somebody with what only the other line has. An address is taken as a whole."""
    taken = (
        contact if contact.street else replace(contact, street=other.street, postcode=other.postcode, place=other.place)
    )
    return replace(
        taken,
        name=taken.name or other.name,
        care_of=taken.care_of or other.care_of,
        email=taken.email or other.email,
        phone=taken.phone or other.phone,
    )
