"""Cases of the oracle: data, design and R call, ready to be computed with the public functions of `analysis`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from r_language import Call, Node, read_r
from r_values import evaluate, holds

from analysis.design import Lonely
from analysis.rows.sample import Sample, Stage, numbered

Found: TypeAlias = dict[str, Any]


# R in the C locale writes a letter with an accent as its bytes or its number: <c3><ab> or <U+00EB>.
_BYTES, _NUMBER = re.compile("(?:<[0-9a-f]{2}>)+"), re.compile(r"<U\+([0-9A-F]{4,8})>")


def load_cases(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the cases of a folder by kind."""
    files = sorted((folder / "cases").glob("*.json"))
    return {path.stem: json.loads(with_accents(path.read_text("utf-8"))) for path in files}


def with_accents(text: str) -> str:
    """Return a text of R with its letters as they are."""
    text = _BYTES.sub(lambda found: bytes.fromhex(re.sub("[<>]", "", found[0])).decode(), text)
    return _NUMBER.sub(lambda found: chr(int(found[1], 16)), text)


@dataclass
class Case:
    """One case. `frame` holds the data with derived variables; `sample` the design, seen from the subset of the case.

    `fitted` is the sample after weights were fitted, for the modules that do not fit them.
    """

    raw: dict[str, Any]
    folder: Path
    fitted: Sample | None = None

    @property
    def args(self) -> dict[str, Any]:
        """The arguments in words; the call is what counts."""
        return self.raw["args"] or {}

    @property
    def spec(self) -> dict[str, Any]:
        return self.raw["design"] or {}

    @cached_property
    def call(self) -> Node:
        return read_r(self.raw["r_call"])

    @property
    def function(self) -> str:
        """The name of the function that R calls; empty for a piece of code."""
        return self.call.function if isinstance(self.call, Call) and self.call.function != "{" else ""

    @cached_property
    def steps(self) -> list[str]:
        """What R does before the call, beyond making the design and deriving and choosing rows."""
        done = [f"d <- {name}(" for name in ("svydesign", "update", "subset")]
        return [text for text in self.raw["r_setup"] if not text.startswith(tuple(done))]

    @property
    def unfitted(self) -> bool:
        """Whether steps are still to be done: another module does these."""
        return bool(self.steps) and self.fitted is None

    @cached_property
    def frame(self) -> pd.DataFrame:
        frame = self.read(self.spec["data"])
        for column in listed(self.spec.get("nvt_code9_columns") or []):
            frame[column] = frame[column].mask(frame[column] == 9)
        for column in listed(self.spec.get("factors") or []):
            frame[column] = frame[column].astype(object)
        for step in self._own_steps:
            if step.function == "update":
                derived = {name: evaluate(it, frame) for name, it in step.named.items()}
                frame = frame.assign(**derived)
        return frame

    @cached_property
    def whole(self) -> Sample:
        """The design as it was drawn."""
        return whole_sample(self.frame, self.spec)

    @cached_property
    def sample(self) -> Sample:
        if self.fitted is not None:
            return self.fitted
        chosen = np.ones(len(self.frame), dtype=bool)
        for step in self._own_steps:
            if step.function == "subset":
                chosen &= holds(step[1], self.frame)
        return self.whole.within(chosen)

    def read(self, name: str) -> pd.DataFrame:
        """Return a data file of the oracle."""
        return pd.read_csv(self.folder / "data" / name, keep_default_na=False, na_values=["", "NA"])

    @property
    def _own_steps(self) -> list[Call]:
        """The right sides of `d <- svydesign/update/subset(...)`, in order."""
        texts = (text for text in self.raw["r_setup"] if text.startswith(("d <- update(", "d <- subset(")))
        calls = [assigned[1] for text in texts if isinstance(assigned := read_r(text), Call)]
        return [it for it in calls if isinstance(it, Call)]


def whole_sample(frame: pd.DataFrame, spec: dict[str, Any]) -> Sample:
    """Return the sample of a design, as R's `svydesign` reads it."""
    rows = len(frame)
    ids, strata, fpc = (listed(spec.get(name) or []) for name in ("ids", "strata", "fpc"))
    above: list[np.ndarray] = []
    stages: list[Stage] = []
    drawn = np.ones(rows)
    for place in range(max(len(ids), 1)):
        own = [_codes(frame[strata[place]])] if place < len(strata) else []
        stratum = numbered([*above, *own]) if above or own else np.zeros(rows, dtype=np.int64)
        nested = [stratum] if place or spec.get("nest") else []
        cluster = numbered([*nested, _codes(frame[ids[place]])]) if ids else np.arange(rows)
        clusters = np.zeros(int(cluster.max()) + 1, dtype=np.int64)
        clusters[cluster] = stratum
        size = np.bincount(clusters, minlength=int(stratum.max()) + 1)
        population = np.full(size.size, np.inf)
        if place < len(fpc):
            population[stratum] = frame[fpc[place]].to_numpy(dtype=float)
            if (population <= 1).all():  # sampling fractions
                population = size / population
        elif fpc:  # the last stages were taken whole
            population = size.astype(float)
        drawn = drawn * (size / population)[stratum]
        stages.append(Stage(cluster.astype(np.int64), stratum, population))
        above = [cluster]
    known = frame[spec["weights"]].to_numpy(dtype=float) if spec.get("weights") else None
    weights = known if known is not None else 1 / drawn if fpc else np.ones(rows)
    lonely = Lonely(spec.get("lonely_psu") or "fail")
    everyone = np.ones(rows, dtype=bool)
    return Sample(weights, tuple(stages), everyone, lonely, adjust_domain_lonely=bool(spec.get("domain_lonely")))


def _codes(column: pd.Series[Any]) -> np.ndarray:
    return pd.factorize(column, sort=True)[0]


def listed(value: Any) -> list[Any]:
    """Return a list; R writes a vector of length 1 as a bare value."""
    return value if isinstance(value, list) else [value]
