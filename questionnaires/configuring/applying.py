"""Applying: from a document and one change to a new document, or to every reason why that cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from questionnaires.configuring import changes
from questionnaires.configuring.adopting import adopt_question
from questionnaires.configuring.changes import Change
from questionnaires.configuring.core_changes import choose_core
from questionnaires.configuring.documents import Document, make_document
from questionnaires.configuring.foundation import Foundation
from questionnaires.configuring.question_changes import (
    add_question,
    change_question,
    move_question,
    remove_question,
    set_condition,
)
from questionnaires.configuring.remarks import Remark, SpotKind
from questionnaires.configuring.setting_changes import (
    accept_warning,
    fill_param,
    offer_languages,
    set_breakdowns,
    set_title,
    translate_texts,
    turn_off_module,
    turn_on_module,
    withdraw_acceptance,
)
from questionnaires.configuring.settling import settle
from questionnaires.configuring.spots import Spots
from questionnaires.configuring.workpiece import Details, Told, Workpiece


@dataclass(frozen=True, slots=True)
class Applied:
    """What a change made of a document, and what it did as a code with details. An equal document: it changed nothing."""

    document: Document
    code: str
    details: Details


_HOW: Final[Mapping[type, Callable[[Workpiece, Any], Told | tuple[Remark, ...]]]] = {
    changes.SetTitle: set_title,
    changes.ChooseCore: choose_core,
    changes.TurnOnModule: turn_on_module,
    changes.TurnOffModule: turn_off_module,
    changes.FillParam: fill_param,
    changes.AddQuestion: add_question,
    changes.ChangeQuestion: change_question,
    changes.RemoveQuestion: remove_question,
    changes.MoveQuestion: move_question,
    changes.SetCondition: set_condition,
    changes.OfferLanguages: offer_languages,
    changes.TranslateTexts: translate_texts,
    changes.AcceptWarning: accept_warning,
    changes.WithdrawAcceptance: withdraw_acceptance,
    changes.SetBreakdowns: set_breakdowns,
    changes.AdoptQuestion: adopt_question,
}


def apply(document: Document, change: Change, foundation: Foundation) -> Applied | tuple[Remark, ...]:
    """Return what a change makes of a document, or every reason why it cannot be carried out; the document itself stays.

    That the outcome makes sense is for `examine`: a questionnaire in the making may be wrong for a while.
    """
    piece = Workpiece(document, foundation)
    told = _HOW[type(change)](piece, change)
    if isinstance(told, tuple):
        return told
    made = make_document(piece.definition, piece.texts)
    if isinstance(made, Document):
        return Applied(settle(made, foundation), told.code, told.details)
    spots = Spots(piece.definition, piece.texts)
    return tuple(_at_the_form(spots.remark(problem), document) for problem in made)


def _at_the_form(remark: Remark, document: Document) -> Remark:
    """Return a remark where the form has it: a question that was not there yet has no name on the form."""
    known = {item.id for item in document.extension.items.values()}
    spot = remark.spot
    if spot.kind is SpotKind.QUESTION and spot.name not in known:
        return replace(remark, spot=replace(spot, name=""))
    return remark
