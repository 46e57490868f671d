from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from made_definitions import made_expressions

from questionnaires.exchange.lines.reading import read_expression
from questionnaires.exchange.lines.tokens import Unreadable
from questionnaires.exchange.lines.writing import write_expression
from questionnaires.yaml_nodes import Written

YES: Written = {"eq": [{"answer": "GES01"}, {"code": "ja"}]}
NONE: Written = {"includes": [{"answer": "PRO01"}, {"code": "geen"}]}
WEEKS: Written = {"answer": "TOE02"}

# One line for each node, as an author reads it.
LINES: list[tuple[str, Written]] = [
    ("waar", True),
    ("onwaar", False),
    ("12", 12),
    ("-1.5", -1.5),
    ("2.0", 2.0),
    ("GES01", {"answer": "GES01"}),
    ("gm0344.WIJ01", {"answer": "gm0344.WIJ01"}),
    ("vraag(raar)", {"answer": "raar"}),
    ('vraag("Ges 1")', {"answer": "Ges 1"}),
    ("ja", {"code": "ja"}),
    ('"en"', {"code": "en"}),
    ('"Ja, \\"misschien\\""', {"code": 'Ja, "misschien"'}),
    ("2027-01-01", {"date": "2027-01-01"}),
    ("berekening(lang_gewacht)", {"calc": "lang_gewacht"}),
    ("steekproef(soort-hulp)", {"sample": "soort-hulp"}),
    ("invullen(taal) = tr", {"eq": [{"response": "language"}, {"code": "tr"}]}),
    ("invullen(begonnen_op) < 2027-01-01", {"lt": [{"response": "started_on"}, {"date": "2027-01-01"}]}),
    ("GES01 = ja", YES),
    ("TOE02 <> 3", {"ne": [WEEKS, 3]}),
    ("TOE02 <= 3", {"le": [WEEKS, 3]}),
    ("TOE02 > 3", {"gt": [WEEKS, 3]}),
    ("TOE02 >= 3", {"ge": [WEEKS, 3]}),
    ("GES01 in (ja, nee)", {"in": [{"answer": "GES01"}, [{"code": "ja"}, {"code": "nee"}]]}),
    ("PRO01 bevat geen", NONE),
    ("aantal(PRO01) >= 1", {"ge": [{"count_selected": {"answer": "PRO01"}}, 1]}),
    ("ingevuld(TOE02)", {"answered": WEEKS}),
    ("reden(TOE02, overgeslagen)", {"reason_is": [WEEKS, "skipped"]}),
    ("GES01 = ja en PRO01 bevat geen", {"all": [YES, NONE]}),
    ("GES01 = ja en niet (PRO01 bevat geen)", {"all": [YES, {"not": NONE}]}),
    ("niet (niet ingevuld(TOE02))", {"not": {"not": {"answered": WEEKS}}}),
    ("(GES01 = ja en PRO01 bevat geen) of waar", {"any": [{"all": [YES, NONE]}, True]}),
    ("(waar en waar) en onwaar", {"all": [{"all": [True, True]}, False]}),
    ("alle(GES01 = ja)", {"all": [YES]}),
    ("een_van(waar)", {"any": [True]}),
    ("TOE02 + 1 + 2", {"add": [WEEKS, 1, 2]}),
    ("(TOE02 - 1) - -2", {"sub": [{"sub": [WEEKS, 1]}, -2]}),
    ("(TOE02 + 1) * 2 * 3", {"mul": [{"add": [WEEKS, 1]}, 2, 3]}),
    ("TOE02 * 2 + 1", {"add": [{"mul": [WEEKS, 2]}, 1]}),
    ("optelling(TOE02)", {"add": [WEEKS]}),
    ("product(TOE02)", {"mul": [WEEKS]}),
    ("laagste(TOE02, 4)", {"min": [WEEKS, 4]}),
    ("hoogste(TOE02)", {"max": [WEEKS]}),
    ("som(waarden van TOE02, TOE03; minstens 1)", {"sum": {"of": ["TOE02", "TOE03"], "as": "value", "min_valid": 1}}),
    (
        'gemiddelde(scores van TOE01, vraag("?"); minstens 2)',
        {"mean": {"of": ["TOE01", "?"], "as": "score", "min_valid": 2}},
    ),
    ("maanden(DAT01, 2027-01-01)", {"months_between": [{"answer": "DAT01"}, {"date": "2027-01-01"}]}),
    ("jaren(DAT01, DAT02)", {"years_between": [{"answer": "DAT01"}, {"answer": "DAT02"}]}),
    ("als(GES01 = ja, TOE02, 0)", {"if": [YES, WEEKS, 0]}),
    ("eerste_bekende(TOE02, 0)", {"first_known": [WEEKS, 0]}),
]


