"""Why there is no adjusted figure is told for each reason there can be, and nothing is told where there is no own figure either."""

from __future__ import annotations

import pytest

from analysis.release.adjusting import AdjustedOutcome, AdjustedScore, NotAdjusted
from ceo.web.figures.reading import Figure
from ceo.web.staff.mirroring.adjusted_view import AdjustedWords, adjusted_values
from ceo.workflows.releases.adjusting import Adjuster, OwnAdjusted
from exports.release.facts import Indicator

SCORE = Indicator(
    indicator="TOE01",
    version=1,
    label="Toegang",
    question="",
    theme="",
    universe="",
    measures=("score",),
    higher_is_better=True,
)
SHARES = SCORE.model_copy(update={"measures": ("category",)})
SHOWN = Figure({"value": 97.6}, "97,6", "94,9 tot 99,0", "", "60", "", 10)
HIDDEN = Figure({"value": None}, "", "", "te weinig antwoorden", "", "", 10)
ADJUSTERS = (Adjuster("Leeftijd", "Een reden."), Adjuster("Huishouden", "Nog een."))


def found(one: AdjustedScore | NotAdjusted) -> OwnAdjusted:
    beside = one if isinstance(one, NotAdjusted) else (one, AdjustedOutcome(75, 12, 0.985))
    return OwnAdjusted(ADJUSTERS, {"TOE01": beside})


def test_an_adjusted_score_stands_within_its_scale_and_says_what_it_was_adjusted_for() -> None:
    shown = adjusted_values(found(AdjustedScore(98, 4, 23, 5, 1)), SCORE, SHOWN)["adjusted"]
    assert isinstance(shown, AdjustedWords)
    assert (shown.adjusted_for, shown.value, shown.interval) == (
        "Aangepast voor leeftijd en huishouden",
        "98",
        "94 tot 100",
    )
    assert shown.sentences[1].startswith("Aangepast is de score voor ‘Toegang’ hoger dan het gemiddelde")
    assert shown.reasons == ("Een reden.", "Nog een.")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (NotAdjusted.FEW_ANSWERS, "30 mensen"),
        (NotAdjusted.FEW_UNITS, "minstens 5 gemeenten"),
        (NotAdjusted.MIX_HIDDEN, "laat niet zien wie er in uw gemeente antwoordden"),
        (NotAdjusted.NOT_ESTIMABLE, "niet te berekenen"),
    ],
)
def test_a_reason_is_told_in_words(reason: NotAdjusted, told: str) -> None:
    values = adjusted_values(found(reason), SCORE, SHOWN)
    assert values["adjusted"] is None
    assert told in values["not_adjusted"]


def test_an_edition_without_adjusted_figures_says_so_and_so_does_what_has_no_score() -> None:
    assert "Deze uitgave heeft geen cijfers" in adjusted_values(None, SCORE, SHOWN)["not_adjusted"]
    assert "geen score" in adjusted_values(None, SHARES, None)["not_adjusted"]


def test_where_there_is_no_own_figure_nothing_is_told_of_an_adjusted_one() -> None:
    assert adjusted_values(found(NotAdjusted.FEW_ANSWERS), SCORE, HIDDEN) == {"adjusted": None, "not_adjusted": ""}
