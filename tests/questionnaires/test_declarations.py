from __future__ import annotations

import pytest
from expressing import faults, rich

from questionnaires.checks.declarations import check_declarations

SLOT = "  - slot: plek\nslots: {plek: {max_minutes: 5}}\n"


def faults_after(files: dict[str, str], old: str, new: str, name: str | None = None) -> list[tuple[str, str]]:
    """Return code and place of the problems of declarations after one change in the worked example."""
    assert old in files["kern.yaml"], "the change must change something"
    return faults(check_declarations, {**files, "kern.yaml": files["kern.yaml"].replace(old, new)}, name)


def test_the_worked_example_has_no_problems(files: dict[str, str]) -> None:
    assert faults(check_declarations, files) == []
    assert faults_after(files, "calculations:", f"{SLOT}calculations:") == []


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("calculations:", "  - slot: plek\ncalculations:", "D01", "pages[6].slot"),
        ("calculations:", "  - slot: plekk\n  - slot: plek\nslots: {plek: {max_minutes: 5}}\ncalculations:", "D01", "pages[6].slot"),
        ("calculations:", "slots: {plek: {max_minutes: 5}}\ncalculations:", "D01", "slots.plek"),
        ("calculations:", f"  - slot: plek\n{SLOT}calculations:", "D10", "pages"),
        ("effect: [EFF01]", "effect: [EFF02]", "D01", "themes.effect[0]"),
        ("effect: [EFF01]", "effect: [TOE02]", "D14", "themes.effect[0]"),
        ("quality: [KWA01]", "quality: [KWA01, KWA01]", "D14", "themes.quality[1]"),
        ("composites: [ervaring@1]", "composites: [ervaring@2]", "D01", "composites[0]"),
        ("composites: [ervaring@1]", "composites: [ervaring@1, ervaring@1]", "D10", "composites"),
        ("breakdowns: [GES01]", "breakdowns: [GES02]", "D01", "breakdowns[0]"),
        ("breakdowns: [GES01]", "breakdowns: [GES01, GES01]", "D10", "breakdowns[1]"),
        ("breakdowns: [GES01]", "breakdowns: [TOE02]", "D02", "breakdowns[0]"),
        ("breakdowns: [GES01]", "breakdowns: [PRO01]", "D02", "breakdowns[0]"),
        ("breakdowns: [GES01]", "sample: {wet: {type: {scale: weg@1}}}", "D01", "sample.wet.type.scale"),
    ],
)  # fmt: skip  # one fault a line
def test_a_fault_in_a_declaration_is_found(files: dict[str, str], old: str, new: str, code: str, place: str) -> None:
    assert faults_after(files, old, new) == [(code, place)]


def test_a_score_counts_only_what_is_asked(files: dict[str, str]) -> None:
    module = files["kern.yaml"].replace("    items: [EFF01@1]", "    items: [GES01@1]")
    module = module.replace(", effect: [EFF01]", "")
    assert faults(check_declarations, {**files, "kern.yaml": module}) == [("D14", "composites[0]")]


def test_a_score_counts_the_version_that_is_asked(files: dict[str, str]) -> None:
    library = files["bibliotheek.yaml"].replace("KWA01@2:", "KWA01@3:")
    module = files["kern.yaml"].replace("KWA01@2", "KWA01@3")
    assert faults(check_declarations, {"b.yaml": library, "k.yaml": module}) == [("D14", "composites[0]")]


def test_a_sample_of_numbers_needs_no_scale() -> None:
    assert faults(check_declarations, rich()) == []


def test_a_breakdown_by_an_item_whose_scale_is_missing_is_told_once(files: dict[str, str]) -> None:
    library = files["bibliotheek.yaml"].replace('type: {scale: "ja_nee@1"}', 'type: {scale: "nee_ja@1"}')
    assert faults(check_declarations, {**files, "bibliotheek.yaml": library}) == []


EXTENSION = """\
format: "ceo-def/1"
kind: extension
id: "gm0344.proef"
owner: "gm0344"
version: 1
title: "Eigen"
extends: "nl.proef.kern@3"
items:
  gm0344.KWA01@1: {concept: local, title: "Snel", type: {scale: "eens5@1"}, reference_period: "now", text: {stem: "Snel."}}
  gm0344.KWA02@1: {concept: local, title: "Fijn", type: {scale: "eens5@1"}, reference_period: "now", text: {stem: "Fijn."}}
composites:
  gm0344.eigen@1: {title: "Eigen", items: [KWA01@2, gm0344.KWA01@1], min_valid: 1, direction: higher_is_better}
slots: {plek: [{id: snel, items: [gm0344.KWA01@1]}]}
breakdowns: [gm0344.KWA01]
"""


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("Eigen", "Anders", []),
        ("[KWA01@2, gm0344.KWA01@1]", "[KWA01@2, gm0344.KWA02@1]", [("D14", "composites.gm0344.eigen@1")]),
        ("breakdowns: [gm0344.KWA01]", "breakdowns: [gm0344.KWA02]", [("D01", "breakdowns[0]")]),
        ("breakdowns: [gm0344.KWA01]", "breakdowns: [GES01]", [("D10", "breakdowns[0]")]),
        ("breakdowns: [gm0344.KWA01]", "breakdowns: [TOE01]", []),
    ],
)
def test_an_extension_counts_and_breaks_down_by_its_own_items_and_the_core(
    files: dict[str, str], old: str, new: str, found: list[tuple[str, str]]
) -> None:
    assert old in EXTENSION
    core = files["kern.yaml"].replace("calculations:", f"{SLOT}calculations:")
    extended = {**files, "kern.yaml": core, "ext.yaml": EXTENSION.replace(old, new)}
    assert faults(check_declarations, extended, "gm0344.proef") == found


def test_a_module_breaks_down_by_its_own_items_only(files: dict[str, str]) -> None:
    core = files["kern.yaml"].replace("calculations:", f"{SLOT}calculations:").replace("[GES01]\n", "[gm0344.KWA01]\n")
    extended = {**files, "kern.yaml": core, "ext.yaml": EXTENSION.replace("breakdowns: [gm0344.KWA01]\n", "")}
    assert faults(check_declarations, extended, "gm0344.proef") == [("D01", "breakdowns[0]")]
