"""What is looked at before somebody signs is what will be published: every figure of the own area, and what will be another one."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product

import cubes
import pytest

from ceo.workflows.releases.previewing import (
    Beside,
    Wanted,
    area_figures,
    changes_since,
    choose_figures,
    count_figures,
    theme_names,
)
from exports.release.cube import Cube
from exports.release.facts import NATION, AreaType


@cache
def the_cube() -> Cube:
    return cubes.release().cube


@pytest.fixture(scope="module")
def own() -> str:
    return next(one.area for one in the_cube().facts.areas if one.kind is AreaType.MUNICIPALITY)


@pytest.fixture(scope="module")
def figures(own: str) -> tuple[Beside, ...]:
    return area_figures(the_cube(), own, beside=True)


def names(row: object) -> tuple[object, ...]:
    assert isinstance(row, dict)
    return tuple(row[name] for name in ("indicator", "measure", "category", "breakdown", "level"))


def test_every_figure_of_the_area_is_there_once_beside_the_same_of_all_together(
    own: str, figures: tuple[Beside, ...]
) -> None:
    rows = [row for row in the_cube().rows() if row["area"] == own]
    assert len(figures) == len(rows) > 100
    assert Counter(names(one.own) for one in figures) == Counter(names(row) for row in rows)
    for one in figures:
        assert one.own in rows
        assert one.together is None or (one.together["area"], names(one.together)) == (NATION, names(one.own))
    assert any(one.together for one in figures)
    assert all(one.together is None for one in area_figures(the_cube(), NATION, beside=True))


def test_themes_and_groups_together_show_every_figure_once(figures: tuple[Beside, ...]) -> None:
    groups = {one.own["breakdown"] for one in figures}
    shown = [
        one
        for theme, group in product(theme_names(the_cube()), groups)
        for one in choose_figures(the_cube(), figures, Wanted(theme, group))
    ]
    assert Counter(map(id, shown)) == Counter(map(id, figures))


def test_what_is_not_shown_and_what_has_a_flag_are_found_and_counted(figures: tuple[Beside, ...]) -> None:
    counted = count_figures(figures)
    hidden = choose_figures(the_cube(), figures, Wanted(hidden=True))
    flagged = choose_figures(the_cube(), figures, Wanted(flagged=True))
    assert len(hidden) == counted.hidden > 0
    assert all(one.own["value"] is None for one in hidden)
    assert len(flagged) > 0
    assert all(one.own["flags"] and one.own["value"] is not None for one in flagged)
    assert max(counted.flags.values()) <= len(flagged) <= sum(counted.flags.values())


def test_only_what_readers_see_differently_is_a_change(figures: tuple[Beside, ...]) -> None:
    assert changes_since(figures, figures) == ()
    first, second, third, *rest = figures
    hidden = Beside({**second.own, "value": None, "suppression": "complement"}, None)
    compared = Beside({**third.own, "p_adjusted": 0.5}, None)  # with others, which says nothing of the figure itself
    changes = changes_since(figures, (hidden, compared, *rest))
    assert [(one.before, one.after) for one in changes] == [(second.own, hidden.own), (first.own, None)]
    assert [one.row for one in changes_since((), figures[:1])] == [first.own]
