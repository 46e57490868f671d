"""Configurations for tests: a document on a shipped core, and changes that are known to work or to be refused."""

from __future__ import annotations

from dataclasses import replace

from questionnaires.configuring.applying import Applied, apply
from questionnaires.configuring.assembled import Assembled
from questionnaires.configuring.beginning import begin_next, begin_on_core
from questionnaires.configuring.changes import Change, OfferLanguages
from questionnaires.configuring.documents import Document
from questionnaires.configuring.examining import examine
from questionnaires.configuring.foundation import Foundation, published_names
from questionnaires.configuring.language_states import OwnText, own_texts
from questionnaires.configuring.questions import Answering, ChosenScale, MissingChoice, Option, OwnScale, Question
from questionnaires.configuring.remarks import Remark
from questionnaires.sources import shipped_sources

SHIPPED = Foundation(shipped_sources())
AREAS = OwnScale("nominal", (Option("Noord"), Option("Zuid")), (MissingChoice("refused", "Zeg ik niet"),))


def question(title: str = "Buurtteam", answer: Answering | None = None, **fields: object) -> Question:
    made = Question(title, f"Ik ken het {title}.", f"Ik ken het {title}.", answer or ChosenScale("eens5@1"))
    return replace(made, **fields)  # type: ignore[arg-type]


def begun(core: str = "nl.ceo.wmo@2") -> Document:
    document = begin_on_core("gm0344", core, "Ervaringen in Utrecht", SHIPPED)
    assert isinstance(document, Document)
    return changed(document, OfferLanguages(()))


def changed(document: Document, *changes: Change, foundation: Foundation = SHIPPED) -> Document:
    for one in changes:
        outcome = apply(document, one, foundation)
        assert isinstance(outcome, Applied), outcome
        document = outcome.document
    return document


def refused(document: Document, change: Change, foundation: Foundation = SHIPPED) -> tuple[Remark, ...]:
    outcome = apply(document, change, foundation)
    assert isinstance(outcome, tuple), outcome
    assert all(remark.cause and remark.cure for remark in outcome)
    return outcome


def told(document: Document, change: Change) -> tuple[str, object]:
    outcome = apply(document, change, SHIPPED)
    assert isinstance(outcome, Applied), outcome
    return outcome.code, outcome.details


def remarks(document: Document, foundation: Foundation = SHIPPED) -> list[tuple[str, str, str]]:
    """The code, name and field of everything that is wrong."""
    found = examine(document, foundation).remarks
    return [(one.code, one.spot.name, one.spot.field) for one in found]


def after_publishing(document: Document) -> tuple[Document, Foundation]:
    """The next version of a document that was published."""
    sealed = Assembled(document, SHIPPED).published
    foundation = replace(SHIPPED, published=(published_names(sealed.questionnaire, sealed.content_hash),))
    return begin_next(document, foundation), foundation


def codes(document: Document) -> dict[str, list[str]]:
    return {name: [option.code for option in scale.options] for name, scale in document.extension.scales.items()}


def states(document: Document, language: str = "tr") -> dict[str, str]:
    texts = own_texts(Assembled(document, SHIPPED), language)
    return {one.key: one.state for one in texts if one.state != "missing"}


def text(document: Document, key: str, language: str = "tr") -> OwnText:
    return next(one for one in own_texts(Assembled(document, SHIPPED), language) if one.key == key)
