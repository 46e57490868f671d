"""Pairs of versions in `versions/`: what each change means, item by item.

In each folder `old.yaml` and `new.yaml` are compared. Files whose name begins with old or new belong to that version, others
to both; the shared `library.yaml` stands in where a folder has none of its own. `# expect:` lines in `new.yaml` name every item
that is not simply the same, with its verdict and all reasons; `*` is the questionnaire as a whole.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from questionnaires.comparability.crosswalks import Crosswalk
from questionnaires.comparability.reasons import Change, Verdict
from questionnaires.comparability.verdicts import VersionComparison, compare_versions
from questionnaires.comparability.words import words_for
from questionnaires.loading import load_questionnaire
from questionnaires.publishing import PublishedVersion, publish
from questionnaires.questionnaire import Questionnaire
from questionnaires.sources import read_sources
from questionnaires.strict_yaml import YamlDocument, read_yaml

VERSIONS = Path(__file__).parent / "versions"
PAIRS = sorted(path.name for path in VERSIONS.iterdir() if path.is_dir())
EXPECT = re.compile(r"^# expect: (\S+) (\S+)(?: (.+))?$", re.MULTILINE)

# Each row of the table of verdicts in the format, and the changes that are its cases.
TABLE = {
    "A help, sound, titles, languages": {
        Change.HELP_TEXT, Change.AUDIO, Change.TITLE, Change.PAGE_TEXT, Change.NAME, Change.LANGUAGES_ADDED,
        Change.LANGUAGES_REMOVED, Change.CONSENT, Change.PAGE_COUNT,
    },
    "B spelling, local name, soft check": {
        Change.SPELLING, Change.OPTION_SPELLING, Change.PARAM_VALUE, Change.SOFT_CHECK, Change.TRANSLATION,
    },
    "C order, page, mode, easy reading, what is inserted": {
        Change.CORE_ADDED_BEFORE, Change.CORE_REMOVED_BEFORE, Change.ADDED_BEFORE, Change.REMOVED_BEFORE, Change.ORDER,
        Change.PAGE_GROUPING, Change.MODE_ADDED, Change.MODE_REMOVED, Change.EASY_ADDED, Change.EASY_REMOVED,
        Change.EASY_TEXT, Change.OPTION_ORDER, Change.BOUNDS, Change.ROUTED_ON, Change.PIPED_FROM,
    },
    "D period, wider population, mapped categories": {
        Change.REFERENCE_PERIOD, Change.POPULATION_WIDENED, Change.CATEGORY_SPLIT, Change.CATEGORY_MERGED,
        Change.CATEGORY_RENAMED,
    },
    "E words, concept, options, missing codes, population, kind of answer": {
        Change.REWORDED, Change.CONCEPT, Change.POLARITY, Change.ANSWER_TYPE, Change.NUMBER_RANGE, Change.UNIT, Change.SCORE,
        Change.POINTS, Change.OPTIONS_ADDED, Change.OPTIONS_REMOVED, Change.OPTION_TEXT, Change.OPTION_VALUE,
        Change.OPTION_STANCE, Change.OPTION_ALONE, Change.MISSING_ADDED, Change.MISSING_REMOVED, Change.PIPE,
        Change.POPULATION_NARROWED, Change.POPULATION_OTHER, Change.POPULATION_UNDECIDED,
        Change.PARTS_ADDED, Change.PARTS_REMOVED, Change.MIN_VALID, Change.DIRECTION,
    },
}  # fmt: skip  # a table


@cache
def published(pair: str, version: str) -> PublishedVersion:
    other = "new" if version == "old" else "old"
    folder = VERSIONS / pair
    files = {path.name: path for path in (VERSIONS / "library.yaml", *sorted(folder.glob("*.yaml")))}
    texts = {
        name: path.read_text(encoding="utf-8")
        for name, path in files.items()
        if not name.startswith((other, "crosswalk"))
    }
    written = read_yaml(texts[f"{version}.yaml"], version)
    assert isinstance(written, YamlDocument)
    assert isinstance(written.data, dict)
    questionnaire = load_questionnaire(texts, f"{written.data['id']}@{written.data['version']}")
    assert isinstance(questionnaire, Questionnaire), [str(problem) for problem in questionnaire]
    return publish(questionnaire)


@cache
def compared(pair: str, *, backwards: bool = False) -> VersionComparison:
    old, new = published(pair, "old"), published(pair, "new")
    if backwards:
        return compare_versions(new, old, crosswalks(pair))
    return compare_versions(old, new, crosswalks(pair))


def expected(pair: str) -> list[tuple[str, str, str]]:
    return EXPECT.findall((VERSIONS / pair / "new.yaml").read_text(encoding="utf-8"))


def crosswalks(pair: str) -> tuple[Crosswalk, ...]:
    file = VERSIONS / pair / "crosswalk.yaml"
    if not file.exists():
        return ()
    definitions = read_sources({file.name: file.read_text(encoding="utf-8")})
    assert definitions.problems == []
    return definitions.all_crosswalks()


@pytest.mark.parametrize("pair", PAIRS)
def test_each_item_has_the_verdict_that_the_pair_expects(pair: str) -> None:
    found = {
        one.item: (one.verdict.value, {reason.code.value for reason in one.reasons})
        for one in compared(pair).verdicts
        if one.verdict is not Verdict.A or one.reasons
    }
    notes = {note.code.value for note in compared(pair).notes}
    if notes:
        found["*"] = ("A", notes)
    assert found == {item: (verdict, set(filter(None, codes.split(", ")))) for item, verdict, codes in expected(pair)}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_version_compared_with_itself_is_all_the_same(pair: str) -> None:
    for version in (published(pair, "old"), published(pair, "new")):
        comparison = compare_versions(version, version, crosswalks(pair))
        assert {(one.verdict, one.reasons) for one in comparison.verdicts} == {(Verdict.A, ())}
        assert comparison.notes == ()
        assert comparison.for_residents == ("Voor wie de vragenlijst invult, verandert er niets.",)
        assert comparison.for_series == ("Alle reeksen gaan gewoon door.",)


@pytest.mark.parametrize("pair", PAIRS)
def test_which_version_is_the_older_never_decides_whether_answers_may_be_pooled(pair: str) -> None:
    there, back = compared(pair), compared(pair, backwards=True)
    assert {one.item: one.poolable for one in there.verdicts} == {one.item: one.poolable for one in back.verdicts}


@pytest.mark.parametrize("pair", PAIRS)
def test_what_breaks_has_another_measurement_fingerprint(pair: str) -> None:
    old, new = published(pair, "old").fingerprints, published(pair, "new").fingerprints
    for one in compared(pair).verdicts:
        if one.item in old and one.item in new and not one.poolable:
            assert old[one.item].measurement != new[one.item].measurement


# What changes a question without changing what it measures or what stands around it in the core.
OUTSIDE_FINGERPRINTS = {
    Change.PARAM_VALUE, Change.SOFT_CHECK, Change.TRANSLATION, Change.ADDED_BEFORE, Change.REMOVED_BEFORE, Change.ROUTED_ON,
    Change.PIPED_FROM,
}  # fmt: skip  # a list


@pytest.mark.parametrize("pair", PAIRS)
def test_equal_fingerprints_mean_the_same_or_a_change_that_they_leave_out(pair: str) -> None:
    old, new = published(pair, "old").fingerprints, published(pair, "new").fingerprints
    for one in compared(pair).verdicts:
        if one.item in old and old[one.item] == new.get(one.item):
            assert {reason.code for reason in one.reasons if reason.verdict is not Verdict.A} <= OUTSIDE_FINGERPRINTS


@pytest.mark.parametrize("pair", PAIRS)
def test_every_reason_can_be_said_and_everything_is_plain_json(pair: str) -> None:
    comparison = compared(pair)
    for reason in (*comparison.notes, *(reason for one in comparison.verdicts for reason in one.reasons)):
        words = words_for(reason)
        assert words.endswith((".", "’"))
        assert "{" not in words
    assert json.loads(json.dumps(comparison.to_json())) == comparison.to_json()


def test_every_row_of_the_table_has_a_pair_for_each_of_its_changes() -> None:
    met = {code for pair in PAIRS for _, _, codes in expected(pair) for code in codes.split(", ")}
    without = {row: {change.value for change in changes} - met for row, changes in TABLE.items()}
    assert without == {row: set() for row in TABLE}


def test_the_table_holds_every_change_with_the_verdict_of_its_row() -> None:
    assert {change: row[0] for row, changes in TABLE.items() for change in changes} == {
        change: change.verdict.value for change in Change if change is not Change.PART
    }
