from __future__ import annotations

from dataclasses import replace

from analysis.disclosure import protect
from analysis.results import Mark, Results
from exports.comparability import comparability_section, mark_flags
from exports.findings import Findings, ReportContext
from exports.report import Bullets
from questionnaires.codebook import Codebook
from questionnaires.comparability.reasons import Change, Verdict, reason

REWORDED = reason(Change.REWORDED, old="Ging het snel?", new="Ging het vlug?")
MOVED = reason(Change.ORDER, items=("Weken (TOE02)",))


def lines(results: Results, codebook: Codebook, context: ReportContext, *marks: Mark) -> tuple[str, ...]:
    section = comparability_section(Findings(protect(replace(results, marks=marks)), codebook, context))
    return tuple(line for block in section.blocks if isinstance(block, Bullets) for line in block.items)


def broken(variable: str) -> Mark:
    return Mark(variable, f"{variable}@1", "nl.proef@1", "nl.proef@2", Verdict.E, (REWORDED,))


def moved(variable: str) -> Mark:
    return Mark(variable, variable, "nl.proef@1", "nl.proef@2", Verdict.C, (MOVED,))


def test_one_version_needs_no_section(results: Results, codebook: Codebook, context: ReportContext) -> None:
    assert lines(results, codebook, context) == ()


def test_a_break_is_told_first_with_its_reason_and_that_nothing_was_added_up(
    results: Results, codebook: Codebook, context: ReportContext
) -> None:
    first, second = (variable.item for variable in codebook.variables[:2])
    found = lines(results, codebook, context, moved(second), broken(first))
    assert found[0].startswith(f"‘{codebook.variable(first).title}’: reeksbreuk.")
    assert "‘Ging het vlug?’ in plaats van ‘Ging het snel?’" in found[0]
    assert "tellen mee" in found[1]


def test_what_changed_alike_stands_in_one_line(results: Results, codebook: Codebook, context: ReportContext) -> None:
    first, second = (variable.item for variable in codebook.variables[:2])
    [line] = lines(results, codebook, context, moved(first), moved(second))
    assert f"‘{codebook.variable(first).title}’ en ‘{codebook.variable(second).title}’" in line


def test_a_change_in_a_question_that_this_municipality_did_not_ask_is_not_told(
    results: Results, codebook: Codebook, context: ReportContext
) -> None:
    assert lines(results, codebook, context, broken("XYZ99")) == ()


def test_a_variable_carries_the_flag_of_its_marks() -> None:
    assert mark_flags([broken("TOE01"), moved("KWA01")]) == {
        "TOE01": {"series_break"},
        "TOE01@1": {"series_break"},
        "KWA01": {"versions_pooled"},
    }
