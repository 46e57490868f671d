"""The rules one by one: registers, certain answers, amounts, editions, references."""

from __future__ import annotations

from dataclasses import replace

from analysis.comparison.references import EveryoneReference, GroupReference, NeighbourReference, PeersReference
from analysis.disclosure import Publication, groups_of, protect, publish
from analysis.disclosure.ledger import Ledger
from analysis.disclosure.protecting import EVERYONE
from analysis.policy import DisclosurePolicy, Rounding
from analysis.results import (
    OTHERS,
    Cell,
    Comparison,
    Contributions,
    Estimate,
    Figure,
    Inference,
    Interval,
    Measure,
    Method,
    NotEstimable,
    Pair,
    Results,
    Suppressed,
)

FEW, COMPLEMENT, CERTAIN = (Suppressed(it) for it in ("fewer_than_floor", "complement", "one_answer_certain"))
NOTHING_YET = Ledger()
EDITION = Publication(series="wmo", waves=("2026",))


def estimate(respondents: int, value: float = 70.0, population: float = 500.0) -> Estimate:
    interval = Interval(0.0, 100.0)
    inference = Inference.FINITE
    n = respondents
    return Estimate(value, 5.0, interval, n, n, population, n - 1, None, Method.T, inference)


def place(unit: str = "", level: str = "", measure: Measure = Measure.SCORE, category: str = "") -> Cell:
    return Cell(measure, "Q", category, unit, "age" if level else "", level)


def results(figures: dict[Cell, Figure], comparisons: dict[Pair, Comparison | NotEstimable] | None = None) -> Results:
    counts = {cell.unit: it.respondents for cell, it in figures.items() if not cell.breakdown}
    return Results(figures, comparisons or {}, counts, dict.fromkeys(counts, 1000.0))


def of_units(counts: dict[str, int]) -> dict[Cell, Figure]:
    return {place(): estimate(sum(counts.values())), **{place(unit): estimate(n) for unit, n in counts.items()}}


def of_levels(levels: dict[str, dict[str, int]]) -> dict[Cell, Figure]:
    """Return figures of units by level, and of all together."""
    found = of_units({unit: sum(of_unit.values()) for unit, of_unit in levels.items()})
    for level in next(iter(levels.values())):
        found[place("", level)] = estimate(sum(of_unit[level] for of_unit in levels.values()))
        found |= {place(unit, level): estimate(of_unit[level]) for unit, of_unit in levels.items()}
    return found


def hidden_of(
    found: Results, policy: DisclosurePolicy, publication: Publication, ledger: Ledger = NOTHING_YET
) -> set[Cell]:
    protected = protect(found, policy, ledger, publication=publication)
    return {cell for cell, it in protected.figures.items() if isinstance(it, Suppressed)}


def comparison(respondents: int, reference: int, *, includes_unit: bool = True) -> Comparison:
    it = Comparison(
        2.0, 1.0, Interval(0.0, 4.0), 20.0, 0.05, 0.06, "Q", True, respondents, reference, Inference.PROCESS
    )
    return replace(it, includes_unit=includes_unit)


# Primary rules


def test_a_cell_with_few_clients_in_the_register_is_hidden() -> None:
    figures = {place(): estimate(40), place("", "a"): estimate(12, population=9.0), place("", "b"): estimate(28)}
    protected = protect(results(figures))
    assert protected.figures[place("", "a")] == FEW


def test_a_unit_with_few_clients_in_the_register_is_hidden_in_everything() -> None:
    found = replace(results(of_units({"a": 12, "b": 30, "c": 50})), populations={"a": 9.0, "b": 90.0, "c": 90.0})
    protected = protect(found)
    assert isinstance(protected.respondents["a"], Suppressed)
    assert isinstance(protected.figures[place("a")], Suppressed)
    assert protected.figures[place("c")] == estimate(50)


def test_the_population_of_a_hidden_unit_is_not_told_where_it_is_its_number_of_respondents() -> None:
    found = replace(results(of_units({"a": 8, "b": 30, "c": 50})), populations={"a": 8.0, "b": 90.0, "c": 50.0})
    assert protect(found).populations == {"b": 90.0, "c": 50.0}


def sensitive(of_a: float, respondents: int) -> Results:
    """Return a survey in which a part of level a said yes, and half of level b."""
    counts = {"": 90, "a": respondents, "b": 90 - respondents}
    shares = {"a": of_a, "b": 0.5}
    shares[""] = sum(shares[level] * counts[level] for level in "ab") / 90
    return results(
        {
            place("", level, Measure.CATEGORY, answer): estimate(counts[level], share if answer == "yes" else 1 - share)
            for level, share in shares.items()
            for answer in ("yes", "no")
        }
    )


