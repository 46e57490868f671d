"""Statements that make a verdict lighter, and whether a second editor stands behind each of them.

Three things in a definition argue a verdict down: `spelling` at an item or a scale (E becomes B), a crosswalk with a full mapping or a
bridging sample (E becomes D), and a crosswalk with a test of easy texts (C becomes B). Who made what such a statement is about cannot
approve it, and a change of that makes what was said before void.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from ceo.workflows.library.drafted import DraftedLibrary, part_digest
from questionnaires.comparability.canonical import canonical_json, hash_content
from questionnaires.comparability.crosswalks import Crosswalk, EvidenceKind
from questionnaires.definition import Item, ScaleAnswer
from questionnaires.resolving import Shelf, shelf_of
from questionnaires.scales import AnswerScale
from questionnaires.texts import item_texts, scale_texts
from questionnaires.yaml_nodes import Place


class StatementKind(StrEnum):
    """What a statement says."""

    SPELLING = "spelling"
    FULL_MAPPING = "full_mapping"
    BRIDGING_SAMPLE = "bridging_sample"
    EQUIVALENCE_TEST = "equivalence_test"


# The letter without the statement, and with it.
LETTERS: Final[Mapping[StatementKind, tuple[str, str]]] = {
    StatementKind.SPELLING: ("E", "B"),
    StatementKind.FULL_MAPPING: ("E", "D"),
    StatementKind.BRIDGING_SAMPLE: ("E", "D"),
    StatementKind.EQUIVALENCE_TEST: ("C", "B"),
}


@dataclass(frozen=True, slots=True)
class TextPair:
    """A text in both versions, "" where it is not there. `key` is that of the text, without the version."""

    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in a draft. `name` says which: the part in which it stands; `title` is what people call the question or scale.

    `digest` is over everything that it is about; `parts` names what of that is new. `place` is where `approved_by` stands. `texts` are
    those that differ between the two versions, and for a crosswalk also those that do not.
    """

    name: str
    kind: StatementKind
    title: str
    versions: tuple[str, str]
    file: str
    line: int
    place: Place
    digest: str
    parts: frozenset[str]
    texts: tuple[TextPair, ...]
    crosswalk: Crosswalk | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """What the rules need of one revision: who made it, and the digests of the parts that were new in it."""

    made_by: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Review:
    """What an editor said of a statement as it was then."""

    statement: str
    digest: str
    approved: bool
    reason: str
    said_by: str
    said_on: date


class State(StrEnum):
    """Where a statement stands."""

    WAITING = "waiting"
    VOID = "void"  # somebody said something of it, but it was changed after that
    REFUSED = "refused"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Standing:
    """A statement with who made it, in the order of making, and what others said of it that still holds."""

    statement: Statement
    makers: tuple[str, ...]
    reviews: tuple[Review, ...]
    state: State

    @property
    def approval(self) -> Review | None:
        """The approval that counts; None as long as there is none, or somebody refused."""
        approved = (one for one in self.reviews if one.approved)
        return next(approved, None) if self.state is State.APPROVED else None

    def may_be_judged_by(self, user_id: str) -> bool:
        """Return whether somebody is a second person here: who made it, in any of its parts, is not."""
        return user_id not in self.makers


def statements_in(drafted: DraftedLibrary) -> tuple[Statement, ...]:
    """Return the statements that a draft adds, in the order of the files."""
    shelf = shelf_of(source.content for source in drafted.definitions.libraries.values())
    found = (*_repairs(drafted, shelf), *_crosswalks(drafted, shelf))
    return tuple(sorted(found, key=lambda one: (one.file, one.line, one.name)))


def standings(
    statements: Iterable[Statement], line: Sequence[Revision], reviews: Sequence[Review]
) -> tuple[Standing, ...]:
    """Return where each statement stands. `line` holds the revisions that lead to the draft as it is, the first one first."""
    return tuple(_standing(statement, line, reviews) for statement in statements)