@pytest.mark.parametrize(("line", "written"), LINES)
def test_each_node_has_one_line(line: str, written: Written) -> None:
    assert write_expression(written) == line
    assert read_expression(line) == written


@given(made_expressions())
def test_every_expression_comes_back_as_it_was(written: Any) -> None:
    read = read_expression(write_expression(written))
    assert exactly(read) == exactly(written)


def exactly(written: Any) -> str:
    """In a definition 2 and 2.0 are not the same."""
    return json.dumps(written, sort_keys=True)


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("  GES01=ja  EN  NIET(PRO01 bevat geen)", {"all": [YES, {"not": NONE}]}),
        ("niet niet waar", {"not": {"not": True}}),
        ("GES01 = “ja”", YES),
        ("TOE02 ≥ 3", {"ge": [WEEKS, 3]}),
        ("TOE02 != 3", {"ne": [WEEKS, 3]}),
        ("waar of onwaar en waar", {"any": [True, {"all": [False, True]}]}),
        ("1 + 2 - 3 + 4", {"add": [{"sub": [{"add": [1, 2]}, 3]}, 4]}),
        ("vraag(GES01) = ja", YES),
    ],
)
def test_lines_may_be_written_in_other_ways(line: str, written: Written) -> None:
    assert read_expression(line) == written


@pytest.mark.parametrize(
    ("line", "position", "expected", "found"),
    [
        ("", 1, "een vraag, een code of een getal", "niets meer"),
        ("GES01 =", 8, "een vraag, een code of een getal", "niets meer"),
        ("GES01 = Ja", 9, "een vraag, een code of een getal", "Ja"),
        ("GES01 ja", 7, "en, of, een vergelijking of het einde", "ja"),
        ("(GES01 = ja", 12, ")", "niets meer"),
        ("PRO01 bevat 3", 13, "een code", "3"),
        ("GES01 in ja", 10, "(", "ja"),
        ("TOE02 > 0344", 9, "een vraag, een code of een getal", "0"),
        ("TOE02 > - ja", 11, "een getal", "ja"),
        ('GES01 = "\\u12"', 9, "een vraag, een code of een getal", '"\\u12"'),
        ('GES01 = "\\ud800"', 9, "een vraag, een code of een getal", '"\\ud800"'),
        ("berekening(3)", 12, "een naam", "3"),
        ("invullen(weer)", 10, "taal of afname of register of begonnen_op", "weer"),
        ("som(waarden van ja; minstens 1)", 17, "een vraag", "ja"),
        ("som(waarden van GES01, minstens 1)", 24, "een vraag", "minstens"),
        ("GES01 ~ ja", 7, "en, of, een vergelijking of het einde", "~"),
    ],
)
def test_a_line_that_cannot_be_read_says_where(line: str, position: int, expected: str, found: str) -> None:
    assert read_expression(line) == Unreadable(position, expected, found)


def test_an_unknown_word_before_a_bracket_names_the_known_ones() -> None:
    read = read_expression("tel(PRO01) > 1")
    assert isinstance(read, Unreadable)
    assert "aantal" in read.expected
    assert (read.position, read.found) == (1, "tel")


@pytest.mark.parametrize("line", ["(" * 5000, "niet " * 700, "alle(" * 700, "-" * 3999])
def test_a_line_without_end_is_refused_in_time(line: str) -> None:
    assert isinstance(read_expression(line), Unreadable)
