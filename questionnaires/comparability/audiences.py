"""Audiences: who is asked each item, as content to compare: the condition, calculations written out, and all upstream of it.

Equal content means the same people. Different content may still: `populations` decides that exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from questionnaires.comparability.canonical import canonical_json, hash_content
from questionnaires.questionnaire import Questionnaire


def audiences_of(questionnaire: Questionnaire) -> dict[str, str]:
    """Return for each item the hash of who is asked it.

    The hash is over the condition of its page, what happens when that is unknown, and, for each item that the condition
    reads, what can be answered to it and the hash of who is asked it. A condition reads earlier pages only, so one walk is
    enough.
    """
    calculations = written_calculations(questionnaire)
    found: dict[str, str] = {}
    for compiled in questionnaire.routes.pages:
        page = compiled.page
        content = {
            "show_if": written_out(page.model_dump(mode="json")["show_if"], calculations),
            "when_unknown": page.when_unknown,
            "upstream": {item: [found[item], _answers(questionnaire, item)] for item in compiled.reads},
        }
        found |= dict.fromkeys(page.items, hash_content(canonical_json(content)))
    return found


def deciding_items(questionnaire: Questionnaire) -> dict[str, frozenset[str]]:
    """Return for each item the items that decide whether it is asked: those that its page reads, and those upstream."""
    found: dict[str, frozenset[str]] = {}
    for compiled in questionnaire.routes.pages:
        deciding = compiled.reads.union(*(found[item] for item in compiled.reads))
        found |= dict.fromkeys(compiled.page.items, deciding)
    return found


def written_calculations(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return the expression of each calculation as it is written, by name."""
    return {one.id: one.model_dump(mode="json")["expr"] for one in questionnaire.calculations}


def written_out(written: Any, calculations: Mapping[str, Any]) -> Any:
    """Return a written expression with each calculation replaced by its own expression."""
    if isinstance(written, list):
        return [written_out(part, calculations) for part in written]
    if not isinstance(written, dict):
        return written
    if "calc" in written:
        return written_out(calculations[written["calc"]], calculations)
    return {key: written_out(part, calculations) for key, part in written.items()}


def _answers(questionnaire: Questionnaire, item_id: str) -> dict[str, Any]:
    """Return what a condition can tell apart in the answers to an item."""
    item = questionnaire.item(item_id)
    scale = questionnaire.scale_of(item)
    if scale is None:
        return item.type.model_dump(mode="json")
    return {
        "codes": {code.code: code.value for code in scale.codes},
        "exclusive": sorted(code.code for code in scale.exclusive),
        "missing": sorted(option.reason.value for option in scale.missing),
        "polarity": item.polarity or scale.polarity,
    }
