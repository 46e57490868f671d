"""The form about an identity provider: what was filled in, and the words for what is wrong."""

from __future__ import annotations

from itertools import count, takewhile
from typing import Any, Final

from litestar import Request

from ceo.web.staff.openid_words import CAUSE_WORDS, FIELD_WORDS, KNOWN_WORDS, OTHER_WORDS, ROW_WORDS, STEP_WORDS
from ceo.web.staff.pages import staff_words
from ceo.workflows.openid.provider_form import Fault, GivenProvider
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.trial import Trial

EMPTY: Final = GivenProvider()
# As they stand on the page.
_ORDER: Final = ("label", "issuer", "client_id", "secret", "claim", "rows", "acr", "amr")


def filled_of(form: dict[str, list[str]]) -> GivenProvider:
    """Return what was filled in. A row is a group with its role; rows are numbered from 1, without a gap."""
    first = {name: values[0] for name, values in form.items() if values}
    numbers = takewhile(lambda number: f"waarde-{number}" in first, count(1))
    rows = [(first[f"waarde-{number}"], first.get(f"rol-{number}", "")) for number in numbers]
    while rows and not any(rows[-1]):
        rows.pop()  # the page has a few of them for what is to come
    return GivenProvider(**{name: first.get(name, "") for name in _ORDER if name != "rows"}, rows=tuple(rows))


def form_of(provider: Provider) -> GivenProvider:
    """Return a provider as its form begins. The secret is not in it: nobody can read it back."""
    mapping = provider.mapping
    rows = tuple((value, role.value) for value, role in sorted(mapping.roles.items()))
    acr, amr = " ".join(mapping.acr), " ".join(mapping.amr)
    return GivenProvider(provider.label, provider.issuer, provider.client_id, "", mapping.claim, rows, acr, amr)


def told(request: Request[Any, Any, Any], faults: tuple[Fault, ...]) -> dict[str, str]:
    """Return the words for everything that is wrong, by field, in the order of the page."""
    words: dict[str, list[str]] = {}
    for fault in faults:
        if fault.row:
            sentence = staff_words(request, ROW_WORDS[fault.why], row=fault.row)
        else:
            sentence = staff_words(request, FIELD_WORDS.get((fault.field, fault.why)) or OTHER_WORDS[fault.why])
        words.setdefault(fault.field, []).append(sentence)
    return {name: " ".join(words[name]) for name in _ORDER if name in words}


def words_of_trial(request: Request[Any, Any, Any], trial: Trial) -> str:
    """Return in plain words what came of trying a provider out."""
    if trial.problem is None:
        return staff_words(request, KNOWN_WORDS[trial.known])
    cause = staff_words(request, CAUSE_WORDS[trial.problem.cause], about=trial.problem.about)
    return f"{staff_words(request, STEP_WORDS[trial.step])} {cause}"
