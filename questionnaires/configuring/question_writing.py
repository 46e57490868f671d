"""Writing questions: what stands on the form becomes an item; what the form does not show of it stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, assert_never

from questionnaires.configuring.questions import (
    Answering,
    ChosenScale,
    Day,
    Number,
    OwnScale,
    Question,
    Story,
    Words,
)
from questionnaires.configuring.remarks import Remark, Spot, SpotKind
from questionnaires.configuring.scale_writing import write_scale
from questionnaires.configuring.workpiece import Workpiece, tidy, tidy_lines
from questionnaires.texts import gaps_in

_TEXTS: Final = ("stem", "stem_easy", "help", "help_easy")
# What belongs to a way of answering, and means nothing with another.
_OF_ANSWER: Final = frozenset({"consent", "polarity", "soft_checks"})


def lacking(question: Question, item: str) -> Iterator[Remark]:
    """Yield what a question cannot do without and that is not filled in."""
    for field, text, cause, cure in (
        ("title", question.title, "De vraag heeft nog geen naam.", "Geef een korte naam, voor tabellen en grafieken."),
        ("stem", question.stem, "Er staat nog geen vraag.", "Schrijf wat u wilt vragen."),
    ):
        if not tidy(text):
            yield Remark(Spot(SpotKind.QUESTION, item, field), "F01", cause, cure)
    answer = question.answer
    if isinstance(answer, OwnScale) and sum(bool(tidy(one.text)) for one in answer.options) < len(("one", "other")):
        cause, cure = "Er zijn minder dan twee antwoorden om uit te kiezen.", "Schrijf ten minste twee antwoorden."
        yield Remark(Spot(SpotKind.QUESTION, item, "options"), "F05", cause, cure)
    if isinstance(answer, Number) and not tidy(answer.unit):
        cause, cure = "Er staat niet wat het getal telt.", "Schrijf een eenheid, zoals weken of keer."
        yield Remark(Spot(SpotKind.QUESTION, item, "unit"), "F01", cause, cure)
    if isinstance(answer, Story) and not answer.scopes:
        cause, cure = "Er staat niet waarvoor het verhaal mag worden gebruikt.", "Kies ten minste één gebruik."
        yield Remark(Spot(SpotKind.QUESTION, item, "scopes"), "F01", cause, cure)


def write_question(piece: Workpiece, item: str, question: Question, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question as an item; an own scale goes into the workpiece. `old` is the item as it was, {} for a new one."""
    title = tidy(question.title)
    answer = write_answer(piece, item, title, question.answer)
    same_kind = old.get("type", {}).keys() == answer["type"].keys()
    kept = {key: value for key, value in old.items() if key != "spelling" and (same_kind or key not in _OF_ANSWER)}
    text = {**{key: one for key, one in old.get("text", {}).items() if key not in _TEXTS}, **_texts(question)}
    return {
        **kept,
        "concept": old.get("concept", "local"),
        "title": title,
        **_with_limits(kept, answer),
        "reference_period": question.reference_period,
        "text": text,
        "disclosure": {"quasi_identifier": question.quasi_identifier},
        **_gaps(piece, kept, [one for one in text.values() if isinstance(one, str)], answer),
    }


def write_answer(piece: Workpiece, item: str, title: str, answer: Answering) -> dict[str, Any]:
    """Return the type of an item, with the consent that a story asks for."""
    match answer:
        case ChosenScale(reference):
            return {"type": {"scale": reference}}
        case OwnScale():
            return {"type": {"scale": write_scale(piece, item, title, answer)}}
        case Number(lowest, highest, unit):
            return {"type": {"integer": {"min": lowest, "max": highest, "unit": tidy(unit)}}}
        case Day(earliest, latest):
            bounds = {"earliest": earliest, "latest": latest}
            return {"type": {"date": {name: day.isoformat() for name, day in bounds.items() if day is not None}}}
        case Words(max_chars):
            return {"type": {"text": {"max_chars": max_chars}}}
        case Story(max_chars, scopes):
            consent = {"ask": "after", "scopes": list(scopes), "default": "none"}
            return {"type": {"narrative": {"max_chars": max_chars}}, "consent": consent}
        case _:
            assert_never(answer)


def _texts(question: Question) -> Mapping[str, str]:
    written = {
        "stem": tidy(question.stem),
        "stem_easy": tidy(question.stem_easy),
        "help": tidy_lines(question.help),
        "help_easy": tidy_lines(question.help_easy),
    }
    return {field: text for field, text in written.items() if text}


def _with_limits(kept: Mapping[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer with what the form does not show of it: how a story is told, and how a number becomes a score."""
    for kind, shown in (("narrative", ("max_chars",)), ("integer", ("unit",))):
        was, now = kept.get("type", {}).get(kind, {}), answer["type"].get(kind)
        bounds = [(one.get("min"), one.get("max")) for one in (was, now or {})]
        if now is not None and bounds[0] == bounds[1]:
            hidden = {key: value for key, value in was.items() if key not in {*shown, *now}}
            answer = {**answer, "type": {kind: {**now, **hidden}}}
    return answer


def _gaps(piece: Workpiece, kept: Mapping[str, Any], texts: Iterable[str], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the local names and earlier answers that stand in the texts: those that the core has, or the item had."""
    asked = [one["ask"] for one in kept.get("soft_checks", ())]
    unit = answer["type"].get("integer", {}).get("unit", "")
    gaps = {gap for text in (*texts, *asked, unit) for gap in gaps_in(text)}
    pipes = {name: pipe for name, pipe in kept.get("pipes", {}).items() if name in gaps}
    inside = {gap for pipe in pipes.values() for gap in gaps_in(pipe["fallback"])}
    params = sorted((gaps | inside) & piece.core.params.keys() - pipes.keys())
    return {"params": params, "pipes": pipes}
