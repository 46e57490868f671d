"""The lines of R before a call: population tables, vectors, totals of model matrices, and the functions that make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from oracle_cases import Case
from r_language import ARITHMETIC, Call, Constant, Name, Node, plain, read_r, terms
from r_values import evaluate, levels_of


class RefusedError(ValueError):
    """R stops here, as `stop(...)` does: weights cannot be fitted, or replicates not be made."""


@dataclass
class Session:
    """What R has in memory: the design `d`, and the tables and functions of the set-up."""

    case: Case
    calls: Mapping[str, Callable[[Session, Call], Any]]  # what it can do besides making tables
    known: dict[str, Any]

    def run(self, text: str) -> None:
        """Run one line; loops only give tables the levels of the data, which we take from the data."""
        if not text.startswith("for ("):
            node = read_r(text)
            parts = node.unnamed if isinstance(node, Call) and node.function == "{" else (node,)
            name, head = defined(parts[0])
            if head:
                self.known[name] = (head.unnamed, parts[1])
            else:
                self.value(node)

    def value(self, node: Node) -> Any:
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Name):
            return self.known[node.name]
        if node.function == "{":
            return [self.value(it) for it in node.unnamed][-1]
        if node.function == "<-":
            return self.assign(node[0], node[1])
        if node.function in self.known:
            parameters, body = self.known[node.function]
            given = {named(it): self.value(value) for it, value in zip(parameters, node.unnamed, strict=True)}
            return Session(self.case, self.calls, {**self.known, **given}).value(body)
        return {**_TABLES, **self.calls}[node.function](self, node)

    def assign(self, left: Node, right: Node) -> Any:
        value = self.value(right)
        if not isinstance(left, Call):
            self.known[named(left)] = value
        elif isinstance(left[0], Call):  # names(t)[names(t) == 'N'] <- 'Freq'
            table, old = named(left[0][0]), plain(left[1][1])
            self.known[table] = self.known[table].rename(columns={old: value})
        elif left.function == "names":  # names(t) <- c('prov', 'Freq')
            self.known[named(left[0])] = with_names(self.known[named(left[0])], value)
        else:  # t$Freq <- 100
            table, column = named(left[0]), plain(left[1]) if isinstance(left[1], Constant) else named(left[1])
            self.known[table] = self.known[table].assign(**{column: value})
        return value


def defined(node: Node) -> tuple[str, Call | None]:
    """Return the name and the head of a function that is defined here."""
    if (
        isinstance(node, Call)
        and node.function == "<-"
        and isinstance(node[1], Call)
        and node[1].function == "function"
    ):
        return named(node[0]), node[1]
    return "", None


def named(node: Node) -> str:
    assert isinstance(node, Name)
    return node.name


def matched(call: Call, *parameters: str) -> dict[str, Node]:
    """Return the arguments by parameter, as R matches them: by name, and the others in the order of what is left."""
    free = [it for it in parameters if it not in call.named]
    return dict(zip(free, call.unnamed, strict=False)) | call.named


def read(session: Session, call: Call) -> pd.DataFrame:
    return session.case.read(plain(call[0]))


def aggregated(session: Session, call: Call) -> pd.DataFrame:
    """Return sums of the left side for each combination that occurs, the first variable running fastest."""
    formula, frame = call[0], session.value(matched(call, "x", "data")["data"])
    by = [named(it) for it in terms(formula)]
    return frame.groupby(by[::-1], as_index=False)[named(formula[0])].sum()


def crossed(session: Session, call: Call) -> pd.DataFrame:
    """Return the same, or counts of rows, for all combinations of levels."""
    formula, frame = call[0], session.value(matched(call, "x", "data")["data"])
    by = [named(it) for it in terms(formula)]
    every = pd.MultiIndex.from_product([levels_of(frame[name]) for name in by[::-1]], names=by[::-1])
    cells = frame.groupby(by[::-1])
    sums = cells[named(formula[0])].sum() if len(formula.unnamed) > 1 else cells.size()
    if len(by) == 1:
        every = every.get_level_values(0)
    return sums.reindex(every, fill_value=0).rename("Freq").reset_index()


def table_of(session: Session, call: Call) -> pd.DataFrame:
    columns = {name: session.value(node) for name, node in call.named.items()}
    return pd.DataFrame(columns, index=None if any(map(np.ndim, columns.values())) else [0])


def vector(session: Session, call: Call) -> Any:
    values = [session.value(it) for _, it in call.given]
    if any(isinstance(it, pd.Series) for it in values):
        return pd.concat(
            [
                it if isinstance(it, pd.Series) else pd.Series({name: it})
                for (name, _), it in zip(call.given, values, strict=True)
            ]
        )
    names = [name for name, _ in call.given]
    return pd.Series(values, index=names) if any(names) else values


def listed_values(session: Session, call: Call) -> Any:
    """Return a list, or with names a dictionary."""
    values = [session.value(it) for _, it in call.given]
    return dict(zip(call.named, values, strict=True)) if call.named else values


def with_names(values: Any, names: list[str]) -> Any:
    if isinstance(values, pd.DataFrame):
        return values.set_axis(names, axis=1)
    return pd.Series(np.asarray(values, dtype=float), index=names)


def column(session: Session, call: Call) -> Any:
    return session.value(call[0])[named(call[1])].to_numpy()


def arithmetic(session: Session, call: Call) -> Any:
    """Return sums and products; a vector beside a table stands for a value in every row."""
    values = [session.value(it) for it in call.unnamed]
    if len(values) > 1 and isinstance(values[0], pd.DataFrame) and np.ndim(values[1]) == 1:
        values[1] = np.asarray(values[1])[:, None]
    numbers = [np.asarray(it, dtype=float) if isinstance(it, list) else it for it in values]
    return ARITHMETIC[call.function](*numbers)


def model_matrix(session: Session, call: Call) -> pd.DataFrame:
    return matrix(call[0], session.value(matched(call, "object", "data")["data"]), session.case.frame)


def matrix(formula: Node, frame: pd.DataFrame, data: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a linear model, with treatment contrasts on the levels of the data."""
    right = formula[0] if isinstance(formula, Call) and formula.function == "~" else formula
    asked, intercept = without_intercept(right)
    found = {"(Intercept)": np.ones(len(frame))} if intercept else {}
    dropped = intercept
    for term in asked:
        if isinstance(term, Name) and not pd.api.types.is_numeric_dtype(data[term.name]):
            levels = levels_of(data[term.name])
            for level in levels[int(dropped) :]:
                found[f"{term.name}{level}"] = (frame[term.name] == level).to_numpy(dtype=float)
            dropped = True
        else:
            found[named(term) if isinstance(term, Name) else str(term)] = np.asarray(evaluate(term, frame), dtype=float)
    return pd.DataFrame(found)


