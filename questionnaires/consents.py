"""Consent: what a told story may be used for. Asked after telling, and nothing is on until it is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, get_args

from questionnaires.definition import ConsentScope, Item
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import Path

# In the order in which they are asked.
SCOPES: Final[tuple[ConsentScope, ...]] = get_args(ConsentScope)


@dataclass(frozen=True, slots=True)
class StoryConsent:
    """What the teller of one story decided: the uses that are `given`, and those that were given and `withdrawn` since."""

    given: tuple[ConsentScope, ...] = ()
    withdrawn: tuple[ConsentScope, ...] = ()


# By item id. A story that is not in it was not decided about: it may be used for nothing.
Consents: TypeAlias = Mapping[str, StoryConsent]
JsonConsents: TypeAlias = dict[str, dict[str, list[str]]]


def stories(questionnaire: Questionnaire, path: Path) -> tuple[Item, ...]:
    """Return the items on a path that hold a told story about whose use the teller decides."""
    told = (questionnaire.item(item) for item, answer in path.environment.items() if answer.value is not None)
    return tuple(item for item in told if item.consent is not None)


def undecided(questionnaire: Questionnaire, path: Path, consents: Consents) -> Item | None:
    """Return the first story about whose use the teller has not decided yet."""
    return next((item for item in stories(questionnaire, path) if item.id not in consents), None)


def consents_to_json(consents: Consents) -> JsonConsents:
    """Return the stored form.

    >>> consents_to_json({"VER03": StoryConsent(("leren_intern",))})
    {'VER03': {'given': ['leren_intern'], 'withdrawn': []}}
    """
    return {item: {"given": list(it.given), "withdrawn": list(it.withdrawn)} for item, it in consents.items()}


def consents_from_json(stored: JsonConsents) -> dict[str, StoryConsent]:
    """Return the consents of their stored form; the inverse of `consents_to_json`.

    >>> consents_from_json({"VER03": {"given": [], "withdrawn": ["leren_intern"]}})
    {'VER03': StoryConsent(given=(), withdrawn=('leren_intern',))}
    """
    return {item: StoryConsent(_scopes(entry["given"]), _scopes(entry["withdrawn"])) for item, entry in stored.items()}


def _scopes(written: list[str]) -> tuple[ConsentScope, ...]:
    return tuple(scope for scope in SCOPES if scope in written)
