"""Changes of everything but questions: the title, modules, local names, languages, breakdowns, and warnings that are accepted."""

from __future__ import annotations

from typing import Any

from questionnaires.configuring.changes import (
    AcceptWarning,
    FillParam,
    OfferLanguages,
    SetBreakdowns,
    SetTitle,
    Translated,
    TranslateTexts,
    TurnOffModule,
    TurnOnModule,
    WithdrawAcceptance,
)
from questionnaires.configuring.examining import examine
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.workpiece import Told, Workpiece, refuse, tidy, tidy_lines
from questionnaires.names import id_of
from questionnaires.texts import Status, hash_text, source_texts

_CONCEPT = {Status.MACHINE.value, Status.DRAFT.value}


def set_title(piece: Workpiece, change: SetTitle) -> Told | tuple[Remark, ...]:
    """Give the questionnaire another title."""
    title = tidy(change.title)
    if not title:
        return refuse(SpotKind.TITLE, "", "De vragenlijst heeft nog geen titel.", "Schrijf een titel.")
    piece.definition["title"] = title
    return Told("title", {"before": piece.before.title, "after": title})


def turn_on_module(piece: Workpiece, change: TurnOnModule) -> Told | tuple[Remark, ...]:
    """Ask an optional module in a slot, in the place of another version of it."""
    source = piece.foundation.definitions.module(change.module)
    slot = piece.core.slots.get(change.slot)
    gone = source is None or change.module in piece.foundation.withdrawn
    if source is None or gone or slot is None or id_of(change.module) not in slot.modules:
        cause, cure = "Deze module past niet op deze plek.", "Kies een module uit de lijst."
        return refuse(SpotKind.MODULE, change.module, cause, cure)
    chosen = piece.entries("modules").setdefault(change.slot, [])
    others = [one for one in chosen if id_of(one) != id_of(change.module)]
    piece.entries("modules")[change.slot] = [*others, change.module]
    return Told("module.on", {"slot": change.slot, "module": change.module, "title": source.content.title})


def turn_off_module(piece: Workpiece, change: TurnOffModule) -> Told | tuple[Remark, ...]:
    """Do not ask an optional module any more."""
    chosen = piece.entries("modules").get(change.slot, [])
    if change.module not in chosen:
        cause, cure = "Deze module stond al uit.", "Kijk in de geschiedenis wie dat deed."
        return refuse(SpotKind.MODULE, change.module, cause, cure)
    left = [one for one in chosen if one != change.module]
    del piece.entries("modules")[change.slot]
    if left:
        piece.entries("modules")[change.slot] = left
    source = piece.foundation.definitions.module(change.module)
    title = source.content.title if source is not None else change.module
    return Told("module.off", {"slot": change.slot, "module": change.module, "title": title})


def fill_param(piece: Workpiece, change: FillParam) -> Told | tuple[Remark, ...]:
    """Put a local name in the gap of core texts, or the words of the core again."""
    param, params = piece.core.params.get(change.name), piece.entries("params")
    if param is None:
        cause, cure = "Deze naam staat niet in de teksten van deze kern.", "Kies een naam uit de lijst."
        return refuse(SpotKind.PARAM, change.name, cause, cure)
    before, after = params.get(change.name, param.default), tidy(change.value or "") or param.default
    params.pop(change.name, None)
    if after != param.default:
        params[change.name] = after
    return Told("param", {"name": change.name, "before": before, "after": after})


def offer_languages(piece: Workpiece, change: OfferLanguages) -> Told:
    """Say in which languages people can fill it in."""
    before = list(piece.before.definition.get("languages", piece.core.languages))
    piece.definition["languages"] = list(dict.fromkeys(("nl", *change.languages)))
    return Told("languages", {"before": before, "after": piece.definition["languages"]})


def translate_texts(piece: Workpiece, change: TranslateTexts) -> Told | tuple[Remark, ...]:
    """Keep translations of own texts in one language."""
    sources = source_texts(piece.before.extension)
    entries = piece.texts.setdefault(change.language, {})
    changed = []
    for one in change.texts:
        if one.key not in sources:
            cause, cure = "De tekst die u vertaalde, staat er niet meer.", "Open de vertaling opnieuw."
            return refuse(SpotKind.TEXT, one.key, cause, cure)
        before = entries.get(one.key)
        after = _translated(one, sources[one.key], before)
        if after != before:
            changed.append(one.key)
        entries.pop(one.key, None)
        if after is not None:
            entries[one.key] = after
    return Told("texts", {"language": change.language, "keys": changed})


def accept_warning(piece: Workpiece, change: AcceptWarning) -> Told | tuple[Remark, ...]:
    """Accept a warning that is there, with the reason."""
    found = [
        one
        for one in examine(piece.before, piece.foundation).remarks
        if one.warning and (one.code, one.about) == (change.code, change.about)
    ]
    if not found:
        cause, cure = "Deze waarschuwing is er niet meer.", "Bekijk de vragenlijst opnieuw."
        return refuse(SpotKind.WHOLE, "", cause, cure)
    reason = tidy(change.reason)
    if not reason:
        cause, cure = "Er staat nog geen reden.", "Schrijf waarom het zo goed is: anderen lezen dat later terug."
        return refuse(SpotKind.WHOLE, "", cause, cure, field="reason")
    acceptance = {"code": change.code, "about": change.about, "reason": reason}
    piece.definition["accepted"] = [*_others(piece, change.code, change.about), acceptance]
    return Told("accepted", acceptance)


def withdraw_acceptance(piece: Workpiece, change: WithdrawAcceptance) -> Told | tuple[Remark, ...]:
    """Take back that a warning was accepted."""
    others = _others(piece, change.code, change.about)
    if others == piece.listed("accepted"):
        cause, cure = "Deze waarschuwing was niet geaccepteerd.", "Bekijk de vragenlijst opnieuw."
        return refuse(SpotKind.WHOLE, "", cause, cure)
    piece.definition["accepted"] = others
    return Told("unaccepted", {"code": change.code, "about": change.about})


def set_breakdowns(piece: Workpiece, change: SetBreakdowns) -> Told:
    """Say by which questions the results are divided."""
    before = list(piece.listed("breakdowns"))
    piece.definition["breakdowns"] = list(dict.fromkeys(change.items))
    return Told("breakdowns", {"before": before, "after": piece.definition["breakdowns"]})


def _others(piece: Workpiece, code: str, about: str) -> list[Any]:
    return [one for one in piece.listed("accepted") if (one["code"], one["about"]) != (code, about)]


def _translated(one: Translated, source: str, before: dict[str, str] | None) -> dict[str, str] | None:
    """Return the entry of a translation; None without one."""
    text = tidy_lines(one.text)
    if not text:
        return None
    same = before is not None and before["text"] == text
    if before is not None and same and not one.still_right and before["source_hash"] != hash_text(source):
        return before  # nobody said anything new about it
    status = Status.REVIEWED.value if one.approved else Status.DRAFT.value
    if before is not None and same and one.approved == (before["status"] not in _CONCEPT):
        status = before["status"]
    note = {"note": before["note"]} if before is not None and "note" in before else {}
    return {"source_hash": hash_text(source), "text": text, "status": status, **note}
