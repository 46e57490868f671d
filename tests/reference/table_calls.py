"""R calls that tables can answer, in words: one variable with its recodes, in the design as it was drawn."""

from __future__ import annotations

from oracle_cases import Case, Found
from r_language import Call, Constant, Name, Node, plain, terms
from r_values import evaluate

VALUE_OF_ROW = "value of every row"
_D = Name("d")
_ESTIMATORS = {"svymean": False, "svytotal": True}
_METHODS = {"logit", "xlogit", "beta", "mean", "asin"}


def asked_of(case: Case) -> Found | None:
    """Return the arguments of a call that tables answer; nothing for other calls.

    What a comparison is about cannot be read from its call, which is a formula in sums: there the words of the case count.
    """
    if not case.spec or case.spec.get("nodesign") or not isinstance(case.call, Call):
        return None
    if case.raw["kind"] == "compare":
        of_case = {"y", "unit", "value", "reference"} <= set(case.args) and not case.spec.get("subset")
        return dict(case.args) if of_case else None
    read = _READERS.get(case.function or _of_block(case.call))
    asked = read(case.call, case) if read else None
    return asked if asked is None else {name: value for name, value in asked.items() if value is not None}


def _of_block(call: Call) -> str:
    """Return the function of the first line of `{ t <- svytable(...); ... }`."""
    first = call[0] if call.function == "{" else None
    made = first.unnamed[-1] if isinstance(first, Call) else None
    return made.function if isinstance(made, Call) else ""


def _mean(call: Call, case: Case) -> Found | None:
    asked = _variable(terms(call[0]), case) if call[1] == _D else None
    return asked and {**asked, "total": _ESTIMATORS[call.function], "deff": call.value("deff")}


def _by(call: Call, case: Case) -> Found | None:
    function, by = call[3], terms(call[1])
    if call[2] != _D or not isinstance(function, Name) or function.name not in _ESTIMATORS:
        return None
    asked, groups = _variable(terms(call[0]), case), _names(by)
    if asked is None or groups is None:
        return None
    return {**asked, "by": groups, "total": _ESTIMATORS[function.name], "deff": call.value("deff")}


def _share(call: Call, _: Case) -> Found | None:
    (condition,) = terms(call[0])
    inner = condition[0] if isinstance(condition, Call) and condition.function == "I" else None
    method = call.value("method", "logit")
    if call[1] != _D or method not in _METHODS or not isinstance(inner, Call) or inner.function != "==":
        return None
    variable, value = inner.unnamed
    if not isinstance(variable, Name) or not isinstance(value, Constant) or not isinstance(value.value, float):
        return None
    return {"var": variable.name, "value": value.value, "method": method, "level": call.value("level", 0.95)}


def _contrast(call: Call, case: Case) -> Found | None:
    inner = call[0]
    if not isinstance(inner, Call) or inner.function not in {"svyby", "svymean"} or len(call.unnamed) < 2:
        return None
    rows = _coefficients(call[1])
    if rows is None:
        return None
    if inner.function == "svyby":
        asked = _by(inner, case)
        only_one = asked is not None and len(asked["by"]) == 1 and not asked["total"] and VALUE_OF_ROW not in asked
        return {**asked, "contrasts": rows} if asked and only_one and "categorical" not in asked else None
    names = _names(terms(inner[0]))
    if names is None or inner[1] != _D or len(rows) > 1 or len(names) != len(rows[0]):
        return None
    # A missing part leaves the whole missing: listwise, as in R.
    return {"vars": VALUE_OF_ROW, VALUE_OF_ROW: case.frame[names].to_numpy(dtype=float) @ rows[0]}


def _coefficients(given: Node) -> list[list[float]] | None:
    """Return the coefficients of every contrast, by place; nothing for expressions, and for names of estimates."""
    rows = [it for _, it in given.given] if isinstance(given, Call) and given.function == "list" else [given]
    if not all(isinstance(row, Call) and row.function == "c" and not row.named for row in rows):
        return None
    return [plain(row) for row in rows]


def _table(call: Call, case: Case) -> Found | None:
    assignment = call[0]
    assert isinstance(assignment, Call)
    made = assignment.unnamed[-1]
    assert isinstance(made, Call)
    names = _names(terms(made[0]))
    if names is None or made[1] != _D or not case.sample.inside.all():  # R keeps words that the subset does not have
        return None
    return dict(zip(("rows", "cols"), names, strict=True))


def _variable(asked: list[Node], case: Case) -> Found | None:
    """Return the one variable: a column, the levels of a column, or a number that follows from columns."""
    if len(asked) != 1:
        return None
    term = asked[0]
    if isinstance(term, Name):
        return {"vars": term.name}
    if term.function in {"factor", "as.factor"} and isinstance(term[0], Name):
        return {"vars": term[0].name, "categorical": True}
    if term.function == "I" and isinstance(term[0], Call) and term[0].function in {"-", "+", "*", "/"}:
        return {"vars": VALUE_OF_ROW, VALUE_OF_ROW: evaluate(term, case.frame)}
    return None


def _names(found: list[Node]) -> list[str] | None:
    return [it.name for it in found if isinstance(it, Name)] if all(isinstance(it, Name) for it in found) else None


_READERS = {
    **dict.fromkeys(_ESTIMATORS, _mean),
    "svyby": _by,
    "svyciprop": _share,
    "svycontrast": _contrast,
    "svytable": _table,
}
