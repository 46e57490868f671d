"""Context: what stands around an item and may colour its answers, without being part of the question itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from questionnaires.definition import DateAnswer, Item, NarrativeAnswer, TextAnswer
from questionnaires.questionnaire import Questionnaire
from questionnaires.texts import gaps_in

EASY_OPTION: Final = "option."  # before the code, in the keys of easy texts of answer options


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around an item.

    `core_before` are the items of the core that come before it, in order; `page` those that are seen at once with it,
    itself included. `options` is the order of its answer options. `bounds` say how long a text may be, how a story may be
    told, and which days are taken. `easy` are its easy texts by key, none where easy reading is not offered.
    """

    core_before: tuple[str, ...]
    page: tuple[str, ...]
    modes: tuple[str, ...]
    registers: tuple[str, ...]
    options: tuple[str, ...]
    bounds: tuple[str, ...]
    easy: tuple[tuple[str, str], ...]


def contexts_of(questionnaire: Questionnaire) -> dict[str, Context]:
    """Return what stands around each item, by id."""
    found: dict[str, Context] = {}
    core_before: tuple[str, ...] = ()
    for page in questionnaire.pages:
        is_core = page.part == questionnaire.parts[0]
        for item_id in page.items:
            item = questionnaire.item(item_id)
            scale = questionnaire.scale_of(item)
            found[item_id] = Context(
                core_before=core_before,
                page=tuple(sorted(page.items)),
                modes=tuple(sorted(questionnaire.modes)),
                registers=tuple(sorted(questionnaire.registers)),
                options=tuple(option.code for option in scale.options) if scale is not None else (),
                bounds=tuple(_bounds(item)),
                easy=tuple(_easy_texts(questionnaire, item)) if "easy" in questionnaire.registers else (),
            )
            core_before += (item_id,) if is_core else ()
    return found


def _bounds(item: Item) -> Iterator[str]:
    if isinstance(item.type, TextAnswer):
        yield f"{item.type.text.max_chars}"
    if isinstance(item.type, NarrativeAnswer):
        yield f"{item.type.narrative.max_chars}"
        yield from sorted(item.type.narrative.media)
    if isinstance(item.type, DateAnswer):
        yield f"{item.type.date.earliest or ''}"
        yield f"{item.type.date.latest or ''}"


def _easy_texts(questionnaire: Questionnaire, item: Item) -> Iterator[tuple[str, str]]:
    stem = item.text.stem_easy or ""
    if stem:
        yield "stem", stem
    for gap, pipe in sorted(item.pipes.items()):
        if gap in gaps_in(stem):
            yield f"pipe.{gap}", pipe.fallback_easy or pipe.fallback
    scale = questionnaire.scale_of(item)
    for option in sorted(scale.options, key=lambda option: option.code) if scale is not None else ():
        if option.text_easy is not None:
            yield EASY_OPTION + option.code, option.text_easy
