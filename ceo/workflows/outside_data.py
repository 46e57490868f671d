"""Outside data: a CSV with an analysis plan, without a database. A researcher's entrance, and how data of others are checked."""

from __future__ import annotations

import hashlib
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from questionnaires.problems import Problem
from questionnaires.strict_yaml import decode_yaml

if TYPE_CHECKING:
    from exports.report import Report


def analyse_csv(data: Path, plan_file: Path, *, today: date) -> Report | tuple[Problem, ...]:
    """Return the figures of a CSV file, protected like all others, or everything that is wrong with the two files."""
    from analysis.dataset import Dataset
    from analysis.disclosure import protect
    from analysis.engine import analyse
    from analysis.frames import read_csv, read_frame
    from analysis.plan import AnalysisPlan, read_plan
    from exports.analysis_report import compose_analysis_report

    plan_content, content = plan_file.read_bytes(), data.read_bytes()
    text = decode_yaml(plan_content, plan_file.name)
    if isinstance(text, Problem):
        return (text,)
    plan = read_plan(text, plan_file.name)
    if not isinstance(plan, AnalysisPlan):
        return plan
    frame = read_csv(content, data.name)
    if isinstance(frame, tuple):
        return frame
    dataset = read_frame(frame, plan, data.name)
    if not isinstance(dataset, Dataset):
        return dataset
    return compose_analysis_report(
        protect(analyse(dataset, plan), plan.policy),
        title=f"Analyse van {data.name}",
        labels={},
        source=(
            ("Gegevens", f"{data.name}, sha256:{hashlib.sha256(content).hexdigest()}"),
            ("Plan", f"{plan_file.name}, sha256:{hashlib.sha256(plan_content).hexdigest()}"),
            ("Software", f"CEO {version('ceo-survey')}"),
        ),
        made_on=today,
        confidence=plan.confidence,
    )
