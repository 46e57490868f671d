"""Changes of questions: added, changed, removed, moved, and who gets them."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from questionnaires.configuring.askable import faults_of
from questionnaires.configuring.changes import AddQuestion, ChangeQuestion, MoveQuestion, RemoveQuestion, SetCondition
from questionnaires.configuring.conditions import write_condition
from questionnaires.configuring.naming import name_item, name_part
from questionnaires.configuring.question_reading import read_question
from questionnaires.configuring.question_writing import lacking, write_question
from questionnaires.configuring.questions import Question
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.scale_writing import drop_unused_scales
from questionnaires.configuring.workpiece import Told, Workpiece, no_such_question, refuse, tidy


def add_question(piece: Workpiece, change: AddQuestion) -> Told | tuple[Remark, ...]:
    """Put a new question on a page of its own in a slot."""
    faults = (*lacking(change.question, ""), *no_such_slot(piece, change.slot))
    if faults:
        return faults
    title = tidy(change.question.title)
    item = name_item(piece.before.owner, title, piece.taken())
    piece.entries("items")[f"{item}@1"] = write_question(piece, item, change.question, {})
    place_question(piece, change.slot, item, change.question, position=change.position)
    return Told("question.added", {"item": item, "title": title, "slot": change.slot})


def place_question(piece: Workpiece, slot: str, item: str, question: Question, *, position: int | None = None) -> None:
    """Put a new question on a page of its own."""
    page: dict[str, Any] = {"id": name_part(question.title, piece.taken()), "items": [f"{item}@1"]}
    pages = piece.entries("slots").setdefault(slot, [])
    pages.insert(len(pages) if position is None else max(0, position), page | _page_title(question))


def no_such_slot(piece: Workpiece, slot: str) -> tuple[Remark, ...]:
    """Return that the core has no slot of this name; nothing when it has."""
    if slot in piece.core.slots:
        return ()
    return refuse(SpotKind.SLOT, slot, "Op deze plek kan geen eigen vraag staan.", "Kies een andere plek.")


def change_question(piece: Workpiece, change: ChangeQuestion) -> Told | tuple[Remark, ...]:
    """Put other words or another way of answering in the place of what a question was."""
    reference = piece.reference_of(change.item)
    if reference is None:
        return no_such_question(change.item)
    faults = tuple(lacking(change.question, change.item))
    if faults:
        return faults
    items, (slot, number) = piece.entries("items"), piece.place_of(change.item)
    page = piece.entries("slots")[slot][number]
    before = read_question(items[reference], piece.entries("scales"), page.get("title", ""))
    items[reference] = write_question(piece, change.item, change.question, items[reference])
    drop_unused_scales(piece)
    page.pop("title", None)
    page |= _page_title(change.question)
    after = read_question(items[reference], piece.entries("scales"), page.get("title", ""))
    changed = [one.name for one in fields(Question) if getattr(before, one.name) != getattr(after, one.name)]
    return Told("question.changed", {"item": change.item, "title": tidy(change.question.title), "fields": changed})


def remove_question(piece: Workpiece, change: RemoveQuestion) -> Told | tuple[Remark, ...]:
    """Take a question away, unless something else reads it."""
    reference = piece.reference_of(change.item)
    if reference is None:
        return no_such_question(change.item)
    users = [page["id"] for _, _, page in piece.pages() if reads(page.get("show_if"), change.item)]
    users += [name for name, score in piece.entries("composites").items() if reference in score["items"]]
    if users:
        cause = f"Andere vragen hangen van deze vraag af: {', '.join(users)}."
        cure = "Verander eerst wie die vragen krijgt."
        return refuse(SpotKind.QUESTION, change.item, cause, cure, field="used")
    slot, number = piece.place_of(change.item)
    pages = piece.entries("slots")[slot]
    pages[number]["items"] = [one for one in pages[number]["items"] if one != reference]
    piece.entries("slots")[slot] = [page for page in pages if page["items"]]
    title = piece.entries("items").pop(reference)["title"]
    piece.definition["breakdowns"] = [one for one in piece.listed("breakdowns") if one != change.item]
    drop_unused_scales(piece)
    return Told("question.removed", {"item": change.item, "title": title, "slot": slot})


def move_question(piece: Workpiece, change: MoveQuestion) -> Told | tuple[Remark, ...]:
    """Move the page of a question."""
    reference = piece.reference_of(change.item)
    if reference is None:
        return no_such_question(change.item)
    if faults := no_such_slot(piece, change.slot):
        return faults
    slot, number = piece.place_of(change.item)
    page = piece.entries("slots")[slot].pop(number)
    piece.entries("slots").setdefault(change.slot, []).insert(max(0, change.position), page)
    details = {"item": change.item, "title": piece.entries("items")[reference]["title"], "slot": change.slot}
    return Told("question.moved", details)


def set_condition(piece: Workpiece, change: SetCondition) -> Told | tuple[Remark, ...]:
    """Say who gets the page of a question."""
    reference = piece.reference_of(change.item)
    if reference is None:
        return no_such_question(change.item)
    slot, number = piece.place_of(change.item)
    page = piece.entries("slots")[slot][number]
    for key in ("show_if", "when_unknown", "paper"):
        page.pop(key, None)
    if change.condition is not None:
        faults = faults_of(change.condition, change.item, piece.before, piece.foundation)
        if faults:
            return faults
        page |= {"show_if": write_condition(change.condition), "when_unknown": change.condition.when_unknown}
        if tidy(change.paper):
            page["paper"] = tidy(change.paper)
    details = {"item": change.item, "title": piece.entries("items")[reference]["title"]}
    return Told("condition", {**details, "asked": "all" if change.condition is None else "some"})


def reads(expression: Any, item: str) -> bool:
    """Return whether a written condition reads the answer to an item."""
    if isinstance(expression, dict):
        return any(
            reads(inside, item) or (key == "answer" and inside == item) or (key == "of" and item in inside)
            for key, inside in expression.items()
        )
    return isinstance(expression, list) and any(reads(part, item) for part in expression)


def _page_title(question: Question) -> dict[str, str]:
    return {"title": tidy(question.page_title)} if tidy(question.page_title) else {}
