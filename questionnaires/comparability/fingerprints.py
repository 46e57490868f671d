"""Fingerprints: for each item a hash of what it measures and a hash of what stands around it.

An equal measurement fingerprint is what makes answers of two versions the same measurement; an equal context
fingerprint says that they were also asked in the same surroundings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from questionnaires.comparability.canonical import canonical_json, hash_content
from questionnaires.comparability.context import Context, contexts_of
from questionnaires.comparability.measurement import Measurement, measurements_of
from questionnaires.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The two hashes of an item, each "sha256:" and 64 digits.

    `measurement` is over the concept, the kind of answer, the answer options with their texts, values and stances, the
    reasons for having no value, limits and unit, scoring, polarity, the question with its gaps unfilled, the reference
    period, the params and earlier answers in it, and who is asked: the condition, calculations written out, and all
    upstream of it. `context` is over the core items before it, the items on its page, the modes and registers, the order
    of its answer options, the bounds of texts, stories and days, and its easy texts. What municipalities add before it is
    not in it, so that the same core has the same fingerprint everywhere; `verdicts` does look at that.
    """

    measurement: str
    context: str


def fingerprints_of(questionnaire: Questionnaire) -> Mapping[str, Fingerprints]:
    """Return the fingerprints of every item, by id."""
    contexts = contexts_of(questionnaire)
    return {
        item: Fingerprints(_hash(measurement), _hash(contexts[item]))
        for item, measurement in measurements_of(questionnaire).items()
    }


def _hash(content: Measurement | Context) -> str:
    return hash_content(canonical_json(asdict(content)))
