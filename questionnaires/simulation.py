"""Simulated clients: plausible answers along the real route, for rehearsal, demonstration and tests.

Nobody is behind these answers. Each client has a personal leaning that colours all statements, so that answers of one
client go together as in real surveys; chance comes in as an argument, so that the same seed gives the same client.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from zlib import crc32

from questionnaires.answers import Answer, Missing, Value
from questionnaires.definition import (
    DateAnswer,
    DateRange,
    IntegerAnswer,
    IntegerRange,
    Item,
    NarrativeAnswer,
    TextAnswer,
)
from questionnaires.expressions.facts import Circumstances, Facts, Known
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import USUAL, reason_to_show
from questionnaires.scales import AnswerScale, Polarity, ScaleType

# Shares 0-1, about as seen in surveys on paper and screen among adults; only plausibility hangs on them.
SHARE_SKIPPED = 0.02
SHARE_WITHOUT_OPINION = 0.04
SHARE_WITH_STORY = 0.3
SHARE_OTHER_LANGUAGE = 0.08
SHARE_EASY = 0.12
# Standard deviations: how much people differ, and how much the answers of one person do. Mean in the same units.
SPREAD_BETWEEN_CLIENTS = 0.7
SPREAD_BETWEEN_DOMAINS = 0.35
SPREAD_WITHIN_CLIENT = 0.8
MEAN_LEANING = 0.9
# Each next option without order is this much rarer; "anders" is rarer still.
NEXT_OPTION = 0.65
OTHER_OPTION = 0.05
# Days without limits lie in the two years after this one.
FIRST_DAY = date(2025, 1, 1)
DAYS_BACK = 730

TITLES = ("Verzonnen: altijd op tijd", "Verzonnen: twee keer bellen", "Verzonnen: een vast gezicht")

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


def simulate_answers(
    questionnaire: Questionnaire,
    rng: random.Random,
    *,
    tendency: float = 0.0,
    circumstances: Circumstances = USUAL,
) -> dict[str, Answer]:
    """Return the answers of one simulated client to every page on the route.

    `tendency` shifts how content the clients of a municipality are, in standard deviations of one answer's leaning;
    0 is average, 0.3 is clearly more content. Answers about one domain go together more than answers about others.
    """
    leaning = rng.gauss(MEAN_LEANING + tendency, SPREAD_BETWEEN_CLIENTS)
    leanings = {domain: rng.gauss(leaning, SPREAD_BETWEEN_DOMAINS) for domain in _domains(questionnaire)}
    domains = {concept.id: concept.domain for concept in questionnaire.concepts}
    answers: dict[str, Answer] = {}
    facts = Facts(answers, circumstances)
    for compiled in questionnaire.routes.pages:
        if reason_to_show(compiled, facts) is None:
            continue
        for item in map(questionnaire.item, compiled.page.items):
            content = leanings.get(domains.get(item.concept, ""), leaning) + _ease(item.id)
            found = _simulate_answer(questionnaire, item, content, rng)
            if isinstance(found, Missing):
                answers[item.id] = Answer(item.id, item.version, missing=found)
            else:
                answers[item.id] = Answer(item.id, item.version, value=found)
    return answers


def simulate_circumstances(
    questionnaire: Questionnaire, rng: random.Random, *, started_on: date | None = None
) -> Circumstances:
    """Return how one simulated client answers: mostly in Dutch and standard texts, with any value from the sample."""
    others = [language for language in questionnaire.languages if language != questionnaire.language]
    language = rng.choice(others) if others and rng.random() < SHARE_OTHER_LANGUAGE else questionnaire.language
    easy = "easy" in questionnaire.registers and rng.random() < SHARE_EASY
    sample: dict[str, Known] = {}
    for name, variable in questionnaire.sample.items():
        if isinstance(variable.type, IntegerAnswer):
            sample[name] = rng.randint(variable.type.integer.min, variable.type.integer.max)
        else:
            sample[name] = rng.choice(questionnaire.scales_by_reference[variable.type.scale].codes).code
    return Circumstances(language, questionnaire.modes[0], "easy" if easy else "standard", started_on, sample)


def _domains(questionnaire: Questionnaire) -> list[str]:
    return sorted({concept.domain for concept in questionnaire.concepts})


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
        return _simulate_choice(scale, item.polarity or scale.polarity, leaning, rng)
    if isinstance(item.type, IntegerAnswer):
        return _simulate_number(item.type.integer, leaning, rng)
    if isinstance(item.type, DateAnswer):
        return _simulate_day(item.type.date, rng)
    return _simulate_words(item, rng) if rng.random() < SHARE_WITH_STORY else Missing.SKIPPED


def _simulate_words(item: Item, rng: random.Random) -> str:
    if isinstance(item.type, TextAnswer):
        return rng.choice(TITLES)[: item.type.text.max_chars].strip()
    assert isinstance(item.type, NarrativeAnswer), "an item is a choice, a number, a day or words"
    return rng.choice(STORIES)[: item.type.narrative.max_chars].strip()


def _simulate_choice(scale: AnswerScale, polarity: Polarity, leaning: float, rng: random.Random) -> Value:
    if scale.type is ScaleType.MULTI:
        chosen = tuple(code.code for code in scale.codes if rng.random() < 1 / len(scale.codes))
        return chosen or ((scale.exclusive or scale.codes)[0].code,)
    if scale.score is not None:
        return scale.codes[_simulate_position(scale, polarity, leaning, rng)].code
    if scale.type is ScaleType.ORDINAL:
        # Ordered options without a score are groups such as age; most clients are in the higher ones.
        return rng.choices(scale.codes, range(1, len(scale.codes) + 1))[0].code
    weights = [OTHER_OPTION if code.code == "anders" else NEXT_OPTION**rank for rank, code in enumerate(scale.codes)]
    return rng.choices(scale.codes, weights)[0].code


def _simulate_position(scale: AnswerScale, polarity: Polarity, leaning: float, rng: random.Random) -> int:
    """Return the place of the chosen code in the scale, by cutting the leaning of the moment into equal steps."""
    last = len(scale.codes) - 1
    share = _content(leaning, 4, rng)
    best_first = ((scale.codes[0].value or 0) > (scale.codes[-1].value or 0)) == (polarity is not Polarity.NEGATIVE)
    position = round(share * last)
    return last - position if best_first else position


def _simulate_number(limits: IntegerRange, leaning: float, rng: random.Random) -> int:
    if limits.score is None:
        return rng.randint(limits.min, limits.max)
    return limits.min + round(_content(leaning, 7, rng) * (limits.max - limits.min))


def _simulate_day(limits: DateRange, rng: random.Random) -> date:
    latest = limits.latest or (limits.earliest or FIRST_DAY) + timedelta(days=DAYS_BACK)
    earliest = limits.earliest or latest - timedelta(days=DAYS_BACK)
    return earliest + timedelta(days=rng.randint(0, (latest - earliest).days))


def _content(leaning: float, steps: int, rng: random.Random) -> float:
    """Return how content a client is at one question, 0-1: halfway at a leaning of 0, the ends half the steps away."""
    return min(1.0, max(0.0, 0.5 + rng.gauss(leaning, SPREAD_WITHIN_CLIENT) / steps))
