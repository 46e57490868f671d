"""Data and designs of the oracle, run through reading, tabulation and the design of `analysis`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from oracle_cases import shown

from analysis.dataset import Dataset
from analysis.design import Design, Lonely
from analysis.frames import read_frame
from analysis.moments import CellTable, tabulate
from analysis.plan import AnalysisPlan

DOMAIN, GROUP, VALUE, UNIT = "domain of the case", "group of the case", "value of the case", "unit of the case"
UPDATE = re.compile(r"(?P<name>\w+)=as\.numeric\((?P<column>\w+)=='(?P<value>[^']*)'\)")


def read_data(design: Mapping[str, Any], folder: Path) -> pd.DataFrame:
    frame = pd.read_csv(folder / "data" / design["data"], keep_default_na=False, na_values=["", "NA"])
    nvt = design.get("nvt_code9_columns") or []
    for column in [nvt] if isinstance(nvt, str) else nvt:
        frame[column] = frame[column].mask(frame[column] == 9)
    if update := UPDATE.fullmatch(design.get("update") or ""):
        chosen = frame[update["column"]]
        frame[update["name"]] = (chosen == update["value"]).astype(float).mask(chosen.isna())
    return frame


@dataclass
class Survey:
    """A table of the oracle with its design; `tabulated` runs it through reading, tabulation and the design."""

    frame: pd.DataFrame
    spec: Mapping[str, Any]

    def __post_init__(self) -> None:
        subset = self.spec.get("subset")
        inside = self.frame.query(subset).index if subset else self.frame.index
        self.inside = self.frame.index.isin(inside)
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