def test_an_answer_that_everybody_or_nobody_in_a_small_group_gave_is_hidden_when_it_is_sensitive() -> None:
    policy = DisclosurePolicy(sensitive_items=("Q",))
    for share in (0.0, 1.0):
        protected = protect(sensitive(share, 29), policy).figures
        assert protected[place("", "a", Measure.CATEGORY, "yes")] == COMPLEMENT, "the reason would tell it"
        assert protected[place("", "b", Measure.CATEGORY, "yes")] == COMPLEMENT
    for shown in (sensitive(1.0, 30), sensitive(0.9, 20)):
        assert not hidden_of(shown, policy, Publication())
    assert not hidden_of(sensitive(1.0, 29), DisclosurePolicy(), Publication())


def test_what_a_large_group_tells_anyway_may_be_known_of_a_small_one() -> None:
    figures = {
        place(unit, "", Measure.CATEGORY, answer): estimate(n, 1.0 if answer == "no" else 0.0)
        for unit, n in {"": 120, "a": 20, "b": 40, "c": 60}.items()
        for answer in ("yes", "no")
    }
    hidden = hidden_of(results(figures), DisclosurePolicy(sensitive_items=("Q",)), Publication())
    assert {cell.unit for cell in hidden} == {"a", "b"}
    levels = {
        place("", level, Measure.CATEGORY, "yes"): estimate(n, 0.0) for level, n in {"": 60, "p": 20, "q": 40}.items()
    }
    of_levels_hidden = hidden_of(results({**levels}), DisclosurePolicy(sensitive_items=("Q",)), Publication())
    assert place("", "p", Measure.CATEGORY, "yes") in of_levels_hidden
    assert place("", "", Measure.CATEGORY, "yes") not in of_levels_hidden


def amounts(largest: float) -> tuple[Results, Publication]:
    totals = {"": 1000.0, "a": 300.0, "b": 400.0, "c": 300.0}
    figures: dict[Cell, Figure] = {
        place("", level, Measure.TOTAL): estimate({"": 60}.get(level, 20), total) for level, total in totals.items()
    }
    contributions = {
        cell: Contributions(total, 30.0, 20.0) for cell, total in zip(figures, totals.values(), strict=True)
    }
    contributions[place("", "a", Measure.TOTAL)] = Contributions(300.0, largest, 10.0)
    return replace(results(figures), contributions=contributions), Publication()


def test_a_total_that_is_nearly_the_amount_of_one_is_hidden_with_another() -> None:
    assert not hidden_of(*_with_policy(amounts(200.0)))
    found, policy, publication = _with_policy(amounts(280.0))
    protected = protect(found, policy, publication=publication).figures
    assert protected[place("", "a", Measure.TOTAL)] == CERTAIN
    assert list(protected.values()).count(COMPLEMENT) == 1


def test_the_total_of_a_unit_that_is_nearly_the_amount_of_one_is_hidden_with_another_unit() -> None:
    totals = {"": 1000.0, "a": 200.0, "b": 25.0, "c": 300.0, "d": 475.0}
    figures: dict[Cell, Figure] = {
        place(unit, "", Measure.TOTAL): estimate({"": 100, "b": 15, "c": 30, "d": 30}.get(unit, 25), total)
        for unit, total in totals.items()
    }
    contributions = {cell: Contributions(total, 5.0, 4.0) for cell, total in zip(figures, totals.values(), strict=True)}
    contributions[place("a", "", Measure.TOTAL)] = Contributions(200.0, 190.0, 5.0)
    hidden = hidden_of(replace(results(figures), contributions=contributions), DisclosurePolicy(), Publication())
    assert {cell.unit for cell in hidden} == {"a", "b"}, "the amounts of b leave a open by more than 38"


def _with_policy(found: tuple[Results, Publication]) -> tuple[Results, DisclosurePolicy, Publication]:
    return found[0], DisclosurePolicy(), found[1]


def test_what_is_rounded_by_its_policy_is_protected_first() -> None:
    policy = DisclosurePolicy(rounding=Rounding())
    protected = protect(results(of_units({"a": 8, "b": 32, "c": 51})), policy)
    assert protected.respondents == {"": 90, "a": FEW, "b": COMPLEMENT, "c": 50}


# Telling which cells are small


