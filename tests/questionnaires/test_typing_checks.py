from __future__ import annotations

import pytest
from expressing import rich_declared, written

from questionnaires.expressions.kinds import BOOL, DATE, DECIMAL, INTEGER, Kind
from questionnaires.expressions.typing_checks import check_types
from questionnaires.yaml_nodes import show_place

JA, WEKEN, BEGIN, HULP = {"code": "ja"}, {"answer": "WEK01"}, {"answer": "DAG01"}, {"answer": "HUL01"}
GES, KWA, VER = {"answer": "GES01"}, {"answer": "KWA01"}, {"answer": "VER01"}
TRUTH, DAY = {"answered": VER}, {"date": "2027-01-01"}


def findings(expression: object, wanted: Kind = BOOL) -> list[tuple[str, str]]:
    """Return code and place of what is wrong; each finding has a cause and a cure in sentences."""
    found = list(check_types(written(expression), wanted, rich_declared()))
    assert all(one.cause.endswith(".") and one.cure[-1] in ".?" for one in found)
    return [(one.code, show_place(one.place)) for one in found]


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ({"eq": [GES, {"code": "jaa"}]}, "eq[1].code"),
        ({"eq": [{"code": "jaa"}, GES]}, "eq[0].code"),
        ({"eq": [GES, {"code": "weet_niet"}]}, "eq[1].code"),
        ({"eq": [{"sample": "brief"}, {"code": "misschien"}]}, "eq[1].code"),
        ({"eq": [{"response": "language"}, {"code": "de"}]}, "eq[1].code"),
        ({"eq": [{"response": "mode"}, {"code": "phone"}]}, "eq[1].code"),
        ({"eq": [{"response": "register"}, JA]}, "eq[1].code"),
        ({"eq": [{"if": [TRUTH, {"code": "eens"}, GES]}, JA]}, "eq[0].if[1].code"),
        ({"eq": [{"first_known": [GES, {"code": "eens"}]}, JA]}, "eq[0].first_known[1].code"),
        ({"in": [GES, [JA, {"code": "niet"}]]}, "in[1][1].code"),
        ({"in": [{"response": "mode"}, [{"code": "brief"}]]}, "in[1][0].code"),
        ({"includes": [HULP, {"code": "geenn"}]}, "includes[1].code"),
        ({"includes": [GES, JA]}, "includes[0]"),
        ({"includes": [WEKEN, JA]}, "includes[0]"),
        ({"ge": [{"count_selected": GES}, 1]}, "ge[0].count_selected"),
        ({"in": [HULP, [{"code": "geen"}]]}, "in[0]"),
        ({"in": [WEKEN, [JA]]}, "in[0]"),
        ({"eq": [HULP, {"code": "geen"}]}, "eq[0]"),
        ({"eq": [{"code": "geen"}, HULP]}, "eq[1]"),
        ({"eq": [GES, 1]}, "eq[1]"),
        ({"eq": [GES, True]}, "eq[1]"),
        ({"eq": [BEGIN, 2027]}, "eq[1]"),
        ({"eq": [WEKEN, {"answered": GES}]}, "eq[1]"),
        ({"ne": [VER, JA]}, "ne[0]"),
        ({"eq": [GES, KWA]}, "eq"),
        ({"eq": [{"sample": "brief"}, KWA]}, "eq"),
        ({"gt": [GES, 1]}, "gt[0]"),
        ({"le": [1, KWA]}, "le[1]"),
        ({"lt": [BEGIN, 3]}, "lt[1]"),
        ({"lt": [3, BEGIN]}, "lt[1]"),
        ({"gt": [{"add": [WEKEN, GES]}, 3]}, "gt[0].add[1]"),
        ({"gt": [{"sub": [BEGIN, 1]}, 3]}, "gt[0].sub[0]"),
        ({"gt": [{"mul": [2, True, WEKEN]}, 3]}, "gt[0].mul[1]"),
        ({"gt": [{"min": [WEKEN, DAY]}, 3]}, "gt[0].min[1]"),
        ({"gt": [{"max": [DAY, WEKEN]}, DAY]}, "gt[0].max[1]"),
        ({"gt": [{"max": [GES, WEKEN]}, 3]}, "gt[0].max[0]"),
        ({"gt": [{"months_between": [BEGIN, WEKEN]}, 3]}, "gt[0].months_between[1]"),
        ({"gt": [{"years_between": [GES, DAY]}, 3]}, "gt[0].years_between[0]"),
        ({"gt": [{"sum": {"of": ["WEK01", "KWA01"], "as": "value", "min_valid": 1}}, 3]}, "gt[0].sum.of[1]"),
        ({"gt": [{"mean": {"of": ["DAG01"], "as": "value", "min_valid": 1}}, 3]}, "gt[0].mean.of[0]"),
        ({"gt": [{"if": [WEKEN, 1, 2]}, 1]}, "gt[0].if[0]"),
        ({"gt": [{"if": [TRUTH, 1, DAY]}, 1]}, "gt[0].if"),
        ({"if": [TRUTH, 1, 2]}, ""),
        ({"not": {"first_known": [GES, JA]}}, "not"),
        ({"gt": [{"first_known": [WEKEN, GES]}, 1]}, "gt[0].first_known"),
        ({"first_known": [{"eq": [GES, KWA]}, True]}, "first_known[0].eq"),
        ({"gt": [BEGIN, {"date": "2027-02-30"}]}, "gt[1].date"),
        ({"gt": [BEGIN, {"date": "0000-01-01"}]}, "gt[1].date"),
        ({"reason_is": [GES, "refused"]}, "reason_is[1]"),
        ({"reason_is": [WEKEN, "dont_know"]}, "reason_is[1]"),
        ({"eq": [1, 1]}, "eq"),
        ({"ne": [JA, JA]}, "ne"),
        ({"lt": [{"add": [1, 1]}, 2]}, "lt"),
        ({"in": [JA, [JA]]}, "in"),
        (WEKEN, ""),
        (GES, ""),
        (VER, ""),
        ({"count_selected": HULP}, ""),
        ({"calc": "samen"}, ""),
        (3, ""),
        ({"all": [True, GES]}, "all[1]"),
        ({"any": [JA]}, "any[0]"),
        ({"not": WEKEN}, "not"),
        ({"not": {"all": [{"any": [{"not": {"calc": "punten"}}]}]}}, "not.all[0].any[0].not"),
    ],
)  # fmt: skip  # one fault a line
def test_what_does_not_fit_is_found_where_it_stands(condition: object, place: str) -> None:
    assert findings(condition) == [("D02", place)]


