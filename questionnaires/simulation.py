"""Simulated clients: plausible answers along the real route, for rehearsal, demonstration and tests.

Nobody is behind these answers. Each client has a personal leaning that colours all statements, so that answers of one
client go together as in real surveys; chance comes in as an argument, so that the same seed gives the same client.
"""

from __future__ import annotations

import random
from zlib import crc32

from questionnaires.answers import Answer, Missing, Value
from questionnaires.definition import AnswerScale, IntegerAnswer, IntegerRange, Item, Questionnaire, ScaleType
from questionnaires.routing import reason_to_show

# Shares 0-1, about as seen in surveys on paper and screen among adults; only plausibility hangs on them.
SHARE_SKIPPED = 0.02
SHARE_WITHOUT_OPINION = 0.04
SHARE_WITH_STORY = 0.3
# Standard deviations: how much people differ, and how much the answers of one person do. Mean in the same units.
SPREAD_BETWEEN_CLIENTS = 0.7
SPREAD_WITHIN_CLIENT = 0.8
MEAN_LEANING = 0.9
# Each next option without order is this much rarer; "anders" is rarer still.
NEXT_OPTION = 0.65
OTHER_OPTION = 0.05

STORIES = (
    "Verzonnen voorbeeld: de hulp op dinsdag is fijn, want dan krijg ik ook mijn ramen schoon.",
    "Verzonnen voorbeeld: ik moest twee keer bellen, maar daarna was het snel geregeld.",
    "Verzonnen voorbeeld: met de scootmobiel kom ik weer zelf op de markt.",
    "Verzonnen voorbeeld: er komt vaak iemand anders. Ik zie liever één vast gezicht.",
    "Verzonnen voorbeeld: de brief was lastig te lezen. Mijn buurvrouw hielp mij.",
    "Verzonnen voorbeeld: op de dagbesteding heb ik nieuwe vrienden gemaakt.",
    "Verzonnen voorbeeld: de regiotaxi kwam een paar keer te laat.",
    "Verzonnen voorbeeld: alles gaat goed zo. Dank u wel!",
)


def simulate_answers(questionnaire: Questionnaire, rng: random.Random, *, tendency: float = 0.0) -> dict[str, Answer]:
    """Return the answers of one simulated client to every page on the route.

    `tendency` shifts how content the clients of a municipality are, in standard deviations of one answer's leaning;
    0 is average, 0.3 is clearly more content.
    """
    leaning = rng.gauss(MEAN_LEANING + tendency, SPREAD_BETWEEN_CLIENTS)
    answers: dict[str, Answer] = {}
    for page in questionnaire.pages:
        if reason_to_show(questionnaire, page, answers) is None:
            continue
        for item_id in page.items:
            item = questionnaire.item(item_id)
            found = _simulate_answer(questionnaire, item, leaning + _ease(item_id), rng)
            if isinstance(found, Missing):
                answers[item_id] = Answer(item_id, item.version, missing=found)
            else:
                answers[item_id] = Answer(item_id, item.version, value=found)
    return answers


def _ease(item_id: str) -> float:
    """Return how much easier than others it is to be content about an item: −0.5 to 0.5, always the same."""
    return crc32(item_id.encode()) % 101 / 100 - 0.5


def _simulate_answer(questionnaire: Questionnaire, item: Item, leaning: float, rng: random.Random) -> Value | Missing:
    if rng.random() < SHARE_SKIPPED:
        return Missing.SKIPPED
    scale = questionnaire.scale_of(item)
    if scale is not None:
        if scale.missing and rng.random() < SHARE_WITHOUT_OPINION:
            return rng.choice(scale.missing).reason
        return _simulate_choice(scale, leaning, rng)
    if isinstance(item.type, IntegerAnswer):
        return _simulate_number(item.type.integer, leaning, rng)
    return rng.choice(STORIES) if rng.random() < SHARE_WITH_STORY else Missing.SKIPPED


def _simulate_choice(scale: AnswerScale, leaning: float, rng: random.Random) -> Value:
    if scale.type is ScaleType.MULTI:
        chosen = tuple(code.code for code in scale.codes if rng.random() < 1 / len(scale.codes))
        return chosen or ((scale.exclusive or scale.codes)[0].code,)
    if scale.score is not None:
        return scale.codes[_simulate_position(scale, leaning, rng)].code
    if scale.type is ScaleType.ORDINAL:
        # Ordered options without a score are groups such as age; most clients are in the higher ones.
        return rng.choices(scale.codes, range(1, len(scale.codes) + 1))[0].code
    weights = [OTHER_OPTION if code.code == "anders" else NEXT_OPTION**rank for rank, code in enumerate(scale.codes)]
    return rng.choices(scale.codes, weights)[0].code


def _simulate_position(scale: AnswerScale, leaning: float, rng: random.Random) -> int:
    """Return the place of the chosen code in the scale, by cutting the leaning of the moment into equal steps."""
    last = len(scale.codes) - 1
    share = _content(leaning, 4, rng)
    best_first = ((scale.codes[0].value or 0) > (scale.codes[-1].value or 0)) == (scale.polarity == "positive")
    position = round(share * last)
    return last - position if best_first else position


def _simulate_number(limits: IntegerRange, leaning: float, rng: random.Random) -> int:
    if limits.score is None:
        return rng.randint(limits.min, limits.max)
    return limits.min + round(_content(leaning, 7, rng) * (limits.max - limits.min))


def _content(leaning: float, steps: int, rng: random.Random) -> float:
    """Return how content a client is at one question, 0-1: halfway at a leaning of 0, the ends half the steps away."""
    return min(1.0, max(0.0, 0.5 + rng.gauss(leaning, SPREAD_WITHIN_CLIENT) / steps))
