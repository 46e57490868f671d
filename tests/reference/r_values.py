"""R expressions on a data frame: their values row by row, their levels, and their derivatives.

A column of numbers is a number; all else (words, truth values, numbers of which a factor was made) has levels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from r_language import ARITHMETIC, Constant, Name, Node


def evaluate(node: Node, frame: pd.DataFrame) -> Any:
    """Return the value of an expression for every row (or one constant)."""
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Name):
        return frame[node.name].to_numpy()
    return _FUNCTIONS[node.function](*(evaluate(it, frame) for it in node.unnamed))


def holds(condition: Node, frame: pd.DataFrame) -> np.ndarray:
    """Return the rows for which a condition is true; where it is unknown it is not."""
    found: np.ndarray = np.broadcast_to(_truth(evaluate(condition, frame)) == 1, (len(frame),))
    return found


def levels_of(values: Any) -> list[Any]:
    """Return the values that occur, in R's order of levels (numbers by size, words by their bytes)."""
    return sorted(pd.Series(values).dropna().unique().tolist())


def is_number(column: pd.Series[Any]) -> bool:
    """Return whether R takes a column for a number, rather than for one with levels."""
    return pd.api.types.is_numeric_dtype(column) and column.dtype != bool


def shown(value: object) -> str:
    """Return a value as R writes a level."""
    if isinstance(value, bool | np.bool_):
        return str(value).upper()
    if isinstance(value, float):
        return "" if np.isnan(value) else str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value)


def with_gradient(node: Node, known: Mapping[str, tuple[float, np.ndarray]], size: int) -> tuple[float, np.ndarray]:
    """Return an expression in known names and its exact gradient to `size` estimates: the chain rule, step by step."""
    if isinstance(node, Constant):
        return node.value, np.zeros(size)
    if isinstance(node, Name):
        return known[node.name]
    parts = [with_gradient(it, known, size) for it in node.unnamed]
    values = [value for value, _ in parts]
    slopes = _SLOPES[node.function](*values)
    return float(_FUNCTIONS[node.function](*values)), sum(
        (slope * gradient for slope, (_, gradient) in zip(slopes, parts, strict=True)), np.zeros(size)
    )


def _truth(value: Any) -> np.ndarray:
    """Return 1 for true, 0 for false, and NaN for unknown."""
    return np.asarray(value, dtype=float)


def _logical(truth: np.ndarray) -> np.ndarray:
    """Return truth values: an array of truth values only, or one of objects in which some are unknown."""
    unknown = np.isnan(truth)
    values = truth == 1
    return np.where(unknown, np.array(np.nan, dtype=object), values) if unknown.any() else values


def _and(left: Any, right: Any) -> np.ndarray:
    one, other = _truth(left), _truth(right)
    return _logical(np.where((one == 0) | (other == 0), 0.0, one * other))


def _or(left: Any, right: Any) -> np.ndarray:
    one, other = _truth(left), _truth(right)
    return _logical(np.where((one == 1) | (other == 1), 1.0, one + other))


def _compare(operator: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compared(left: Any, right: Any) -> Any:
        if _is_text(left) != _is_text(right):  # R writes the number as text
            left, right = _as_text(left), _as_text(right)
        missing = pd.isna(left) | pd.isna(right)
        if not np.ndim(missing):
            return operator(left, right)
        return _logical(np.where(missing, np.nan, operator(left, right)))

    return compared


def _is_text(value: Any) -> bool:
    return any(isinstance(it, str) for it in np.ravel(np.asarray(value, dtype=object)))


def _as_text(value: Any) -> Any:
    if not np.ndim(value):
        return shown(value)
    return np.array([it if pd.isna(it) else shown(it) for it in value], dtype=object)


def _if_else(test: Any, yes: Any, no: Any) -> np.ndarray:
    kind = object if _is_text(yes) or _is_text(no) else float
    truth = _truth(test)
    chosen = np.where(truth == 1, np.asarray(yes, dtype=kind), np.asarray(no, dtype=kind))
    return np.where(np.isnan(truth), np.array(np.nan, dtype=kind), chosen)


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    **ARITHMETIC,
    "==": _compare(lambda left, right: left == right),
    "!=": _compare(lambda left, right: left != right),
    "<": _compare(lambda left, right: left < right),
    ">": _compare(lambda left, right: left > right),
    "<=": _compare(lambda left, right: left <= right),
    ">=": _compare(lambda left, right: left >= right),
    "&": _and,
    "|": _or,
    "!": lambda value: _logical(1 - _truth(value)),
    "%in%": lambda left, right: pd.Series(left).isin(np.ravel(right).tolist()).to_numpy(),
    ":": lambda first, last: np.arange(first, last + 1),
    "I": lambda value: value,
    "factor": lambda value: np.asarray(value, dtype=object),
    "as.factor": lambda value: np.asarray(value, dtype=object),
    "as.numeric": lambda value: np.asarray(value, dtype=float),
    "as.integer": lambda value: np.trunc(np.asarray(value, dtype=float)),
    "as.character": _as_text,
    "is.na": pd.isna,
    "log": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "exp": np.exp,
    "asin": np.arcsin,
    "abs": np.abs,
    "round": lambda value, digits=0: np.round(value, int(digits)),
    "pmin": np.minimum,
    "pmax": np.maximum,
    "ifelse": _if_else,
    "c": lambda *values: np.array(values, dtype=object if _is_text(values) else float),
    "(": lambda value: value,
}
# The derivative of a function to each of its arguments.
_SLOPES: Mapping[str, Callable[..., tuple[float, ...]]] = {
    "+": lambda *values: (1.0,) * len(values),
    "-": lambda *values: (-1.0,) if len(values) == 1 else (1.0, -1.0),
    "*": lambda left, right: (right, left),
    "/": lambda left, right: (1 / right, -left / right**2),
    "^": lambda left, right: (right * left ** (right - 1), left**right * np.log(left) if left > 0 else 0.0),
    "(": lambda _: (1.0,),
    "log": lambda value: (1 / value,),
    "exp": lambda value: (np.exp(value),),
    "sqrt": lambda value: (0.5 / np.sqrt(value),),
    "asin": lambda value: (1 / np.sqrt(1 - value**2),),
}
