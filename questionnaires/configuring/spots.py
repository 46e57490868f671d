"""Spots of problems: from a place in the data of a configuration to the part that people see there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from questionnaires.configuring.documents import DEFINITION, Texts, definition_document, texts_document
from questionnaires.configuring.remarks import Remark, Spot, SpotKind
from questionnaires.names import id_of
from questionnaires.problems import Problem
from questionnaires.yaml_nodes import Place

# What the parts of a question are called where people fill them in.
_FIELDS: Final[Mapping[str, str]] = {
    "type": "answer",
    "reference_period": "reference_period",
    "title": "title",
    "concept": "concept",
    "disclosure": "quasi_identifier",
    "consent": "answer",
    "adopted_from": "adopted_from",
}
_KINDS: Final[Mapping[str, SpotKind]] = {
    "title": SpotKind.TITLE,
    "extends": SpotKind.CORE,
    "includes": SpotKind.CORE,
    "languages": SpotKind.LANGUAGE,
    "breakdowns": SpotKind.BREAKDOWN,
    "modules": SpotKind.MODULE,
    "params": SpotKind.PARAM,
}


class Spots:
    """The places of one document, also one whose form is wrong. Its problems carry the number of their place for a line."""

    def __init__(self, definition: Mapping[str, Any], texts: Texts) -> None:
        self._definition = definition
        self._places = {DEFINITION: list(definition_document(definition).lines)} | {
            f"{DEFINITION} {language}": list(texts_document("", language, entries).lines)
            for language, entries in texts.items()
        }

    def remark(self, problem: Problem) -> Remark:
        """Return a problem as a remark at its part."""
        spot = self.spot(problem)
        return Remark(spot, problem.code, problem.cause, problem.cure, problem.warning)

    def spot(self, problem: Problem) -> Spot:
        """Return the part that a problem is about; one that stands in no file of this document is about the whole."""
        places = self._places.get(problem.file)
        if places is None:
            return Spot(SpotKind.WHOLE)
        place = places[problem.line - 1]
        if problem.file != DEFINITION:
            return self._of_text(place, problem.file.removeprefix(f"{DEFINITION} "))
        return self._of_definition(place)

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """The questions that answer with each own scale, by its reference."""
        found: dict[str, tuple[str, ...]] = {}
        for reference, item in self._definition.get("items", {}).items():
            scale = item["type"].get("scale")
            if scale is not None:
                found[scale] = (*found.get(scale, ()), id_of(reference))
        return found

    def _of_text(self, place: Place, language: str) -> Spot:
        key = str(place[1]) if len(place) > 1 else ""
        return Spot(SpotKind.TEXT, key, language=language) if key else Spot(SpotKind.LANGUAGE, language)

    def _of_definition(self, place: Place) -> Spot:
        head, inside = (str(place[0]), place[1:]) if place else ("", ())
        if head == "items" and inside:
            return _of_item(id_of(str(inside[0])), inside[1:])
        if head == "scales" and inside:
            return self._of_scale(str(inside[0]))
        if head == "slots" and inside:
            return self._of_slot(str(inside[0]), inside[1:])
        if head == "modules" and len(inside) == 1:
            return Spot(SpotKind.SLOT, str(inside[0]))
        if head in _KINDS:
            return Spot(_KINDS[head], self._named(head, inside))
        return Spot(SpotKind.WHOLE, field=head)

    def _named(self, head: str, inside: Place) -> str:
        """Return the name of an entry of a list or block: what stands there, or its key."""
        found: Any = self._definition[head]
        for step in inside:
            found = found[step]
        return found if inside and head != "params" else str(inside[0]) if inside else ""

    def _of_scale(self, reference: str) -> Spot:
        users = self.users.get(reference, ())
        if len(users) == 1:
            return Spot(SpotKind.QUESTION, users[0], "options")
        return Spot(SpotKind.SCALE, id_of(reference))

    def _of_slot(self, slot: str, inside: Place) -> Spot:
        if not inside:
            return Spot(SpotKind.SLOT, slot)
        page = self._definition["slots"][slot][inside[0]]
        field = _PAGE_FIELDS.get(str(inside[1]), "") if len(inside) > 1 else ""
        if len(page["items"]) == 1:
            return Spot(SpotKind.QUESTION, id_of(page["items"][0]), field)
        return Spot(SpotKind.PAGE, page["id"], field)


_PAGE_FIELDS: Final[Mapping[str, str]] = {
    "title": "page_title",
    "show_if": "condition",
    "when_unknown": "condition",
    "paper": "paper",
}


def _of_item(item: str, inside: Place) -> Spot:
    if inside and inside[0] == "text":
        return Spot(SpotKind.QUESTION, item, str(inside[1]) if len(inside) > 1 else "stem")
    return Spot(SpotKind.QUESTION, item, _FIELDS.get(str(inside[0]), str(inside[0])) if inside else "")
