import json
import subprocess
import sys

import pytest
from arrangements import TODAY, UTRECHT, ZWOLLE, simulated, wmo_core

from ceo.workflows.reporting import (
    Measurement,
    RoundFacts,
    StratumRow,
    SubmissionRow,
    make_reports,
    warm_up,
    write_fragment,
    write_report,
)
from exports.formats import WRITERS
from questionnaires.answering import seal
from questionnaires.answers import answers_to_json
from questionnaires.publishing import publish


def measurement(*, submissions: int) -> Measurement:
    """Utrecht with a number of submissions, beside Zwolle with twelve."""
    published = publish(wmo_core())
    numbers = {UTRECHT: submissions, ZWOLLE: 12}
    return Measurement(
        content=published.content,
        content_hash=published.content_hash,
        made_on=TODAY,
        rounds=tuple(
            RoundFacts(code, code, "Wmo-meting", TODAY, TODAY, False, 50, number, number)
            for code, number in numbers.items()
        ),
        strata=tuple(StratumRow(code, "Begeleiding", 100) for code in numbers),
        submissions=tuple(
            SubmissionRow(code, "Begeleiding", dict(answers_to_json(seal(wmo_core(), simulated(client)).answers)))
            for code, number in numbers.items()
            for client in range(number)
        ),
    )


def test_each_municipality_gets_its_own_report() -> None:
    reports = make_reports(measurement(submissions=15))
    assert set(reports) == {UTRECHT, ZWOLLE}
    assert reports[UTRECHT] != reports[ZWOLLE]


def test_the_same_measurement_gives_the_same_reports() -> None:
    assert make_reports(measurement(submissions=15)) == make_reports(measurement(submissions=15))


def test_the_stories_of_clients_are_in_no_report() -> None:
    told = [str(simulated(client)["VER01"].value) for client in range(15)]
    reports = json.dumps(make_reports(measurement(submissions=15)), ensure_ascii=False)
    assert [story for story in told if story != "None" and story in reports] == []


def test_a_municipality_without_submissions_gets_a_report_that_gives_no_figures_of_it() -> None:
    assert set(make_reports(measurement(submissions=0))) == {UTRECHT, ZWOLLE}


@pytest.mark.parametrize("extension", list(WRITERS))
def test_a_stored_report_is_written_in_each_format(extension: str) -> None:
    report = make_reports(measurement(submissions=12))[UTRECHT]
    assert len(write_report(report, extension)) > 500


def test_a_stored_report_is_written_as_the_inside_of_a_page() -> None:
    warm_up()
    fragment = write_fragment(make_reports(measurement(submissions=12))[UTRECHT]).decode()
    assert "<table" in fragment
    assert "<html" not in fragment


def test_warming_up_loads_what_the_first_report_needs() -> None:
    needed = {"analysis.engine", "exports.pdf.writing", "scipy.special", "reportlab"}
    script = f"import sys; from ceo.workflows.reporting import warm_up; warm_up(); print(sorted({needed!r} - set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
