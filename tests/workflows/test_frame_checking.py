"""Everything that is wrong in a list is found by cell, whatever kind of file it is; and the same people come out of each kind."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_lists import COLUMN, HEAD, Rows, made_list, pieces, with_mistakes, written_csv, written_ods, written_xlsx

from ceo.workflows.frames.choices import FrameChoices, ListOrder
from ceo.workflows.frames.gathering import Gathered, gather_people
from ceo.workflows.frames.listed import Act
from ceo.workflows.frames.mapping import Columns, ListField, columns_of, suggest_columns
from ceo.workflows.frames.merging import MergeRules

TODAY = date(2026, 11, 21)
COLUMNS = columns_of(suggest_columns(HEAD))
Write = Callable[[Rows], bytes]
FORMATS = pytest.mark.parametrize("write", [written_csv, written_xlsx, written_ods])


def gathered(
    content: bytes, columns: Columns = COLUMNS, *, act: Act | None = None, from_day: date | None = None
) -> Gathered:
    order = ListOrder("file", columns, FrameChoices(act=act), TODAY, TODAY)
    rules = MergeRules(bytes(32), "GM0344", TODAY, with_contacts=columns.with_contacts, from_day=from_day)
    return gather_people(iter(pieces(content)), order, rules, {})


def faults(found: Gathered) -> dict[tuple[int, str], str]:
    return {(line, column): code for line, column, _, code in found.faults.document()["faults"]}


@FORMATS
def test_37_mistakes_in_a_list_of_1200_are_all_found_by_cell_and_nothing_else(write: Write) -> None:
    wrong, expected = with_mistakes(made_list(1200, seed=7), 37, seed=7)
    assert len(expected) == 37
    assert faults(gathered(write(wrong))) == expected


@FORMATS
def test_a_list_without_mistakes_has_no_faults(write: Write) -> None:
    found = gathered(write(made_list(1200, seed=7)))
    assert not found.faults
    assert found.merging.lines == 1200


def test_every_kind_of_file_and_every_order_of_lines_gives_the_same_digest() -> None:
    rows = made_list(300, seed=3)
    shuffled = [rows[0], *random.Random(1).sample(rows[1:], 300)]
    digests = {
        gathered(write(some)).merging.digest()
        for write in (written_csv, written_xlsx, written_ods)
        for some in (rows, shuffled)
    }
    assert len(digests) == 1
    other = [list(row) for row in rows]
    other[5][COLUMN["Product"]] = "Iets anders"
    assert gathered(written_csv(other)).merging.digest() not in digests


words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=20).filter(
    lambda text: text.isprintable() and not text.strip().startswith("=")
)
days = st.one_of(st.just(""), st.dates(date(1930, 1, 1), date(2026, 1, 1)))
lines = st.lists(
    st.tuples(
        st.integers(1, 40).map(lambda number: f"C{number}"),
        words,
        days,
        st.sampled_from(("man", "V", "")),
        words,
        words,
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda line: line[0],
)


@given(lines)
@settings(max_examples=30)
def test_writing_any_list_and_reading_it_back_gives_the_same_people_in_all_formats(
    made: list[tuple[object, ...]],
) -> None:
    rows: Rows = [["nummer", "product", "geboren", "geslacht", "naam", "straat"]]
    rows += [[cell if isinstance(cell, date) else str(cell) for cell in line] for line in made]
    columns = columns_of(suggest_columns(rows[0]))
    read = []
    for write in (written_csv, written_xlsx, written_ods):
        found = gathered(write(rows), columns, act=Act.WMO)
        assert not found.faults, found.faults.document()
        read.append((found.merging.digest(), list(found.merging.people())))
    assert read[0] == read[1] == read[2]
    assert {person.contact.name for person in read[0][1]} == {" ".join(str(line[4]).split()) for line in made}


def one_person(*lines: list[object], from_day: date | None = None) -> dict[str, object]:
    """The traits of the only person in a list with number, wet, product, toegekend, begindatum, einddatum."""
    rows: Rows = [["nummer", "wet", "product", "toegekend", "begindatum", "einddatum"]]
    rows += [[cell if isinstance(cell, date) else str(cell) for cell in line] for line in lines]
    found = gathered(written_csv(rows), columns_of(suggest_columns(rows[0])), from_day=from_day)
    assert not found.faults, found.faults.document()
    [person] = found.merging.people()
    return {**person.traits, "event_on": person.event_on, "in_period": person.in_period}


def test_a_person_is_one_row_across_acts_and_products_and_the_newest_start_counts() -> None:
    person = one_person(
        ["7", "Wmo", "Begeleiding", "ja", date(2025, 1, 1), ""],
        ["007", "Participatiewet", "Bijstand", "ja", date(2026, 3, 1), ""],
    )
    assert person["acts"] == ["participatie", "wmo"]
    assert person["products"] == ["Begeleiding", "Bijstand"]
    assert person["event_on"] == date(2026, 3, 1)


def test_what_was_not_granted_counts_only_for_who_was_granted_nothing() -> None:
    refused = ["7", "Wmo", "Rolstoel", "nee", date(2026, 5, 1), ""]
    assert one_person(refused)["granted"] is False
    both = one_person(refused, ["7", "Wmo", "Begeleiding", "ja", date(2025, 1, 1), ""])
    assert (both["granted"], both["products"], both["event_on"]) == (True, ["Begeleiding"], date(2025, 1, 1))


def test_support_outside_the_period_counts_only_for_who_had_no_other() -> None:
    old = ["7", "Wmo", "Rolstoel", "ja", date(2020, 1, 1), date(2020, 12, 31)]
    new = ["7", "Wmo", "Begeleiding", "ja", date(2026, 1, 1), ""]
    assert one_person(old, from_day=date(2026, 1, 1))["in_period"] is False
    both = one_person(new, old, from_day=date(2026, 1, 1))
    assert (both["in_period"], both["products"]) == (True, ["Begeleiding"])


@pytest.mark.parametrize(
    ("born", "group"),
    [
        ("21-11-2014", "12-17"),
        ("22-11-2014", "0-11"),
        ("1960", "65-74"),
        ("22-11-2008", "12-17"),
        ("21-11-1941", "85+"),
    ],
)
def test_the_age_group_is_that_of_the_day_on_which_the_round_opens(born: str, group: str) -> None:
    rows: Rows = [["nummer", "geboortedatum"], ["1", born]]
    found = gathered(written_csv(rows), columns_of(suggest_columns(rows[0])), act=Act.WMO)
    [person] = found.merging.people()
    assert person.traits["age_group"] == group
    assert born not in str(person.traits)


def test_a_year_of_birth_agrees_with_a_day_in_it_and_no_other() -> None:
    head = ["nummer", "geboren"]
    columns = columns_of(suggest_columns(head))
    agreeing: Rows = [list(head), ["1", "1960"], ["1", "3-2-1960"]]
    assert not gathered(written_csv(agreeing), columns, act=Act.WMO).faults
    other: Rows = [list(head), ["1", "1961"], ["1", "3-2-1960"]]
    assert faults(gathered(written_csv(other), columns, act=Act.WMO)) == {(3, "B"): "contradicts-born"}


def test_the_same_person_under_two_numbers_is_a_duplicate_once() -> None:
    rows: Rows = [["nummer", "naam", "geboren", "postcode", "straat"]]
    rows += [
        [number, name, "3-2-1960", "3511ab", "Plein 1"]
        for number, name in (("1", "A. de Vries"), ("2", "A de Vries"), ("3", "B"))
    ]
    found = gathered(written_csv(rows), columns_of(suggest_columns(rows[0])), act=Act.WMO)
    assert [person.is_duplicate for person in found.merging.people()].count(True) == 1


def test_citizen_service_numbers_are_refused_also_in_a_column_that_is_not_used() -> None:
    rows: Rows = [
        ["nummer", "kenmerk"],
        *(_line(n, bsn) for n, bsn in enumerate(("111222333", "123456782", "999999990", "x"), 1)),
    ]
    columns = Columns({ListField.CLIENT_NUMBER: (0,)})
    assert faults(gathered(written_csv(rows), columns, act=Act.WMO)) == {(1, "B"): "citizen-number"}
    named: Rows = [["nummer", "BSN"], ["1", ""]]
    assert faults(gathered(written_csv(named), columns, act=Act.WMO)) == {(1, "B"): "citizen-number"}
    # One in eleven of any numbers of nine digits passes the test.
    chance = random.Random(5)
    other: Rows = [["nummer", "dossier"], *(_line(n, str(chance.randrange(10**8, 10**9))) for n in range(500))]
    assert not gathered(written_csv(other), columns, act=Act.WMO).faults


def test_of_many_faults_the_first_are_told_and_all_are_counted() -> None:
    rows: Rows = [["nummer", "geboren"], *(_line(n, "ooit") for n in range(700))]
    document = gathered(written_csv(rows), columns_of(suggest_columns(rows[0])), act=Act.WMO).faults.document()
    assert (len(document["faults"]), document["total"], document["counts"]) == (500, 700, {"unreadable-day": 700})
    assert "ooit" not in str(document)


def _line(number: int, cell: str) -> list[str | date]:
    return [str(number), cell]
