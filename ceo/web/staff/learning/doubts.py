"""What is possible but unlikely: it is asked about once, and kept when somebody says that it is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from ceo.storage.dialogues import Action, Term
from ceo.storage.goals import Goal
from ceo.web.languages import N_
from ceo.web.staff.learning.goal_form import row_fields
from ceo.web.staff.learning.typed import Doubt, Found
from ceo.workflows.learning.actions import Planned
from ceo.workflows.learning.goals import Wanted, path_of
from ceo.workflows.learning.planner import TermWanted
from ceo.workflows.told.claiming import causal_claims
from questionnaires.scales import Polarity

_CLAIM: Final = Doubt(
    N_("‘%(words)s’ lijkt te zeggen waardoor een cijfer veranderde"),
    N_(
        "Dat weten we niet: ook toeval of iets anders kan een cijfer veranderen. Schrijf los van elkaar op wat u deed en wat het cijfer "
        "is, zoals: ‘Wij bellen sneller terug. Het cijfer is nu 68.’"
    ),
)
_PAST: Final = Doubt(
    N_("De dag waarop de actie klaar moet zijn, is al voorbij"),
    N_("Kies een dag die nog komt. Schrijft u een actie van eerder op, bewaar dan toch."),
)
_WORSE: Final = Doubt(
    N_("U wilt %(words)s, maar dat is slechter dan het begin van het pad"),
    N_(
        "Kijk of het getal klopt, en of hoger of juist lager beter is. Wilt u dat het cijfer niet verder zakt of stijgt dan dit, bewaar "
        "dan toch."
    ),
)
_OVERLAP: Final = Doubt(
    N_("Deze periode valt voor een deel samen met ‘%(words)s’"),
    N_("Dan krijgt u herinneringen dubbel. Kies andere dagen. Klopt het, bewaar dan toch."),
)


def doubts_of_words(texts: Mapping[str, str]) -> tuple[Found, ...]:
    """Return what in texts for residents, by field, seems to say why a figure is as it is."""
    return tuple(
        Found(field, sentence, "claim", _CLAIM) for field, text in texts.items() for sentence in causal_claims(text)
    )


def doubts_of_action(planned: Planned, row: Action | None, today: date) -> tuple[Found, ...]:
    """Return what is unlikely of an action: a day that is past, unless it was kept before."""
    if planned.due_on >= today or (row is not None and row.due_on == planned.due_on):
        return ()
    return (Found("dag", planned.due_on.isoformat(), "past", _PAST),)


def doubts_of_goal(wanted: Wanted, row: Goal | None, typed: Mapping[str, str]) -> tuple[Found, ...]:
    """Return the targets that are worse than the baseline, unless they were kept before."""
    baseline = wanted.baseline
    if baseline is None or wanted.polarity is None or wanted.polarity is Polarity.NONE:
        return ()
    if row is not None and row.polarity == wanted.polarity and path_of(row) == wanted.path and not typed["opnieuw"]:
        return ()
    better = 1 if wanted.polarity is Polarity.POSITIVE else -1
    filled = [value for day, value in row_fields() if typed[day] and typed[value]]
    return tuple(
        Found(field, typed[field], "worse", _WORSE)
        for field, target in zip(filled, wanted.path, strict=True)
        if better * (target.value - baseline.figure.value) < 0
    )


def doubts_of_term(wanted: TermWanted, others: Iterable[Term]) -> tuple[Found, ...]:
    """Return the terms that share more than a day with a wanted one: a council ends on the day on which the next begins."""
    return tuple(
        Found("begin", one.title, "overlap", _OVERLAP)
        for one in others
        if max(one.begins_on, wanted.begins_on) < min(one.ends_on, wanted.ends_on)
    )