@pytest.mark.parametrize(
    "condition",
    [
        {"eq": [KWA, {"answer": "KWA02"}]},
        {"eq": [GES, {"sample": "brief"}]},
        {"eq": [WEKEN, 3]},
        {"eq": [{"calc": "punten"}, WEKEN]},
        {"eq": [{"answered": GES}, True]},
        {"ne": [{"count_selected": HULP}, WEKEN]},
        {"lt": [1, WEKEN]},
        {"ge": [{"calc": "eerste"}, {"response": "started_on"}]},
        {"in": [KWA, [{"code": "eens"}, {"code": "tussenin"}]]},
        {"in": [{"response": "language"}, [{"code": "tr"}, {"code": "nl"}]]},
        {"in": [{"first_known": [GES, {"sample": "brief"}]}, [JA]]},
        {"includes": [HULP, {"code": "geen"}]},
        {"reason_is": [GES, "dont_know"]},
        {"reason_is": [WEKEN, "not_asked"]},
        {"eq": [{"if": [TRUTH, JA, {"code": "nee"}]}, GES]},
        {"gt": [{"if": [TRUTH, WEKEN, 2.5]}, 1]},
        {"first_known": [{"calc": "lang"}, False]},
        {"gt": [{"max": [BEGIN, DAY]}, {"answer": "DAG02"}]},
        {"gt": [{"months_between": [BEGIN, {"response": "started_on"}]}, 6]},
        {"gt": [{"sum": {"of": ["KWA01", "CIJ01"], "as": "score", "min_valid": 2}}, 50]},
        {"gt": [{"mean": {"of": ["WEK01", "CIJ01"], "as": "value", "min_valid": 1}}, 50]},
        {"any": [True, {"not": {"includes": [HULP, {"code": "geen"}]}}]},
    ],
)
def test_what_fits_has_no_findings(condition: object) -> None:
    assert findings(condition) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"eq": [{"answer": "WEG01"}, JA]},
        {"eq": [{"answer": "WEG01"}, {"answer": "WEG02"}]},
        {"gt": [{"calc": "weg"}, 3]},
        {"in": [{"sample": "weg"}, [JA]]},
        {"includes": [{"answer": "WEG01"}, JA]},
        {"reason_is": [{"answer": "WEG01"}, "refused"]},
        {"gt": [{"sum": {"of": ["WEG01"], "as": "score", "min_valid": 1}}, 3]},
        {"calc": "weg"},
    ],
)
def test_what_does_not_exist_is_not_told_as_a_wrong_type_too(condition: object) -> None:
    assert findings(condition) == []