def test_the_reason_is_not_told_where_it_would_place_a_small_number() -> None:
    # Two groups under ten that are 17 together: whoever knows that knows that they are 8 and 9.
    figures = {
        place(): estimate(47),
        place("", "a"): estimate(8),
        place("", "b"): estimate(9),
        place("", "c"): estimate(30),
    }
    assert {it for it in protect(results(figures)).figures.values() if isinstance(it, Suppressed)} == {COMPLEMENT}


def test_a_unit_is_not_told_to_be_small_where_that_would_place_it() -> None:
    protected = protect(results(of_units({"a": 8, "b": 9, "c": 30, "d": 40})))
    assert {it for it in protected.figures.values() if isinstance(it, Suppressed)} == {COMPLEMENT}


# Editions


def test_few_late_respondents_hide_a_figure_in_the_next_edition() -> None:
    first, second = (results(of_units(it)) for it in ({"a": 40, "b": 50, "c": 60}, {"a": 43, "b": 90, "c": 95}))
    ledger = publish(first, DisclosurePolicy(), publication=EDITION).ledger
    hidden = hidden_of(second, DisclosurePolicy(), EDITION, ledger)
    assert place("a") in hidden
    assert len(hidden) > 1, "or the three late ones follow from the others"
    assert not hidden_of(second, DisclosurePolicy(), EDITION)


def test_many_late_respondents_open_what_was_hidden() -> None:
    first = results(of_levels({"u": {"x": 5, "y": 40, "z": 50}, "v": {"x": 45, "y": 40, "z": 50}}))
    second = results(of_levels({"u": {"x": 65, "y": 90, "z": 99}, "v": {"x": 99, "y": 99, "z": 99}}))
    ledger = publish(first, DisclosurePolicy(), publication=EDITION).ledger
    assert hidden_of(first, DisclosurePolicy(), EDITION)
    assert not hidden_of(second, DisclosurePolicy(), EDITION, ledger)


def test_an_edition_that_shows_little_more_keeps_hidden_what_was_hidden() -> None:
    first = results(of_levels({"u": {"x": 5, "y": 40, "z": 50}, "v": {"x": 45, "y": 40, "z": 50}}))
    ledger = publish(first, DisclosurePolicy(), publication=EDITION).ledger
    assert hidden_of(first, DisclosurePolicy(), EDITION, ledger) == hidden_of(first, DisclosurePolicy(), EDITION)


def test_editions_that_were_counted_in_another_way_are_compared_by_number() -> None:
    shares = {
        place(unit, "", Measure.CATEGORY, answer): estimate(n, 0.5)
        for unit, n in {"": 90, "a": 30, "b": 60}.items()
        for answer in "xyz"[:2]
    }
    ledger = publish(results({**shares}), DisclosurePolicy(), publication=EDITION).ledger
    later = results(of_units({"a": 33, "b": 90}))
    assert place("a") in hidden_of(later, DisclosurePolicy(), EDITION, ledger)


def test_of_a_series_no_reason_tells_which_group_is_small() -> None:
    protected = protect(results(of_units({"a": 8, "b": 40, "c": 50})), publication=EDITION)
    assert protected.figures[place("a")] == COMPLEMENT


def test_the_ledger_tells_what_was_shown_and_what_was_not() -> None:
    ledger = publish(results(of_units({"a": 8, "b": 40, "c": 50})), DisclosurePolicy(), publication=EDITION).ledger
    shown = {
        it.place[0]: it.shown for record_ in ledger.releases[0].items for it in record_.ways[0] if record_.item == "Q"
    }
    assert shown == {"": True, "a": False, "b": False, "c": True}
    assert EVERYONE in {it.item for it in ledger.releases[0].items}


# References


def test_the_sum_of_a_region_does_not_give_away_its_small_member() -> None:
    figures = of_units({"a": 8, "b": 40, "c": 50, "d": 12})
    region = {"region": (frozenset("abc"),)}
    pairs = {Pair(place("c"), "region"): comparison(50, 98)}
    protected = protect(results(figures, {**pairs}), publication=Publication(groups=region))
    assert isinstance(protected.figures[place("b")], Suppressed), "the smallest other member, not d"
    assert protected.figures[place("d")] == estimate(12)
    assert protected.comparisons[Pair(place("c"), "region")] == comparison(50, 98)


def test_the_sum_of_a_region_is_hidden_where_nothing_else_helps() -> None:
    figures = of_units({"a": 8, "b": 40, "c": 50})
    groups = {"alone": (frozenset("a"), frozenset("bc")), "pair": (frozenset("bc"),)}
    pairs = {Pair(place("c"), name): comparison(50, 90) for name in groups}
    protected = protect(results(figures, {**pairs}), publication=Publication(groups=groups))
    assert set(protected.comparisons.values()) == {COMPLEMENT}


