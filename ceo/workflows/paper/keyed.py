"""What somebody keyed from one form on paper, and where two keyings of the same form differ."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from ceo.workflows.answering.reader import USUAL_READER, Reader
from questionnaires.answers import Answer, answers_from_json, answers_to_json
from questionnaires.consents import Consents, StoryConsent, consents_from_json, consents_to_json
from questionnaires.definition import Item, NarrativeAnswer, TextAnswer
from questionnaires.questionnaire import Questionnaire


class Mark(StrEnum):
    """Why there is no answer on paper, as the keyer saw it. The format has one reason for all of them: skipped."""

    EMPTY = "empty"
    UNCLEAR = "unclear"  # a mark that can be read in two ways, or words that cannot be read
    SEVERAL = "several"  # two crosses where one was asked


@dataclass(frozen=True, slots=True)
class Keyed:
    """One keying of a whole form: an answer to every item, off the path too, and for those without a value perhaps the mark on paper.

    `started_on` is the day of the first keying: paper has no other, and the path of a form does not change overnight.
    """

    answers: Mapping[str, Answer]
    started_on: date
    marks: Mapping[str, Mark] = field(default_factory=dict)
    consents: Consents = field(default_factory=dict)
    reader: Reader = USUAL_READER


@dataclass(frozen=True, slots=True)
class Compared:
    """Two keyings side by side: `items` where at least one has a value, and of those the `differing` ones, where the other has another."""

    items: tuple[str, ...]
    differing: tuple[str, ...]


def keyed_to_json(keyed: Keyed) -> dict[str, Any]:
    """Return the stored form."""
    return {
        "answers": dict(answers_to_json(keyed.answers)),
        "marks": {item: mark.value for item, mark in keyed.marks.items()},
        "consents": dict(consents_to_json(keyed.consents)),
        "language": keyed.reader.language,
        "register": keyed.reader.register,
        "started_on": keyed.started_on.isoformat(),
    }


def keyed_from_json(stored: Mapping[str, Any]) -> Keyed:
    """Return the keying of its stored form; the inverse of `keyed_to_json`."""
    return Keyed(
        answers=answers_from_json(stored["answers"]),
        started_on=date.fromisoformat(stored["started_on"]),
        marks={item: Mark(mark) for item, mark in stored["marks"].items()},
        consents=consents_from_json(stored["consents"]),
        reader=Reader(stored["language"], stored["register"]),
    )


def compare(questionnaire: Questionnaire, first: Keyed, second: Keyed) -> Compared:
    """Return where two keyings of a form differ.

    What was left open in both says nothing about keying and is not counted. Words are the same when their letters and digits are:
    capitals, spaces and punctuation are not worth fetching the paper again. What a story may be used for belongs to the story.
    """
    filled = [item for item in questionnaire.items if _has_value(first, item) or _has_value(second, item)]
    differing = [item.id for item in filled if not _are_same(item, first, second)]
    return Compared(tuple(item.id for item in filled), tuple(differing))


def settle(first: Keyed, chosen: Keyed, differing: tuple[str, ...]) -> Keyed:
    """Return the first keying with what was chosen where the two differed."""
    marks = {item: mark for item, mark in first.marks.items() if item not in differing}
    consents = {item: consent for item, consent in first.consents.items() if item not in differing}
    return replace(
        first,
        answers={**first.answers, **{item: chosen.answers[item] for item in differing}},
        marks={**marks, **{item: mark for item, mark in chosen.marks.items() if item in differing}},
        consents={**consents, **{item: given for item, given in chosen.consents.items() if item in differing}},
    )


def _has_value(keyed: Keyed, item: Item) -> bool:
    answer = keyed.answers.get(item.id)
    return answer is not None and (answer.value is not None or answer.missing != "skipped")


def _are_same(item: Item, first: Keyed, second: Keyed) -> bool:
    one, other = (keyed.answers.get(item.id) for keyed in (first, second))
    consents = [keyed.consents.get(item.id, StoryConsent()).given for keyed in (first, second)]
    if consents[0] != consents[1]:
        return False
    if one is None or other is None or one == other or not isinstance(item.type, TextAnswer | NarrativeAnswer):
        return one == other
    return _letters(str(one.value or "")) == _letters(str(other.value or ""))


def _letters(words: str) -> str:
    """Return the letters and digits of words, in one case.

    >>> _letters("Goede hulp, elke week!") == _letters("goede  hulp elke week")
    True
    """
    return "".join(sign for sign in unicodedata.normalize("NFKC", words).casefold() if sign.isalnum())
