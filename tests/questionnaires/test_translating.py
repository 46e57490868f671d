"""How far a language has come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.texts import Status, hash_text
from questionnaires.translating import Entries, TranslationState, translate

DUTCH = {"title": "Vragenlijst", "item.A.stem": "Hulp van {loket}?"}


def entry(dutch: str, text: str, status: Status = Status.REVIEWED) -> tuple[str, str, Status]:
    return text, hash_text(dutch), status


DONE: Entries = {"title": entry("Vragenlijst", "Anket"), "item.A.stem": entry("Hulp van {loket}?", "{loket} yardımı?")}


def test_a_language_with_every_text_is_complete() -> None:
    state = translate("tr", DUTCH, DONE)
    assert state == TranslationState(
        "tr", {"title": "Anket", "item.A.stem": "{loket} yardımı?"}, Status.REVIEWED, (), (), ()
    )
    assert state.complete
    assert state.translation.status is Status.REVIEWED
    assert state.translation.texts == state.texts


@pytest.mark.parametrize(
    ("changed", "missing", "stale", "unequal"),
    [
        ({}, ("title", "item.A.stem"), (), ()),
        ({"title": entry("Oude lijst", "Anket"), "item.A.stem": DONE["item.A.stem"]}, (), ("title",), ()),
        ({**DONE, "item.A.stem": entry(DUTCH["item.A.stem"], "Yardım?")}, (), (), ("item.A.stem",)),
        ({**DONE, "item.A.stem": entry(DUTCH["item.A.stem"], "{loket}, {loket}?")}, (), (), ("item.A.stem",)),
        ({**DONE, "title": entry("Vragenlijst", "{loket}")}, (), (), ("title",)),
    ],
)
def test_what_is_missing_stale_or_unequal_keeps_a_language_back(
    changed: Entries, missing: tuple[str, ...], stale: tuple[str, ...], unequal: tuple[str, ...]
) -> None:
    state = translate("tr", DUTCH, changed)
    assert (state.missing, state.stale, state.unequal) == (missing, stale, unequal)
    assert not state.complete


def test_gaps_may_stand_in_another_order() -> None:
    state = translate("tr", {"a": "{x} en {y}"}, {"a": entry("{x} en {y}", "{y}, {x}")})
    assert state.complete


def test_texts_that_are_not_asked_for_do_not_count() -> None:
    state = translate("tr", DUTCH, {**DONE, "oud": entry("Oud", "Eski", Status.MACHINE)})
    assert state.complete
    assert state.status is Status.REVIEWED
    assert "oud" not in state.texts


def test_without_any_text_the_status_is_the_lowest() -> None:
    assert translate("tr", DUTCH, {}).status is Status.MACHINE


@given(st.lists(st.sampled_from(list(Status)), min_size=1))
def test_the_status_is_that_of_the_least_trusted_text(statuses: list[Status]) -> None:
    source = {f"item.{number}": "Ja" for number in range(len(statuses))}
    entries = {key: entry("Ja", "Evet", status) for key, status in zip(source, statuses, strict=True)}
    order = [Status.MACHINE, Status.DRAFT, Status.REVIEWED, Status.BACK_TRANSLATED]
    assert translate("tr", source, entries).status is min(statuses, key=order.index)
