"""Consent: what a told story may be used for. Asked after telling, and nothing is on until it is chosen.

A request to be called back is no use like the others: it names a person. So it never stands with the answers that are handed in; who
asked for it stands apart, with the story, and taking the request back removes it there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, get_args

from questionnaires.answers import Answers
from questionnaires.definition import ConsentScope, Item
from questionnaires.questionnaire import Questionnaire
from questionnaires.routing import Path

# In the order in which they are asked.
SCOPES: Final[tuple[ConsentScope, ...]] = get_args(ConsentScope)
CALL_BACK: Final[ConsentScope] = "terugbellen"


@dataclass(frozen=True, slots=True)
class StoryConsent:
    """What the teller of one story decided: the uses that are `given`, and those that were given and `withdrawn` since.

    `sealed_request` holds who wants to be called back, encrypted, as long as the story is a draft; "" without that wish.
    """

    given: tuple[ConsentScope, ...] = ()
    withdrawn: tuple[ConsentScope, ...] = ()
    sealed_request: str = ""


# By item id. A story that is not in it was not decided about: it may be used for nothing.
Consents: TypeAlias = Mapping[str, StoryConsent]
JsonConsents: TypeAlias = dict[str, dict[str, list[str] | str]]


def stories(questionnaire: Questionnaire, path: Path) -> tuple[Item, ...]:
    """Return the items on a path that hold a told story about whose use the teller decides."""
    return told_stories(questionnaire, path.environment)


def told_stories(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """Return the items that hold a told story among answers that all count."""
    told = (questionnaire.item(item) for item, answer in answers.items() if answer.value is not None)
    return tuple(item for item in told if item.consent is not None)


def undecided(questionnaire: Questionnaire, path: Path, consents: Consents) -> Item | None:
    """Return the first story about whose use the teller has not decided yet."""
    return next((item for item in stories(questionnaire, path) if item.id not in consents), None)


def chosen_scopes(item: Item, names: Collection[str]) -> tuple[ConsentScope, ...]:
    """Return the uses that are both named and asked about a story, in the order in which they are asked."""
    asked = item.consent.scopes if item.consent is not None else ()
    return tuple(scope for scope in SCOPES if scope in asked and scope in names)


def handed_in(questionnaire: Questionnaire, sealed: Answers, consents: Consents) -> dict[str, StoryConsent]:
    """Return the consents that go with sealed answers: of the stories that are in them, without a request to be called back."""
    decided = (item.id for item in told_stories(questionnaire, sealed) if item.id in consents)
    return {item: StoryConsent(_without_call(consents[item].given)) for item in decided}


def requests_to_call(questionnaire: Questionnaire, sealed: Answers, consents: Consents) -> dict[str, str]:
    """Return the sealed requests to be called back about stories that are handed in, by item."""
    told = (item.id for item in told_stories(questionnaire, sealed) if item.id in consents)
    return {item: consents[item].sealed_request for item in told if CALL_BACK in consents[item].given}


def take_back(consent: StoryConsent, scopes: Collection[str]) -> StoryConsent:
    """Return a consent from which uses are taken back; what was not given cannot be, and nothing comes back.

    >>> take_back(StoryConsent(("leren_intern", "delen_anoniem")), {"delen_anoniem", "landelijk_delen"})
    StoryConsent(given=('leren_intern',), withdrawn=('delen_anoniem',), sealed_request='')
    """
    taken = {scope for scope in consent.given if scope in scopes}
    return replace(
        consent,
        given=tuple(scope for scope in consent.given if scope not in taken),
        withdrawn=tuple(scope for scope in SCOPES if scope in taken or scope in consent.withdrawn),
    )


def consents_to_json(consents: Consents) -> JsonConsents:
    """Return the stored form.

    >>> consents_to_json({"VER03": StoryConsent(("leren_intern",))})
    {'VER03': {'given': ['leren_intern'], 'withdrawn': []}}
    """
    return {item: _entry(consent) for item, consent in consents.items()}


def consents_from_json(stored: JsonConsents) -> dict[str, StoryConsent]:
    """Return the consents of their stored form; the inverse of `consents_to_json`.

    >>> consents_from_json({"VER03": {"given": [], "withdrawn": ["leren_intern"]}})
    {'VER03': StoryConsent(given=(), withdrawn=('leren_intern',), sealed_request='')}
    """
    return {
        item: StoryConsent(_scopes(entry["given"]), _scopes(entry["withdrawn"]), str(entry.get("request", "")))
        for item, entry in stored.items()
    }


def _without_call(scopes: tuple[ConsentScope, ...]) -> tuple[ConsentScope, ...]:
    return tuple(scope for scope in scopes if scope != CALL_BACK)


def _entry(consent: StoryConsent) -> dict[str, list[str] | str]:
    entry: dict[str, list[str] | str] = {"given": list(consent.given), "withdrawn": list(consent.withdrawn)}
    return entry | ({"request": consent.sealed_request} if consent.sealed_request else {})


def _scopes(written: list[str] | str) -> tuple[ConsentScope, ...]:
    return tuple(scope for scope in SCOPES if scope in written)
