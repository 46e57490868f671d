"""Touching: which parts two documents differ in, so that changes of two editors can be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from questionnaires.configuring.documents import Document
from questionnaires.configuring.remarks import Spot, SpotKind
from questionnaires.names import id_of


def touched(before: Document, after: Document) -> frozenset[Spot]:
    """Return the parts in which one document differs from another.

    A question is one part, with its scale, page and condition; the order of questions in a slot is another. Questions that only
    the later document has are no part: nobody who worked on the earlier one can have touched them.
    """
    return frozenset(
        (*_singles(before, after), *_questions(before, after), *_orders(before, after), *_texts(before, after))
    )


def _singles(before: Document, after: Document) -> Iterator[Spot]:
    for key, kind in (("title", SpotKind.TITLE), ("extends", SpotKind.CORE), ("breakdowns", SpotKind.BREAKDOWN)):
        if before.definition.get(key) != after.definition.get(key):
            yield Spot(kind)
    for key, kind in (("params", SpotKind.PARAM), ("modules", SpotKind.MODULE)):
        yield from (
            Spot(kind, name) for name in _differing(before.definition.get(key, {}), after.definition.get(key, {}))
        )
    languages = [set(one.definition.get("languages", ())) for one in (before, after)]
    yield from (Spot(SpotKind.LANGUAGE, language) for language in languages[0] ^ languages[1])
    accepted = [
        {(one["code"], one["about"]): one for one in each.definition.get("accepted", ())} for each in (before, after)
    ]
    yield from (Spot(SpotKind.WHOLE, about, f"accepted {code}") for code, about in _differing(*accepted))


def _questions(before: Document, after: Document) -> Iterator[Spot]:
    were, are = _by_question(before), _by_question(after)
    for item in _differing(were, are):
        if item in were:
            yield Spot(SpotKind.QUESTION, item)


def _by_question(document: Document) -> dict[str, Any]:
    """Return everything that belongs to each question: its item and scale without their versions, its slot and its page."""
    scales = document.definition.get("scales", {})
    found: dict[str, Any] = {}
    for slot, pages in document.definition.get("slots", {}).items():
        for page in pages:
            whole = {**page, "items": [id_of(reference) for reference in page["items"]]}
            for reference in page["items"]:
                item = document.definition["items"].get(reference, {})
                scale = item.get("type", {}).get("scale", "")
                answer = (id_of(scale), scales[scale]) if scale in scales else item.get("type")
                found[id_of(reference)] = (slot, whole, {**item, "type": None}, answer)
    return found


def _orders(before: Document, after: Document) -> Iterator[Spot]:
    """Yield each slot in which pages that both documents have stand in another order."""
    were, are = _order(before), _order(after)
    for slot in were.keys() | are.keys():
        earlier, later = were.get(slot, []), are.get(slot, [])
        if [one for one in earlier if one in later] != [one for one in later if one in earlier]:
            yield Spot(SpotKind.SLOT, slot)


def _order(document: Document) -> dict[str, list[str]]:
    return {slot: [page["id"] for page in pages] for slot, pages in document.definition.get("slots", {}).items()}


def _texts(before: Document, after: Document) -> Iterator[Spot]:
    for language in before.texts.keys() | after.texts.keys():
        were, are = before.texts.get(language, {}), after.texts.get(language, {})
        yield from (Spot(SpotKind.TEXT, key, language=language) for key in _differing(were, are))


def _differing(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> list[Any]:
    return [name for name in dict.fromkeys((*before, *after)) if before.get(name) != after.get(name)]
