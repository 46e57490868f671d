"""Adopting: a question of another municipality becomes an own one, under an own name, and keeps where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.changes import AdoptQuestion
from questionnaires.configuring.naming import name_item, name_part
from questionnaires.configuring.question_changes import no_such_slot, place_question
from questionnaires.configuring.question_reading import read_question
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.workpiece import Told, Workpiece, refuse
from questionnaires.definition import Item, ScaleAnswer
from questionnaires.names import owner_of
from questionnaires.questionnaire import Questionnaire
from questionnaires.resolving import Assembly
from questionnaires.scales import AnswerScale
from questionnaires.texts import gaps_in, hash_text, item_texts, scale_texts

# What an item or scale is called stands in its key, and what vouched for its spelling stays where it was.
_LEFT_BEHIND: Final = {"id", "version", "spelling", "adopted_from", "soft_checks", "pipes", "params"}


def adopt_question(piece: Workpiece, change: AdoptQuestion) -> Told | tuple[Remark, ...]:
    """Put a question of another municipality on a page of its own in a slot, with its scale and its translations."""
    item = change.source.items_by_id.get(change.item)
    if item is None or owner_of(item.id) is None:
        cause, cure = "Deze vraag is er niet meer.", "Zoek haar opnieuw in de vragenbank."
        return refuse(SpotKind.QUESTION, "", cause, cure)
    faults = (*no_such_slot(piece, change.slot), *_unfilled(piece, item))
    if faults:
        return faults
    name = name_item(piece.before.owner, item.title, piece.taken())
    scale = change.source.scale_of(item)
    own_scale = _adopt_scale(piece, scale) if scale is not None and not _is_national(piece, scale) else None
    provenance = {"item": item.reference, "content_hash": change.content_hash}
    written = {**_own_item(item, own_scale), "adopted_from": provenance}
    piece.entries("items")[f"{name}@1"] = written
    question = read_question(written, piece.entries("scales"))
    place_question(piece, change.slot, name, question, position=change.position)
    names = {f"item.{item.reference}.": f"item.{name}@1."}
    if scale is not None and own_scale is not None:
        names[f"scale.{scale.reference}."] = f"scale.{own_scale}."
    _adopt_texts(piece, change.source, item, names)
    told = {"item": name, "title": item.title, "slot": change.slot, "from": item.reference}
    return Told("question.adopted", told)


def _own_item(item: Item, own_scale: str | None) -> dict[str, Any]:
    """Return a question as an own item, answered with an own scale where one was brought along."""
    written = {"disclosure": {"quasi_identifier": False}, **_plain(item), "concept": "local"}
    written["params"] = sorted({gap for _, text in item_texts([item]) for gap in gaps_in(text)})
    return written if own_scale is None else {**written, "type": {"scale": own_scale}}


def _unfilled(piece: Workpiece, item: Item) -> tuple[Remark, ...]:
    """Return that a question has gaps in its texts that nothing fills here: local names or earlier answers of elsewhere."""
    gaps = {gap for _, text in item_texts([item]) for gap in gaps_in(text)}
    if gaps <= piece.core.params.keys():
        return ()
    missing = ", ".join(sorted(gaps - piece.core.params.keys()))
    cause = f"In deze vraag staat een plek die hier niet wordt ingevuld: {missing}."
    return refuse(SpotKind.QUESTION, "", cause, "Maak een eigen vraag met andere woorden.")


def _is_national(piece: Workpiece, scale: AnswerScale) -> bool:
    """Return whether the libraries of this core have a scale, so that it need not be brought along."""
    assembly = Assembled(piece.before, piece.foundation).assembly
    return owner_of(scale.id) is None and isinstance(assembly, Assembly) and scale.reference in assembly.shelf.scales


def _adopt_scale(piece: Workpiece, scale: AnswerScale) -> str:
    """Put a scale of another municipality into the workpiece; return its own reference."""
    name = name_part(scale.id.rpartition(".")[2], piece.taken(), prefix=f"{piece.before.owner}.")
    piece.entries("scales")[f"{name}@1"] = _plain(scale)
    return f"{name}@1"


def _plain(part: Item | AnswerScale) -> dict[str, Any]:
    written = part.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {key: value for key, value in written.items() if key not in _LEFT_BEHIND}


def _adopt_texts(piece: Workpiece, source: Questionnaire, item: Item, names: Mapping[str, str]) -> None:
    """Take along the translations into the languages that are offered here."""
    offered = piece.definition.get("languages", piece.core.languages)
    dutch = dict(_own_texts(source, item))
    for language in source.translations.keys() & set(offered):
        translation = source.translations[language]
        for key, text in translation.texts.items():
            start = next((old for old in names if key.startswith(old)), None)
            if start is not None and key in dutch:
                entry = {"source_hash": hash_text(dutch[key]), "text": text, "status": translation.status.value}
                piece.texts.setdefault(language, {})[names[start] + key.removeprefix(start)] = entry


def _own_texts(source: Questionnaire, item: Item) -> Iterator[tuple[str, str]]:
    yield from item_texts([item])
    if isinstance(item.type, ScaleAnswer):
        yield from scale_texts([source.scales_by_reference[item.type.scale]])
