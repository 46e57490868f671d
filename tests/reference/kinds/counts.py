"""Exact and score intervals of plain counts, and design effects of weights alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from oracle_cases import Case, Found
from r_language import Call, Name, Node, plain
from r_values import evaluate, levels_of

from analysis.intervals import clopper_pearson_interval, wilson_interval
from analysis.tabulation.estimates import kish_n

_OWN = {"clopper", "wilson", "kish_deff"}
_TRANSPARENT = {"as.vector", "suppressWarnings"}
_LEVELS = {"level", "conf.level"}


def compute(case: Case) -> Found | None:
    """Return a list of such figures, each under its name."""
    if not isinstance(case.call, Call) or case.function != "list" or not _OWN & set(_functions(case.call)):
        return None
    frame = case.frame if case.spec else pd.DataFrame()
    return {name: _value(node, frame) for name, node in case.call.named.items()}


def _functions(node: Node) -> list[str]:
    return [node.function, *(name for _, it in node.given for name in _functions(it))] if isinstance(node, Call) else []


def _value(node: Node, frame: pd.DataFrame) -> Any:
    if not isinstance(node, Call):
        return evaluate(node, frame)
    if node.function == "$":
        return frame[node[1].name] if node[0] == Name("x") else _value(node[0], frame)
    if node.function in _TRANSPARENT:
        return _value(node[0], frame)
    if node.function == "nrow":
        return len(frame)
    if node.function == "tapply":
        values, groups = (_value(it, frame) for it in node.unnamed[:2])
        return [_FIGURES[node[2].name](values[groups == level]) for level in levels_of(groups)]
    given = [_value(it, frame) for it in node.unnamed]
    level = [plain(it) for name, it in node.named.items() if name in _LEVELS]
    return _FIGURES[node.function](*given, *level)


def _exact(events: float, n: float, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    return clopper_pearson_interval(np.array(events / n), np.array(n), confidence=level)


def _score(share: float, n: float, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    return wilson_interval(np.array(share), np.array(n), confidence=level)


def _kish(weights: pd.Series[float]) -> float:
    w = weights.to_numpy()
    return w.size / float(kish_n(w.sum(), (w**2).sum()))


_FIGURES: Mapping[str, Any] = {
    "clopper": _exact,
    "binom.test": _exact,
    "wilson": _score,
    "prop.test": lambda events, n, level=0.95: _score(events / n, n, level),
    "kish_deff": _kish,
    "/": lambda top, bottom: top / bottom,
}
