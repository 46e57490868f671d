from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.answers import Answer, Missing, answers_from_json, answers_to_json

VALUES = st.one_of(st.text(), st.integers(), st.dates(), st.lists(st.text()).map(tuple))


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Answer]:
    items = draw(st.lists(st.from_regex(r"[A-Z]{3}[0-9]{2}", fullmatch=True), unique=True, max_size=5))
    found = {}
    for item in items:
        version = draw(st.integers(1, 9))
        if draw(st.booleans()):
            found[item] = Answer(item, version, value=draw(VALUES))
        else:
            found[item] = Answer(item, version, missing=draw(st.sampled_from(Missing)))
    return found


@given(answers())
def test_answers_come_back_from_json_as_they_were(given_answers: dict[str, Answer]) -> None:
    stored = json.loads(json.dumps(answers_to_json(given_answers)))
    assert answers_from_json(stored) == given_answers


@pytest.mark.parametrize("parts", [{}, {"value": "eens", "missing": Missing.SKIPPED}])
def test_an_answer_has_a_value_or_a_reason_and_never_both(parts: dict[str, object]) -> None:
    with pytest.raises(AssertionError, match="TOE01: a value or a reason, not both"):
        Answer("TOE01", 1, **parts)  # type: ignore[arg-type]  # parts of a test
