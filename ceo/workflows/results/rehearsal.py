"""Rehearsal: simulated clients fill in a version, to see its report before the fieldwork starts. Nothing is stored."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ceo.workflows.results.reporting import Measurement, RoundFacts, SealedVersion, StratumRow, SubmissionRow
from questionnaires.answering import seal
from questionnaires.answers import Missing, answers_to_json
from questionnaires.publishing import PublishedVersion
from questionnaires.routing import route
from questionnaires.simulation import simulate_answers

# Invented municipalities, so that there is something to mirror against; the number shifts how content their clients are.
MUNICIPALITIES: Final = {"Voorbeeldstad": 0.0, "Proefdorp": 0.3, "Oefenveen": -0.3}
_STRATA: Final = {"Groep A": 0.6, "Groep B": 0.4}
_CLIENTS_PER_RESPONDENT: Final = 4


@dataclass(frozen=True, slots=True)
class PageTraffic:
    """How many simulated clients saw a page, and how many of them skipped a question on it."""

    page: str
    shown: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A measurement of simulated clients, and what they met on their way. Lengths are in questions."""

    measurement: Measurement
    clients: int
    traffic: tuple[PageTraffic, ...]
    shortest: int
    longest: int


def rehearse(published: PublishedVersion, *, clients: int, seed: int, today: date) -> Rehearsal:
    """Return what happens when a number of simulated clients in each of some invented municipalities fill in a version."""
    questionnaire = published.questionnaire
    rng = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    rows: list[SubmissionRow] = []
    shown: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    lengths: list[int] = []
    for municipality, tendency in MUNICIPALITIES.items():
        for _ in range(clients):
            answers = simulate_answers(questionnaire, rng, tendency=tendency)
            pages = [step.page for step in route(questionnaire, answers).steps]
            lengths.append(sum(len(page.items) for page in pages))
            for page in pages:
                shown[page.id] += 1
                skipped[page.id] += any(answers[item].missing is Missing.SKIPPED for item in page.items)
            [stratum] = rng.choices(list(_STRATA), list(_STRATA.values()))
            sealed = answers_to_json(seal(questionnaire, answers).answers)
            rows.append(SubmissionRow(municipality, stratum, published.content_hash, dict(sealed)))
    return Rehearsal(
        measurement=_measurement(published, rows, clients, today),
        clients=len(rows),
        traffic=tuple(PageTraffic(page.id, shown[page.id], skipped[page.id]) for page in questionnaire.pages),
        shortest=min(lengths),
        longest=max(lengths),
    )


def _measurement(published: PublishedVersion, rows: list[SubmissionRow], clients: int, today: date) -> Measurement:
    invited = clients * _CLIENTS_PER_RESPONDENT // 2
    return Measurement(
        versions=(SealedVersion(published.content, published.content_hash),),
        made_on=today,
        rounds=tuple(
            RoundFacts(
                municipality=name,
                content_hash=published.content_hash,
                name=name,
                title=f"Proef van {published.questionnaire.reference}",
                opens_on=today,
                closes_on=today + timedelta(days=60),
                simulated=True,
                invited=invited,
                submitted=clients,
                counted=clients,
            )
            for name in MUNICIPALITIES
        ),
        strata=tuple(
            StratumRow(name, stratum, max(round(clients * _CLIENTS_PER_RESPONDENT * share), clients))
            for name in MUNICIPALITIES
            for stratum, share in _STRATA.items()
        ),
        submissions=tuple(rows),
    )