@pytest.mark.parametrize(
    ("gathered", "place"),
    [
        ({"of": ["KWA01", "GES01"], "as": "score", "min_valid": 1}, "of[1]"),
        ({"of": ["WEK01"], "as": "score", "min_valid": 1}, "of[0]"),
        ({"of": ["VER01"], "as": "score", "min_valid": 1}, "of[0]"),
        ({"of": ["KWA01", "KWA02", "KWA01"], "as": "score", "min_valid": 1}, "of"),
        ({"of": ["KWA01", "KWA02"], "as": "score", "min_valid": 3}, "min_valid"),
    ],
)
def test_a_score_counts_items_that_have_one_each_once(gathered: object, place: str) -> None:
    assert findings({"mean": gathered}, DECIMAL) == [("D14", f"mean.{place}")]
    assert findings({"sum": gathered}, DECIMAL) == [("D14", f"sum.{place}")]


@pytest.mark.parametrize(
    ("expression", "wanted", "fits"),
    [
        (WEKEN, INTEGER, True),
        (WEKEN, DECIMAL, True),
        ({"calc": "punten"}, DECIMAL, True),
        ({"calc": "punten"}, INTEGER, False),
        (2.5, INTEGER, False),
        (BEGIN, DATE, True),
        (WEKEN, DATE, False),
        (TRUTH, BOOL, True),
        ({"if": [TRUTH, 1, 0.5]}, DECIMAL, True),
    ],
)
def test_a_whole_number_also_stands_where_any_number_does(expression: object, wanted: Kind, fits: bool) -> None:  # noqa: FBT001  # a table of truth
    assert findings(expression, wanted) == ([] if fits else [("D02", "")])


@pytest.mark.parametrize(
    ("condition", "cause", "cure"),
    [
        (
            {"eq": [GES, {"code": "jaa"}]},
            "De code jaa hoort niet bij de schaal ja_nee@1.",
            "Bedoelt u ja?",
        ),
        (
            {"eq": [{"response": "mode"}, {"code": "papier"}]},
            "De code papier hoort niet bij de manieren van invullen van deze vragenlijst.",
            "Bedoelt u paper?",
        ),
        (
            {"eq": [GES, {"code": "weet_niet"}]},
            "De code weet_niet van de schaal ja_nee@1 is een reden zonder antwoord.",
            "Gebruik reason_is om naar een reden te vragen.",
        ),
        (
            {"eq": [GES, KWA]},
            "Deze codes komen uit verschillende lijsten: de schaal ja_nee@1 en de schaal eens3@1.",
            "Vergelijk alleen vragen met dezelfde schaal.",
        ),
        (WEKEN, "Hier hoort waar of onwaar; dit is een heel getal.", "Vergelijk dit ergens mee, bijvoorbeeld met eq."),
        (
            {"gt": [{"answer": "HUL01"}, 1]},
            "Hier hoort een getal; dit is een keuze van meer codes tegelijk.",
            "Gebruik includes of count_selected bij een vraag met meer antwoorden.",
        ),
        (
            {"not": VER},
            "Hier hoort waar of onwaar; dit is een eigen tekst.",
            "Van een eigen tekst kunt u alleen vragen of die er is: gebruik answered.",
        ),
        (
            {"in": [{"if": [TRUTH, GES, KWA]}, [JA]]},
            "De mogelijke uitkomsten zijn niet van één soort.",
            "Kies uitkomsten van dezelfde soort, en codes van dezelfde schaal.",
        ),
        (
            {"reason_is": [GES, "refused"]},
            "Bij de vraag GES01 kan niemand de reden refused kiezen.",
            "U kunt kiezen uit: dont_know, not_asked, skipped.",
        ),
        (
            {"gt": [BEGIN, {"date": "2027-02-30"}]},
            "De dag 2027-02-30 bestaat niet.",
            'Schrijf een dag als jaar-maand-dag, zoals "2027-01-31".',
        ),
    ],
)
def test_a_finding_says_what_is_wrong_and_what_to_do(condition: object, cause: str, cure: str) -> None:
    (finding,) = check_types(written(condition), BOOL, rich_declared())
    assert (finding.cause, finding.cure) == (cause, cure)
