import json
import random
import subprocess
import sys
from dataclasses import replace
from functools import cache

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, simulated, wmo_core

from ceo.workflows.results.reporting import (
    Made,
    Measurement,
    RoundFacts,
    SealedVersion,
    StratumRow,
    SubmissionRow,
    make_reports,
    warm_up,
    write_fragment,
    write_report,
)
from exports.formats import WRITERS
from exports.report import Bullets, Report
from questionnaires.answering import seal
from questionnaires.answers import answers_to_json
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish
from questionnaires.simulation import simulate_answers


def measurement(*, submissions: int) -> Measurement:
    """Utrecht with a number of submissions, beside Zwolle with twelve."""
    published = publish(wmo_core())
    numbers = {UTRECHT: submissions, ZWOLLE: 12}
    return Measurement(
        versions=(SealedVersion(published.content, published.content_hash),),
        made_on=TODAY,
        rounds=tuple(
            RoundFacts(code, published.content_hash, code, "Wmo-meting", TODAY, TODAY, False, 50, number, number)
            for code, number in numbers.items()
        ),
        strata=tuple(StratumRow(code, "Begeleiding", 100) for code in numbers),
        submissions=tuple(
            SubmissionRow(
                code,
                "Begeleiding",
                published.content_hash,
                dict(answers_to_json(seal(wmo_core(), simulated(client)).answers)),
            )
            for code, number in numbers.items()
            for client in range(number)
        ),
    )


@cache
def made(*, submissions: int) -> Made:
    """What was made of a measurement; it is made once, and most tests only look at it."""
    return make_reports(measurement(submissions=submissions))


def test_each_municipality_gets_its_own_report() -> None:
    reports = made(submissions=15).reports
    assert set(reports) == {UTRECHT, ZWOLLE}
    assert reports[UTRECHT] != reports[ZWOLLE]


def test_the_same_measurement_gives_the_same_reports() -> None:
    assert make_reports(measurement(submissions=15)).reports == made(submissions=15).reports


def test_the_stories_of_clients_are_in_no_report() -> None:
    told = [str(simulated(client)["VER01"].value) for client in range(15)]
    reports = json.dumps(made(submissions=15).reports, ensure_ascii=False)
    assert [story for story in told if story != "None" and story in reports] == []


def test_a_municipality_without_submissions_gets_a_report_that_gives_no_figures_of_it() -> None:
    assert set(made(submissions=0).reports) == {UTRECHT, ZWOLLE}


@pytest.mark.parametrize("extension", list(WRITERS))
def test_a_stored_report_is_written_in_each_format(extension: str) -> None:
    report = made(submissions=15).reports[UTRECHT]
    assert len(write_report(report, extension)) > 500


def test_a_stored_report_is_written_as_the_inside_of_a_page() -> None:
    warm_up()
    fragment = write_fragment(made(submissions=15).reports[UTRECHT]).decode()
    assert "<table" in fragment
    assert "<html" not in fragment


def test_warming_up_loads_what_the_first_report_needs() -> None:
    needed = {"analysis.engine", "exports.pdf.writing", "scipy.special", "reportlab"}
    script = f"import sys; from ceo.workflows.results.reporting import warm_up; warm_up(); print(sorted({needed!r} - set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout == "[]\n"


@cache
def two_versions() -> Measurement:
    """Utrecht asked version 1, Zwolle version 2, with 40 clients each."""
    sealed = {UTRECHT: publish(load_shipped("wmo@1")), ZWOLLE: publish(load_shipped("wmo@2"))}
    rng = random.Random(7)
    return Measurement(
        versions=tuple(SealedVersion(version.content, version.content_hash) for version in sealed.values()),
        made_on=TODAY,
        rounds=tuple(
            RoundFacts(code, version.content_hash, code, "Wmo-meting", TODAY, TODAY, False, 50, 40, 40)
            for code, version in sealed.items()
        ),
        strata=tuple(StratumRow(code, "Begeleiding", 100) for code in sealed),
        submissions=tuple(
            SubmissionRow(
                code,
                "Begeleiding",
                version.content_hash,
                dict(
                    answers_to_json(seal(version.questionnaire, simulate_answers(version.questionnaire, rng)).answers)
                ),
            )
            for code, version in sealed.items()
            for _ in range(40)
        ),
    )


def test_reports_over_two_versions_tell_where_the_series_breaks_and_what_was_taken_together() -> None:
    reports = {code: Report.model_validate_json(text) for code, text in make_reports(two_versions()).reports.items()}
    for report in reports.values():
        [section] = [one for one in report.sections if one.title.startswith("Verschillende versies")]
        [lines] = [block for block in section.blocks if isinstance(block, Bullets)]
        assert any("reeksbreuk" in line and "De hulp begon" in line for line in lines.items)
        assert any("tellen mee" in line and "Mensen doen wat is afgesproken" in line for line in lines.items)


def test_a_broken_question_is_a_series_of_its_own_in_the_files_and_flagged() -> None:
    reports = {code: Report.model_validate_json(text) for code, text in make_reports(two_versions()).reports.items()}
    rows = {code: {row.item: row for row in report.figures} for code, report in reports.items()}
    assert "TOE02@1" in rows[UTRECHT]
    assert "TOE02" not in rows[UTRECHT]
    assert "TOE02@1" not in rows[ZWOLLE]
    assert rows[ZWOLLE]["TOE02"].flags.split()[-1] == "series_break"
    assert "versions_pooled" in rows[ZWOLLE]["LEV01"].flags
    assert rows[ZWOLLE]["GES01"].flags in {"", "small_n"}


def test_one_version_needs_no_words_about_versions() -> None:
    report = Report.model_validate_json(made(submissions=15).reports[UTRECHT])
    assert not [one for one in report.sections if one.title.startswith("Verschillende versies")]


def test_two_editions_together_show_no_group_of_fewer_than_ten_late_clients() -> None:
    first = make_reports(replace(measurement(submissions=30), name="wmo-2026", edition=1))
    later = replace(measurement(submissions=42), name="wmo-2026", edition=2)
    second, forgetful = make_reports(replace(later, ledger=first.ledger)), make_reports(later)
    assert small_differences(first, forgetful) != []
    assert small_differences(first, second) == []
    assert shown_counts(second) != {}


def shown_counts(made: Made) -> dict[tuple[str, ...], int]:
    """Return the respondents of every shown figure."""
    found = {}
    for text in made.reports.values():
        for row in Report.model_validate_json(text).figures:
            if row.respondents is not None and row.value is not None:
                found[row.area, row.measure, row.item, row.category, row.breakdown, row.level] = row.respondents
    return found


def small_differences(earlier: Made, later: Made) -> list[tuple[str, ...]]:
    before, after = shown_counts(earlier), shown_counts(later)
    return [cell for cell, n in after.items() if 0 < n - before.get(cell, n) < 10]
