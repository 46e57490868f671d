"""Designs that are refused before anything is estimated: by the reading of `analysis`, and by rules of R alone."""

from __future__ import annotations

from typing import Any

import pandas as pd
from oracle_cases import Case, listed

from analysis.plan import AnalysisPlan
from analysis.reading.frames import read_frame

_NOTE = "a column that is always there"


def refusal(case: Case) -> str:
    """Return why there can be no design; empty when there can."""
    spec = case.spec
    if not spec or spec.get("nodesign"):
        return ""
    frame = case.read(spec["data"])
    return _codes_of_problems(frame, spec) or _clusters(frame, spec)


def _codes_of_problems(frame: pd.DataFrame, spec: dict[str, Any]) -> str:
    """Return the codes of what our own reading finds wrong with the columns of the design."""
    ids, fpc = (listed(spec.get(name) or []) for name in ("ids", "fpc"))
    if fpc and (frame[fpc] <= 1).all(axis=None):  # sampling fractions, which only R reads
        fpc = []
    populations = [*fpc, *[None] * len(ids)]
    layout: dict[str, Any] = {"strata": spec.get("strata"), "weights": spec.get("weights")}
    if ids:
        layout["stages"] = [{"cluster": name, "population": n} for name, n in zip(ids, populations, strict=False)]
    elif fpc:
        layout["population"] = fpc[0]
    plan = AnalysisPlan.model_validate({"design": layout, "items": {_NOTE: {"kind": "number"}}})
    found = read_frame(frame.assign(**{_NOTE: 0}), plan, "case")
    return ", ".join(sorted({it.code for it in found})) if isinstance(found, tuple) else ""


def _clusters(frame: pd.DataFrame, spec: dict[str, Any]) -> str:
    """Return what R has against clusters: that they lie in two strata (ours always lie within one), or that there is one."""
    ids, strata = (listed(spec.get(name) or []) for name in ("ids", "strata"))
    if not ids:
        return ""
    clusters = frame[ids[0]].unique().size
    if strata and not spec.get("nest") and len(frame[[ids[0], strata[0]]].drop_duplicates()) > clusters:
        return "clusters are not nested in strata"
    return "one cluster" if clusters == 1 and len(frame) > 1 else ""
