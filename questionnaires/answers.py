"""Answers of one client: a value, or the reason why there is none. The unknown is neither zero nor false."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class Missing(StrEnum):
    """Why an answer has no value. Each reason is counted apart."""

    NOT_ASKED = "not_asked"
    SKIPPED = "skipped"
    DONT_KNOW = "dont_know"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"


# A code of a scale, the codes of a multiple choice (in the scale's order), a whole number, a day, or a told story.
Value: TypeAlias = str | tuple[str, ...] | int | date


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one version of an item: either `value` or `missing` is set, never both."""

    item: str
    item_version: int
    value: Value | None = None
    missing: Missing | None = None

    def __post_init__(self) -> None:
        assert (self.value is None) != (self.missing is None), f"{self.item}: a value or a reason, not both"


# By item id. Off-path answers may be among them: only a `Path` says which answers count.
Answers: TypeAlias = Mapping[str, Answer]
JsonAnswers: TypeAlias = dict[str, dict[str, str | int | list[str]]]


def answers_to_json(answers: Answers) -> JsonAnswers:
    """Return the stored form: item id -> version and value, day or missing reason.

    >>> skipped = Answer("TOE02", 1, missing=Missing.SKIPPED)
    >>> answers_to_json({"TOE01": Answer("TOE01", 1, value="eens"), "TOE02": skipped})
    {'TOE01': {'version': 1, 'value': 'eens'}, 'TOE02': {'version': 1, 'missing': 'skipped'}}
    """
    return {item: {"version": answer.item_version, **_entry(answer)} for item, answer in answers.items()}


def _entry(answer: Answer) -> dict[str, str | int | list[str]]:
    if answer.missing is not None:
        return {"missing": answer.missing.value}
    assert answer.value is not None, "an answer has a value or a reason"
    if isinstance(answer.value, date):
        return {"date": answer.value.isoformat()}
    return {"value": list(answer.value) if isinstance(answer.value, tuple) else answer.value}


def answers_from_json(stored: JsonAnswers) -> dict[str, Answer]:
    """Return the answers of their stored form; the inverse of `answers_to_json`.

    >>> answers_from_json({"SOO01": {"version": 2, "value": ["vervoer"]}})
    {'SOO01': Answer(item='SOO01', item_version=2, value=('vervoer',), missing=None)}
    """
    answers = {}
    for item, entry in stored.items():
        value, missing, day = entry.get("value"), entry.get("missing"), entry.get("date")
        found: Value | None = tuple(value) if isinstance(value, list) else value
        answers[item] = Answer(
            item=item,
            item_version=int(str(entry["version"])),
            value=found if day is None else date.fromisoformat(str(day)),
            missing=Missing(str(missing)) if missing is not None else None,
        )
    return answers
