"""Rules as people type them: read whole, or everything that cannot be read is told at once with its lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.microdata.rule import AreaGiven, Group, Limits, MicrodataRule
from ceo.workflows.microdata.typed_rule import TypedRule, read_rule

RIGHT = TypedRule(
    variables=("TOE01", "LFT01", "LEV01"),
    quasi_identifiers="LFT01, LEV01",
    k="7",
    largest_suppressed="2,5",
    coarsenings="LFT01; jong; Jonger dan 65; tot_45 van_45_tot_65\n\nLFT01; oud; Ouder; vanaf_85\n",
    limits="LEV01; 4;",
    area="province",
    fewest_municipalities="3",
)


def test_a_rule_is_read_as_it_was_typed() -> None:
    assert read_rule(RIGHT) == MicrodataRule(
        variables=("TOE01", "LFT01", "LEV01"),
        quasi_identifiers=("LFT01", "LEV01"),
        k=7,
        largest_suppressed=0.025,
        coarsenings={
            "LFT01": (
                Group(code="jong", label="Jonger dan 65", codes=("tot_45", "van_45_tot_65")),
                Group(code="oud", label="Ouder", codes=("vanaf_85",)),
            )
        },
        limits={"LEV01": Limits(bottom=4)},
        area=AreaGiven.PROVINCE,
        fewest_municipalities=3,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("variables", ()),
        *(("quasi_identifiers", value) for value in ("", "a b c d e f g h")),
        *(("k", value) for value in ("", "4", "vijf", "٥", "1001")),
        *(("largest_suppressed", value) for value in ("", "101", "-1", "1e2", "nan", "5,5,5", "²")),
        *(("coarsenings", value) for value in ("LFT01; jong; Jong", "LFT01;;Jong;a", "a;b;c;\x07", "a;b;c;")),
        *(("limits", value) for value in ("LEV01", "LEV01;;", "LEV01;9;4", "LEV01;x;", "LEV01;1;\nLEV01;2;")),
        ("limits", "\n".join(f"V{number};1;" for number in range(201))),
        *(("area", value) for value in ("", "straat")),
        *(("fewest_municipalities", value) for value in ("", "1", "301")),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(field: str, value: object) -> None:
    found = read_rule(replace(RIGHT, **{field: value}))  # type: ignore[arg-type]  # a field and its value
    assert isinstance(found, tuple), found
    assert [one.place for one in found] == [field]
    assert all(one.cause and one.cure for one in found)


def test_a_line_that_cannot_be_read_is_named_by_its_number() -> None:
    found = read_rule(replace(RIGHT, coarsenings="LFT01; jong; Jong; a\n\nfout", limits="ook fout", k="1"))
    assert isinstance(found, tuple)
    assert [one.place for one in found] == ["k", "coarsenings", "limits"]
    assert "regel 3." in found[1].cause
