"""What a condition can be picked from: the questions that are asked before a page, and what can be said of their answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.conditions import CODED, NUMBERED, Condition, Pick, Sign
from questionnaires.configuring.documents import Document
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.workpiece import refuse
from questionnaires.definition import IntegerAnswer, Item, ScaleAnswer, answer_kind
from questionnaires.names import id_of
from questionnaires.resolving import Assembly, PlacedPage
from questionnaires.scales import AnswerScale, MissingOption, ScaleType


@dataclass(frozen=True, slots=True)
class Askable:
    """An earlier question. `options` are codes with their texts; numbers go from `lowest` to `highest`, in `unit`.

    `kind` is nominal, ordinal, multi, integer, date, text or narrative. `own`: it is of this municipality.
    """

    item: str
    title: str
    stem: str
    kind: str
    signs: tuple[Sign, ...]
    options: tuple[tuple[str, str], ...] = ()
    lowest: int | None = None
    highest: int | None = None
    unit: str = ""
    own: bool = False


def askable(document: Document, foundation: Foundation, item: str | None, slot: str = "") -> tuple[Askable, ...]:
    """Return what the condition of an own question can look at, in the order of asking.

    Without an item: what a new page at the end of a slot could look at.
    """
    assembly = Assembled(document, foundation).assembly
    if not isinstance(assembly, Assembly):
        return ()
    return tuple(
        _askable(assembly.shelf.items[reference], assembly, own=page.source.content.id == document.id)
        for page in assembly.placed[: _end(assembly, item, slot)]
        for reference in page.entry.items
        if reference in assembly.shelf.items
    )


def faults_of(condition: Condition, item: str, document: Document, foundation: Foundation) -> tuple[Remark, ...]:
    """Return what is wrong with a condition that was picked: something is not filled in, or is not there any more."""
    known = {one.item: one for one in askable(document, foundation, item)}
    faults = [fault for pick in condition.picks for fault in _faults_of_pick(pick, known.get(pick.item))]
    if not condition.picks:
        faults.append(("Er is nog geen vraag gekozen.", "Kies een eerdere vraag, of stel deze vraag aan iedereen."))
    remarks = (refuse(SpotKind.QUESTION, item, *fault, field="condition") for fault in dict.fromkeys(faults))
    return tuple(remark for (remark,) in remarks)


def _end(assembly: Assembly, item: str | None, slot: str) -> int:
    """Return the number of pages before that of an item, or before what comes after a slot."""
    pages = assembly.placed
    if item is not None:
        found = [number for number, page in enumerate(pages) if item in map(id_of, page.entry.items)]
        return found[0] if found else len(pages)
    inside = [number for number, page in enumerate(pages) if page.slot == slot]
    return inside[-1] + 1 if inside else _pages_before(pages, assembly, slot)


def _pages_before(pages: Sequence[PlacedPage], assembly: Assembly, slot: str) -> int:
    """Return the number of pages before a slot in which nothing stands."""
    core = assembly.core.content
    places = [getattr(entry, "slot", "") for entry in core.pages]
    behind = {("pages", number) for number in range(places.index(slot) if slot in places else len(places), len(places))}
    later = set(places[places.index(slot) :] if slot in places else ()) - {""}
    for number, page in enumerate(pages):
        if (page.slot == "" and page.place in behind) or page.slot in later:
            return number
    return len(pages)


def _askable(item: Item, assembly: Assembly, *, own: bool) -> Askable:
    scale = assembly.shelf.scales.get(item.type.scale) if isinstance(item.type, ScaleAnswer) else None
    options = scale.options if scale is not None else ()
    limits = item.type.integer if isinstance(item.type, IntegerAnswer) else None
    return Askable(
        item=item.id,
        title=item.title,
        stem=item.text.stem,
        kind=scale.type.value if scale is not None else answer_kind(item.type),
        signs=tuple(_signs(item, scale)),
        options=tuple((one.code, one.text) for one in options if not isinstance(one, MissingOption)),
        lowest=limits.min if limits is not None else None,
        highest=limits.max if limits is not None else None,
        unit=limits.unit if limits is not None else "",
        own=own,
    )


def _signs(item: Item, scale: AnswerScale | None) -> Iterator[Sign]:
    if scale is not None and scale.type is ScaleType.MULTI:
        yield Sign.INCLUDES
    elif scale is not None:
        yield from (Sign.IS, Sign.IS_ONE_OF)
    elif isinstance(item.type, IntegerAnswer):
        yield from NUMBERED
    yield Sign.ANSWERED


def _faults_of_pick(pick: Pick, earlier: Askable | None) -> Iterator[tuple[str, str]]:
    """Yield cause and cure of what is wrong with one sentence of a condition."""
    if earlier is None:
        yield "Een gekozen vraag wordt niet eerder gesteld.", "Kies een vraag die voor deze vraag komt."
        return
    if pick.sign not in earlier.signs:
        yield f"Dit past niet bij de vraag ‘{earlier.title}’.", "Kies iets anders."
    elif pick.sign in CODED:
        known = {code for code, _ in earlier.options}
        if (
            not pick.codes
            or not known.issuperset(pick.codes)
            or (pick.sign is not Sign.IS_ONE_OF and len(pick.codes) > 1)
        ):
            yield f"Bij de vraag ‘{earlier.title}’ is geen antwoord gekozen.", "Kies een antwoord uit de lijst."
    elif pick.sign in NUMBERED and pick.number is None:
        yield f"Bij de vraag ‘{earlier.title}’ staat geen getal.", "Vul een heel getal in."