def without_intercept(right: Node) -> tuple[list[Node], bool]:
    """Return the terms of a model, and whether it has an intercept: `a - 1`, `a + 0`, `0 + a` and `-1 + a` have none."""
    if isinstance(right, Call) and right.function == "-" and right.unnamed[-1] == Constant(1.0):
        return terms(right[0]) if len(right.unnamed) > 1 else [], False
    parts = [it for term in terms(right) for it in (without_intercept(term)[0] if _is_minus(term) else [term])]
    kept = [it for it in parts if not isinstance(it, Constant)]
    return kept, not any(_is_minus(it) or it == Constant(0.0) for it in terms(right))


def _is_minus(term: Node) -> bool:
    return isinstance(term, Call) and term.function == "-"


_TABLES: Mapping[str, Callable[[Session, Call], Any]] = {
    **dict.fromkeys(ARITHMETIC, arithmetic),
    "rd": read,
    "aggregate": aggregated,
    "xtabs": crossed,
    "as.data.frame": lambda session, call: session.value(call[0]),
    "as.vector": lambda session, call: session.value(call[0])["Freq"].to_numpy(),
    "data.frame": table_of,
    "list": listed_values,
    "~": lambda _, call: call,
    "c": vector,
    "setNames": lambda session, call: with_names(session.value(call[0]), session.value(call[1])),
    "cbind": lambda session, call: np.array([session.value(it) for it in call.unnamed]).T,
    "rep": lambda session, call: np.repeat(session.value(call[0]), int(session.value(call[1]))),
    "nrow": lambda session, call: len(session.value(call[0])),
    "sum": lambda session, call: np.sum(session.value(call[0])),
    "(": lambda session, call: session.value(call[0]),
    "$": column,
    "model.matrix": model_matrix,
    "colSums": lambda session, call: session.value(call[0]).sum(),
}
