"""Reading questions: from how an item is written to what stands on the form, and back to the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from questionnaires.configuring.questions import (
    Answering,
    ChosenScale,
    Day,
    MissingChoice,
    Number,
    Option,
    OwnScale,
    Question,
    Story,
    Words,
)

Entry = Mapping[str, Any]


def read_question(item: Entry, scales: Mapping[str, Entry], page_title: str = "") -> Question:
    """Return an item as a question. `scales` are the own ones, as they are written, by reference."""
    text = item["text"]
    return Question(
        title=item["title"],
        stem=text["stem"],
        stem_easy=text.get("stem_easy", ""),
        answer=read_answer(item, scales),
        help=text.get("help", ""),
        help_easy=text.get("help_easy", ""),
        reference_period=item["reference_period"],
        quasi_identifier=item.get("disclosure", {}).get("quasi_identifier", False),
        page_title=page_title,
    )


def read_answer(item: Entry, scales: Mapping[str, Entry]) -> Answering:
    """Return how an item is answered."""
    [(kind, inside)] = item["type"].items()
    if kind == "scale":
        return read_scale(scales[inside]) if inside in scales else ChosenScale(inside)
    if kind == "integer":
        return Number(inside["min"], inside["max"], inside["unit"])
    if kind == "date":
        return Day(*(_day(inside.get(bound)) for bound in ("earliest", "latest")))
    if kind == "text":
        return Words(inside["max_chars"])
    return Story(inside["max_chars"], tuple(item.get("consent", {}).get("scopes", ())))


def read_scale(scale: Entry) -> OwnScale:
    """Return an own scale as its options."""
    return OwnScale(
        kind=scale["type"],
        options=tuple(map(_option, scale["codes"])),
        missing=tuple(
            MissingChoice(one["reason"], one["text"], one.get("text_easy", "")) for one in scale.get("missing", ())
        ),
        exclusive=tuple(map(_option, scale.get("exclusive", ()))),
    )


def _option(written: Entry) -> Option:
    return Option(written["text"], written.get("text_easy", ""), written["code"])


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written is not None else None
