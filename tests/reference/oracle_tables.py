"""Data and designs of the oracle, run through reading, tabulation and the design of `analysis`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from oracle_cases import Case
from r_values import shown

from analysis.dataset import Dataset
from analysis.design import Design, Lonely
from analysis.plan import AnalysisPlan
from analysis.reading.frames import read_frame
from analysis.tabulation.tabulating import CellTable, tabulate

DOMAIN, GROUP, UNIT = "domain of the case", "group of the case", "unit of the case"


class Survey:
    """A table of the oracle with its design; `tabulated` runs it through reading, tabulation and the design."""

    def __init__(self, case: Case) -> None:
        self.frame, self.spec, self.inside = case.frame.copy(), case.spec, case.sample.inside
        self.frame[DOMAIN] = np.where(self.inside, "in", "")

    def group(self, by: list[str]) -> list[tuple[str, ...]]:
        """Add the number of its group to every row in the domain; return the groups, the first column running fastest."""
        values = [self.frame[column].tolist() for column in by]
        filled = self.frame[by].notna() & self.frame[by].ne("")
        known = self.inside & filled.all(axis=1).to_numpy()
        keys = list(zip(*values, strict=True))
        present = sorted({key for key, chosen in zip(keys, known, strict=True) if chosen}, key=lambda key: key[::-1])
        places = {key: str(place) for place, key in enumerate(present)}
        self.frame[GROUP] = [places[key] if chosen else "" for key, chosen in zip(keys, known, strict=True)]
        return [tuple(shown(value) for value in key) for key in present]

    def tabulated(
        self, items: Mapping[str, Any], subgroup: str = DOMAIN, unit: str | None = None
    ) -> tuple[Dataset, CellTable, Design]:
        """Return data set, table by the levels of the subgroup, and design."""
        spec = self.spec
        layout = {"strata": spec.get("strata"), "population": spec.get("fpc"), "weights": spec.get("weights")}
        plan = AnalysisPlan.model_validate(
            {"design": {**layout, "unit": unit}, "items": dict(items), "subgroups": (subgroup,)}
        )
        dataset = read_frame(self.frame, plan, "case")
        assert isinstance(dataset, Dataset), dataset
        lonely = Lonely(spec.get("lonely_psu") or "fail")
        design = dataset.design(lonely, adjust_domain_lonely=bool(spec.get("domain_lonely")))
        return dataset, tabulate(dataset, dataset.groupings[-1]), design

    def number(self, column: str) -> dict[str, Any]:
        """Return the plan of a number."""
        return {column: {"kind": "number"}}

    def scale(self, column: str) -> dict[str, Any]:
        """Return the plan of a column of codes, in the order of their values."""
        codes = [shown(value) for value in sorted(self.frame[column].dropna().unique())]
        return {column: {"kind": "scale", "codes": {code: {} for code in codes}}}
