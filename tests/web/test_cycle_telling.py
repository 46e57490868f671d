"""What the pages of the cycle say of figures: each claim only as far as the figure on the page carries it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from made_series import made_figure, made_points, made_series

from analysis.results import Interval, NotEstimable
from analysis.scales.kappa import Agreement
from ceo.storage.rounds import Round
from ceo.web.staff.activities.telling import tell_changes
from ceo.web.staff.activities.words import Legend, legend_of
from ceo.web.staff.following.telling import tell
from ceo.web.staff.story_room.telling import tell_pattern
from ceo.workflows.activities.changes import Group, Line, Reliable, SeriesChanges, Step, Switched
from ceo.workflows.following.series import Grain, IndicatorSeries, Point, Series
from ceo.workflows.stories.codes import Code
from ceo.workflows.stories.coding import CodeAgreement
from ceo.workflows.stories.patterns import FLOOR, CodeRow, Hidden, Pattern
from questionnaires.scales import Polarity


def only(series: Series, points: tuple[Point, ...], grain: Grain = Grain.MONTH) -> tuple[Series, IndicatorSeries]:
    one = series.indicators[0].model_copy(update={"points": points})
    return series.model_copy(update={"grain": grain, "indicators": (one,)}), one


def since(points: tuple[Point, ...], grain: Grain = Grain.MONTH) -> str:
    series, one = only(made_series(), points, grain)
    return tell(series, ()).indicators[one.indicator].since


def measured(year: int, value: float | None, piece: int = 0) -> Point:
    return Point(
        name=f"wmo-{year}",
        title=f"Meting {year}",
        first_day=date(year, 3, 1),
        last_day=date(year, 5, 1),
        piece=piece,
        figure=None if value is None else made_figure(value),
        reason="" if value is not None else "hidden",
    )


def test_a_figure_is_compared_with_a_year_before_and_never_over_a_break() -> None:
    values = [70.0] * 12 + [50.0]
    assert "is lager dan in januari 2025. Het verschil is 20,0 punten" in since(made_points(values))
    assert since(made_points([None, *values[1:]])) == ""
    assert since(made_points(values, broken_at=6)) == ""
    rounds = (measured(2023, 50), measured(2024, None), measured(2025, 70))
    assert "is hoger dan bij de meting ‘Meting 2023’" in since(rounds, Grain.ROUND)
    assert since((measured(2023, 50), measured(2025, 70, piece=1)), Grain.ROUND) == ""


def test_beside_a_signal_windows_of_months_are_compared_and_never_two_single_months() -> None:
    made = made_series(months=20)
    fallen = made.indicators[0]
    assert tell(made, ()).indicators["KWA03"].since == ""
    rolling = {7: made_figure(57.0), 19: made_figure(49.0)}
    points = tuple(
        point.model_copy(update={"rolling": rolling.get(place)}) for place, point in enumerate(fallen.points)
    )

    def since_signal(**changed: object) -> str:
        one = fallen.model_copy(update={"points": points, **changed})
        series = made.model_copy(update={"indicators": (one,), "rolling_periods": changed.get("rolling_periods", 6)})
        return tell(series, ()).indicators["KWA03"].since

    assert since_signal() == (
        "Eén maand laat weinig zien. Daarom vergelijken we 6 maanden samen met de 6 maanden tot en met augustus 2025. "
        "Bij ‘Meebeslissen over de hulp’ zien we dan geen duidelijk verschil. "
        "Het verschil ligt waarschijnlijk tussen −17,9 en +1,9 punten. "
        "Het signaal kijkt naar iets anders: naar wat gewoon is."
    )
    rolling[19] = made_figure(45.0)
    points = tuple(
        point.model_copy(update={"rolling": rolling.get(place)}) for place, point in enumerate(fallen.points)
    )
    assert "is nu lager. Het verschil is 12,0 punten" in since_signal()
    # No period may be in both.
    assert since_signal(rolling_periods=13) == ""
    broken = tuple(point.model_copy(update={"piece": int(place > 9)}) for place, point in enumerate(points))
    assert since_signal(points=broken) == ""


def test_why_the_newest_period_is_hidden_is_not_told_more_exactly_than_that() -> None:
    for reason in ("fewer_than_floor", "complement", "hidden"):
        point = made_points([None])[0].model_copy(update={"reason": reason})
        series, one = only(made_series(), (point,))
        told = tell(series, {one.indicator}).indicators[one.indicator]
        assert told.hidden.endswith("niet getoond: anders is een te kleine groep uit te rekenen.")


def test_false_signals_are_counted_of_all_that_is_watched_together() -> None:
    series = made_series()
    fallen = series.indicators[0]
    two = series.model_copy(update={"indicators": (fallen, fallen.model_copy(update={"indicator": "KWA04"}))})
    assert "samen" not in tell(two, {"KWA03"}).false_alarms
    assert "Bij 2 cijfers samen is dat hoogstens 1 op de 180 maanden." in tell(two, {"KWA03", "KWA04"}).false_alarms
    assert tell(two, ()).false_alarms == ""


@pytest.mark.parametrize(
    ("respondents", "level", "often"),
    [(30, 70.0, 9), (29, 70.0, 8), (30, 86.0, 8), (30, 14.0, 8), (29, 86.0, 7)],
)
def test_how_often_a_change_is_seen_depends_on_how_many_answer_and_on_room_up_to_the_end_of_the_scale(
    respondents: int, level: float, often: int
) -> None:
    made = made_series()
    points = tuple(
        point.model_copy(update={"figure": made_figure(level, respondents)}) for point in made.indicators[0].points
    )
    one = made.indicators[0]
    one = one.model_copy(update={"points": points, "watch": one.watch.model_copy(update={"centre": level})})
    told = tell(made.model_copy(update={"indicators": (one,)}), ()).indicators[one.indicator].delay
    assert f"in ongeveer {often} van de 10 keer binnen 7 maanden" in told
    assert "Dat geldt als er niet minder mensen antwoorden dan in de 12 maanden die laten zien wat gewoon is." in told


CLEAR = Line("toegang", "Toegang", True, pairs=30, value=5.0, low=2.0, high=8.0, p_adjusted=0.01)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (CLEAR, "Bij de tweede meting is de score voor ‘Toegang’ van deze mensen hoger."),
        (replace(CLEAR, p_adjusted=0.2), "omdat we veel verschillen tegelijk bekijken"),
        (replace(CLEAR, low=-1.0, p_adjusted=0.2), "Het verschil ligt waarschijnlijk tussen −1,0 en +8,0 punten."),
    ],
)
def test_a_change_in_persons_is_claimed_as_far_as_its_line_may_be(line: Line, said: str) -> None:
    group = Group("Training", 50, 34, (replace(line, start_p=0.01, left_p=0.2), replace(line, is_theme=False)))
    made = SeriesChanges("reeks", 10, (), (), {}, (Step(0, 1, (group, Group("Koken", None, None, (line,)))),), None)
    ((place, told),) = tell_changes(made).items()
    assert place == (0, 1, "Training")
    assert told.drop_out.startswith("16 van de 50 mensen deden niet meer mee.")
    (theme,) = told.themes
    assert said in theme
    assert ("van deze mensen hoger" in theme) == line.differs
    # Of where people began as well.
    assert [caution.partition(".")[0] for caution in told.cautions] == [
        "Deze mensen begonnen bij ‘Toegang’ hoger of lager dan gemiddeld",
        "Mensen die stopten, begonnen misschien anders dan mensen die bleven",
    ]


def test_only_words_and_columns_that_are_on_a_page_of_changes_are_explained() -> None:
    def legend(*groups: Group) -> Legend:
        return legend_of(SeriesChanges("reeks", 10, (), (), {}, (Step(0, 1, groups),), None))

    nothing = Legend(sizes=False, reliable=False, switched=False, good=False)
    told = replace(CLEAR, size=0.4, reliable=Reliable(10, 12, 8))
    asked = replace(CLEAR, is_theme=False, switched=Switched(10, 10), polarity=Polarity.POSITIVE)
    assert legend(Group("Koken", None, None, (told, asked))) == nothing
    assert legend(Group("Koken", 40, 30, (replace(told, p_adjusted=0.2, reliable=None),))) == nothing
    assert legend(Group("Koken", 40, 30, (told,))) == replace(nothing, sizes=True, reliable=True)
    assert legend(Group("Koken", 40, 30, (asked,))) == replace(nothing, switched=True, good=True)


def test_of_a_code_the_count_and_the_agreement_are_told_as_far_as_they_go() -> None:
    found: Agreement[bool] = Agreement(0.72, Interval(0.55, 0.89), 0.9, 0.6, {}, 42, rough=False)
    rows = (
        CodeRow(Code("a", "Wachten", "", ended=False), 12, CodeAgreement(42, 38, found)),
        CodeRow(Code("b", "Vervoer", "", ended=False), Hidden.FEW, None),
        CodeRow(Code("c", "Post", "", ended=False), 11, CodeAgreement(3, 3, NotEstimable("too_few_stories", 3))),
    )
    its_round = Round(
        municipality="GM0344", measurement="verhaal-2026", title="Verhalen", questionnaire_hash="", phone=""
    )
    told = tell_pattern(Pattern(its_round, 10, 60, 45, 40, (), (), rows, ()))
    assert told.coded == "Van 60 verhalen mag de gemeente leren. Lezers gaven codes aan 40 daarvan."
    assert told.codes["a"].stories == "12 van de 40 verhalen gaan over ‘Wachten’."
    assert told.codes["a"].agreement.endswith("Ze lezen dit vaak op dezelfde manier.")
    assert (
        told.codes["b"].stories
        == f"Minder dan {FLOOR} verhalen gaan over ‘Vervoer’. Hoeveel precies, laten we niet zien."
    )
    assert told.codes["b"].agreement == "Dat zijn er te weinig om te zeggen of lezers het eens zijn."
    assert "te weinig om te zeggen of dat toeval is" in told.codes["c"].agreement
    rough = CodeRow(Code("a", "Wachten", "", ended=False), 12, CodeAgreement(42, 38, replace(found, rough=True)))
    of_few = tell_pattern(Pattern(its_round, 10, 60, 45, 40, (), (), (rough,), ())).codes["a"].agreement
    assert "is nu 0,72. Er zijn te weinig verhalen" in of_few
    assert "waarschijnlijk tussen" not in of_few