def test_a_reference_that_nobody_explained_is_shown_only_where_nothing_is_hidden() -> None:
    pair = Pair(place("c"), "peers")
    safe = results(of_units({"a": 30, "b": 40, "c": 50}), {pair: comparison(50, 90)})
    assert protect(safe).comparisons[pair] == comparison(50, 90)
    unsafe = results(of_units({"a": 8, "b": 40, "c": 50}), {pair: comparison(50, 90)})
    assert protect(unsafe).comparisons[pair] == COMPLEMENT


def test_the_rest_of_all_units_follows_from_what_is_shown() -> None:
    pair = Pair(place("c"), "rest")
    rest = comparison(50, 48, includes_unit=False)
    assert protect(results(of_units({"a": 8, "b": 40, "c": 50}), {pair: rest})).comparisons[pair] == rest


def test_the_other_levels_are_not_told_next_to_a_hidden_one() -> None:
    figures = of_levels({"u": {"x": 5, "y": 40, "z": 50}})
    pair = Pair(place("u", "z"), OTHERS)
    found = results(figures, {pair: comparison(50, 45, includes_unit=False)})
    assert protect(found).comparisons[pair] == COMPLEMENT


def test_a_reference_with_fewer_people_than_the_floor_is_hidden() -> None:
    pair = Pair(place("c"), "unit")
    found = results(of_units({"b": 40, "c": 50}), {pair: comparison(50, 9, includes_unit=False)})
    assert protect(found).comparisons[pair] == COMPLEMENT


def test_groups_come_from_the_references_of_a_plan() -> None:
    found = groups_of(
        {
            "region": GroupReference(kind="group", units=("a", "b")),
            "size": PeersReference(kind="peers", groups={"s": ("a",), "l": ("b", "c")}),
            "next": NeighbourReference(kind="unit", unit="d"),
            "all": EveryoneReference(kind="all"),
        }
    )
    assert found == {
        "region": (frozenset("ab"),),
        "size": (frozenset("a"), frozenset("bc")),
        "next": (frozenset("d"),),
    }


# Ways of counting


def test_options_of_which_one_may_choose_several_are_counted_one_by_one() -> None:
    figures = {
        place(unit, "", Measure.CATEGORY, option): estimate(n, 0.8)
        for unit, n in {"": 98, "a": 8, "b": 40, "c": 50}.items()
        for option in ("help", "trips")
    }
    hidden = hidden_of(results({**figures}), DisclosurePolicy(), Publication())
    assert {cell.unit for cell in hidden} == {"a", "b"}


def test_reasons_for_no_answer_are_counted_with_those_who_did_answer() -> None:
    figures: dict[Cell, Figure] = {
        place(unit, "", Measure.MISSING, "dont_know"): estimate(n, 0.25)
        for unit, n in {"": 104, "a": 9, "b": 44, "c": 51}.items()
    }
    figures |= of_units({"a": 7, "b": 40, "c": 50})
    hidden = hidden_of(results(figures), DisclosurePolicy(), Publication())
    assert {cell.unit for cell in hidden} == {"a", "b"}


def test_a_figure_that_cannot_be_estimated_counts_with_its_respondents() -> None:
    figures = of_units({"a": 40, "b": 50})
    figures[place("c")] = NotEstimable("one_respondent", 1)
    figures[place()] = estimate(91)
    assert place("a") in hidden_of(results(figures), DisclosurePolicy(), Publication())


def test_of_many_small_cells_no_reason_is_told() -> None:
    figures = of_levels({f"u{k}": {"x": 5, "y": 40, "z": 60} for k in range(110)})
    reasons = {it for it in protect(results(figures)).figures.values() if isinstance(it, Suppressed)}
    assert reasons == {COMPLEMENT}


def test_figures_without_all_units_together_are_protected_too() -> None:
    figures = of_units({"a": 8, "b": 40, "c": 50})
    del figures[place()]
    assert hidden_of(results(figures), DisclosurePolicy(), Publication()) == {place("a"), place("b")}


def test_a_certain_answer_is_hidden_in_its_own_breakdown_only() -> None:
    figures = {**sensitive(1.0, 29).figures}
    for level, n in {"man": 40, "woman": 50}.items():
        for answer in ("yes", "no"):
            figures[Cell(Measure.CATEGORY, "Q", answer, "", "sex", level)] = estimate(n, 0.5)
    hidden = hidden_of(results(figures), DisclosurePolicy(sensitive_items=("Q",)), Publication())
    assert {cell.breakdown for cell in hidden} == {"age"}
