"""Made-up microdata: tables of one question as released, with a breakdown where one was released, and marked in every record."""

from __future__ import annotations

import numpy as np

from analysis.microdata.records import AREA, SUPPRESSED, WEIGHT, Category, MicrodataVariable, Role
from analysis.microdata.rule import MicrodataFault, Place
from analysis.microdata.synthetic import MARK, AreaSize, Margin, Synthetic, synthesise
from questionnaires.codebook import VariableKind

YES_NO = (Category(1, "ja", "Ja"), Category(2, "nee", "Nee"))
KIND = MicrodataVariable(
    "soort", "soort", Role.ANSWER, VariableKind.NOMINAL, "Soort", categories=YES_NO, reasons=(-6, -8)
)
HELPED = MicrodataVariable("geholpen", "geholpen", Role.ANSWER, VariableKind.NOMINAL, "Geholpen", categories=YES_NO)
GRADE = MicrodataVariable("cijfer", "cijfer", Role.ANSWER, VariableKind.INTEGER, "Cijfer", minimum=1, maximum=10)
TOWNS = (AreaSize(Place("GM1", "Een"), 3000.0), AreaSize(Place("GM2", "Twee"), 1000.0))
MARGINS = (
    Margin("GM1", "soort", {1: 0.6, 2: 0.3, -6: 0.1}),
    Margin("GM1", "geholpen", {1: 0.5, 2: 0.5}),
    Margin("GM1", "geholpen", {1: 0.7, 2: 0.3}, "soort", 1),
    Margin("GM1", "cijfer", {7: 0.25, 8: 0.75}),
    Margin("GM2", "soort", {1: 0.2, 2: 0.8}),
    Margin("GM2", "cijfer", {6: 1.0}),
)


def made(n: int = 20_000, seed: int = 7, areas: tuple[AreaSize, ...] = TOWNS) -> Synthetic:
    found = synthesise((HELPED, KIND, GRADE), MARGINS, areas, n=n, seed=seed)
    assert isinstance(found, Synthetic), found
    return found


def near(found: float, share: float, n: int) -> bool:
    return abs(found - share) <= 4 * np.sqrt(share * (1 - share) / n) + 1e-9


def test_margins_come_back_within_sampling_error() -> None:
    columns = made().records.columns
    for number, area in enumerate(TOWNS, start=1):
        here = columns[AREA] == number
        for margin in MARGINS:
            if margin.area == area.place.code and not margin.breakdown:
                for value, share in margin.shares.items():
                    assert near(float((columns[margin.variable][here] == value).mean()), share, int(here.sum()))


def test_a_released_breakdown_comes_back_and_everyone_together_stays_right() -> None:
    columns = made().records.columns
    first = (columns[AREA] == 1) & (columns["soort"] == 1)
    assert near(float((columns["geholpen"][first] == 1).mean()), 0.7, int(first.sum()))
    others = (columns[AREA] == 1) & (columns["soort"] != 1)
    # What is left for the others, so that half of all were helped: (0.5 - 0.6 * 0.7) / 0.4.
    assert near(float((columns["geholpen"][others] == 1).mean()), 0.2, int(others.sum()))


def test_what_was_not_released_of_an_area_is_suppressed_there() -> None:
    columns = made().records.columns
    assert set(columns["geholpen"][columns[AREA] == 2].tolist()) == {SUPPRESSED}


def test_people_are_spread_as_clients_are_and_stand_for_all_of_them() -> None:
    records = made(n=400).records
    assert np.bincount(records.columns[AREA]).tolist() == [0, 300, 100]
    assert records.columns[WEIGHT].sum() == 4000


def test_every_record_says_that_nobody_gave_these_answers() -> None:
    records = made(n=10).records
    assert records.variables[0].name == MARK == "SYNTHETISCH"
    assert records.columns[MARK].tolist() == [1] * 10


def test_the_same_seed_makes_the_same_people_and_another_one_others() -> None:
    first, again, other = (made(n=500, seed=seed).records.columns["soort"].tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_without_released_shares_nobody_is_made_up() -> None:
    found = synthesise((KIND,), (), TOWNS, n=10, seed=1)
    assert isinstance(found, tuple)
    assert [one.place for one in found] == ["release"]


def test_each_area_gets_somebody() -> None:
    found = synthesise((KIND,), MARGINS, TOWNS, n=1, seed=1)
    assert found == (MicrodataFault("n", "1 mensen zijn te weinig voor 2 gebieden.", "Vraag minstens 2 mensen."),)