def _standing(statement: Statement, line: Sequence[Revision], reviews: Sequence[Review]) -> Standing:
    makers = _makers(statement.parts, line)
    said = [one for one in reviews if one.statement == statement.name]
    # The last word of each person counts, and a word of who (later) made a part of it does not.
    last = {one.said_by: one for one in said if one.digest == statement.digest and one.said_by not in makers}
    holding = tuple(last.values())
    if any(not one.approved for one in holding):
        state = State.REFUSED
    elif holding:
        state = State.APPROVED
    else:
        state = State.VOID if said else State.WAITING
    return Standing(statement, makers, holding, state)


def _makers(parts: frozenset[str], line: Sequence[Revision]) -> tuple[str, ...]:
    """Return who changed any of these parts, each once, who did so last at the end."""
    makers: list[str] = []
    before: Mapping[str, str] = {}
    for revision in line:
        if any(revision.parts.get(part) != before.get(part) for part in parts):
            makers = [*(maker for maker in makers if maker != revision.made_by), revision.made_by]
        before = revision.parts
    return tuple(makers)


def _repairs(drafted: DraftedLibrary, shelf: Shelf) -> Iterator[Statement]:
    for source in drafted.definitions.libraries.values():
        for kind, entries in (("scales", source.content.scales), ("items", source.content.items)):
            for name, entry in entries.items():
                if entry.spelling is None or f"{kind} {name}" not in drafted.new_parts:
                    continue
                earlier = f"{entry.id}@{entry.spelling.of}"
                others: Mapping[str, AnswerScale | Item] = shelf.scales if kind == "scales" else shelf.items
                place: Place = (kind, name, "spelling")
                yield Statement(
                    name=f"{kind} {name}",
                    kind=StatementKind.SPELLING,
                    title=entry.title if isinstance(entry, Item) else entry.id,
                    versions=(earlier, name),
                    file=source.document.file,
                    line=source.document.problem(place, "", "", "").line,
                    place=place,
                    digest=_digest_of([entry, others.get(earlier)]),
                    parts=_new(drafted, [f"{kind} {name}", f"{kind} {earlier}"]),
                    texts=_pairs(others.get(earlier), entry, same=False),
                )


def _crosswalks(drafted: DraftedLibrary, shelf: Shelf) -> Iterator[Statement]:
    for name, source in drafted.definitions.crosswalks.items():
        if f"crosswalks {name}" not in drafted.new_parts:
            continue
        one = source.content
        ends = (f"{one.item}@{one.from_version}", f"{one.item}@{one.to_version}")
        items = [shelf.items.get(end) for end in ends]
        scales = [_scale_of(item, shelf) for item in items]
        about = [f"items {end}" for end in ends]
        about += (f"scales {scale.reference}" for scale in scales if scale is not None)
        place: Place = ()
        yield Statement(
            name=f"crosswalks {name}",
            kind=StatementKind(EvidenceKind(one.evidence.kind).value),
            title=items[1].title if items[1] is not None else one.item,
            versions=ends,
            file=source.document.file,
            line=source.document.problem(place, "", "", "").line,
            place=place,
            digest=_digest_of([one, *items, *scales]),
            parts=_new(drafted, [f"crosswalks {name}", *about]),
            texts=_pairs(items[0], items[1], same=True),
            crosswalk=one,
        )


def _digest_of(parts: Iterable[Crosswalk | Item | AnswerScale | None]) -> str:
    return hash_content(canonical_json([part_digest(part) if part is not None else "" for part in parts]))


def _new(drafted: DraftedLibrary, names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if name in drafted.new_parts)


def _scale_of(item: Item | None, shelf: Shelf) -> AnswerScale | None:
    return shelf.scales.get(item.type.scale) if item is not None and isinstance(item.type, ScaleAnswer) else None


def _pairs(old: Item | AnswerScale | None, new: Item | AnswerScale | None, *, same: bool) -> tuple[TextPair, ...]:
    """Return the texts of both versions side by side; `same`: also those that are equal."""
    before, now = _texts(old), _texts(new)
    keys = dict.fromkeys((*before, *now))
    pairs = (TextPair(key, before.get(key, ""), now.get(key, "")) for key in keys)
    return tuple(pair for pair in pairs if same or pair.old != pair.new)


def _texts(part: Item | AnswerScale | None) -> dict[str, str]:
    if part is None:
        return {}
    texts = item_texts([part]) if isinstance(part, Item) else scale_texts([part])
    return {key.partition(part.reference)[2].lstrip("."): text for key, text in texts}
