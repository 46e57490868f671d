from dataclasses import replace

import pytest
from arrangements import simulated, wmo_core

from ceo.workflows.answering import recent_walks
from ceo.workflows.answering.recent_walks import RecentWalks
from questionnaires.answers import answers_to_json
from questionnaires.expressions.facts import Circumstances
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import route

READ = Circumstances("nl", "web", "standard", None)


class Clock:
    """A clock that goes on when a test says so. In seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def asked() -> Questionnaire:
    return wmo_core()


def test_a_walk_holds_the_answers_and_the_path_of_what_is_stored(asked: Questionnaire) -> None:
    walk = RecentWalks().walk("draft", asked, READ, answers_to_json(simulated(1)))
    assert (walk.answers, walk.path) == (simulated(1), route(asked, simulated(1), READ))


def test_a_row_that_says_the_same_is_not_walked_again(asked: Questionnaire) -> None:
    walks = RecentWalks()
    walk = walks.walk("draft", asked, READ, answers_to_json(simulated(1)))
    assert walks.walk("draft", asked, READ, answers_to_json(simulated(1))) is walk


def test_whatever_differs_in_a_row_makes_another_walk(asked: Questionnaire) -> None:
    walks, stored = RecentWalks(), answers_to_json(simulated(1))
    walks.walk("draft", asked, READ, stored)
    assert walks.walk("draft", asked, READ, answers_to_json(simulated(2))).answers == simulated(2)
    assert walks.walk("draft", asked, replace(READ, language="ar"), stored).circumstances.language == "ar"
    other = asked.model_copy()
    assert walks.walk("draft", other, READ, stored).questionnaire is other


def test_a_walk_that_nobody_needs_is_forgotten_after_two_minutes(asked: Questionnaire) -> None:
    clock, stored = Clock(), answers_to_json(simulated(1))
    walks = RecentWalks(clock)
    walk = walks.walk("draft", asked, READ, stored)
    for clock.now in (60.0, 120.0):
        walks.walk("neighbour", asked, READ, stored)
    assert walks.walk("draft", asked, READ, stored) is not walk


def test_a_walk_that_is_needed_each_minute_is_kept(asked: Questionnaire) -> None:
    clock, stored = Clock(), answers_to_json(simulated(1))
    walks = RecentWalks(clock)
    walk = walks.walk("draft", asked, READ, stored)
    for clock.now in (59.0, 118.0, 177.0, 236.0):
        assert walks.walk("draft", asked, READ, stored) is walk


def test_a_busy_hour_fills_no_more_memory_than_two_generations(
    asked: Questionnaire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent_walks, "_LARGEST_GENERATION", 3)
    walks, stored = RecentWalks(), answers_to_json(simulated(1))
    first = walks.walk("0", asked, READ, stored)
    for number in range(1, 7):
        walks.walk(str(number), asked, READ, stored)
    assert walks.walk("0", asked, READ, stored) is not first
