"""Laws of publishing: how a definition is written is no content, and all that it says is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any, TypeAlias

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from questionnaires.loading import load_questionnaire
from questionnaires.publishing import PublishedVersion, publish
from questionnaires.questionnaire import Questionnaire
from questionnaires.strict_yaml import YamlDocument, read_yaml

Place: TypeAlias = tuple[str | int, ...]


@pytest.fixture(scope="module")
def sealed(worked: Questionnaire) -> PublishedVersion:
    return publish(worked)


def rewritten(text: str, random: Random) -> str:
    """The same definition with its keys in another order and other white space; JSON is YAML too."""
    document = read_yaml(text, "bestand.yaml")
    assert isinstance(document, YamlDocument)
    separators = random.choice([(", ", ": "), (",", ": "), (" ,  ", " :   ")])
    return json.dumps(
        shuffled(document.data, random),
        indent=random.choice([None, 0, 1, 4]),
        separators=separators,
        ensure_ascii=random.random() < 0.5,
    )


def shuffled(written: Any, random: Random) -> Any:
    if isinstance(written, list):
        return [shuffled(part, random) for part in written]
    if not isinstance(written, dict):
        return written
    keys = random.sample(list(written), len(written))
    return {key: shuffled(written[key], random) for key in keys}


def places(content: Any, place: Place = ()) -> Iterator[Place]:
    """Every place in a JSON content, that of the whole left out."""
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, part in parts:
        yield (*place, step)
        yield from places(part, (*place, step))


def changed(content: Any, place: Place) -> Any:
    """The content with another value at one place: a text longer, a number higher, a list turned, a block without a key."""
    step, *rest = place
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[step] = changed(copy[step], tuple(rest)) if rest else other(copy[step])
    return copy


def other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return value[::-1] if value[::-1] != value else value[:-1]
    return f"{value}x" if isinstance(value, str) else dict(list(value.items())[1:])


@settings(max_examples=25)  # each reads all files anew
@given(random=st.randoms(use_true_random=False))
def test_the_order_of_keys_and_white_space_are_no_content(
    files: dict[str, str], sealed: PublishedVersion, random: Random
) -> None:
    again = load_questionnaire({name: rewritten(text, random) for name, text in files.items()})
    assert isinstance(again, Questionnaire), [str(problem) for problem in again]
    assert publish(again).content == sealed.content


@given(data=st.data())
def test_any_change_of_what_a_questionnaire_says_changes_its_hash(
    sealed: PublishedVersion, data: st.DataObject
) -> None:
    content = json.loads(sealed.content)
    place = data.draw(st.sampled_from(list(places(content))))
    try:
        questionnaire = Questionnaire.model_validate_json(json.dumps(changed(content, place)))
    except ValidationError:
        reject()  # what is no questionnaire has no hash
    assume(questionnaire != sealed.questionnaire)
    assert publish(questionnaire).content_hash != sealed.content_hash
