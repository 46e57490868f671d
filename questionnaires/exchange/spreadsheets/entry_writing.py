"""Writing entries: the parts of definitions become rows of a sheet, each part in the column that stands for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from questionnaires.exchange.spreadsheets.columns import Column, SheetForm
from questionnaires.exchange.spreadsheets.writing import Book, ColumnLook
from questionnaires.yaml_nodes import Written

# The parts of an entry by the first step of their column's path.
Values: TypeAlias = dict[str, Written]


def add_entries(book: Book, form: SheetForm, entries: Iterable[Values], *, right_to_left: bool = False) -> None:
    """Add a sheet with an entry on each row; `right_to_left` is about the column of translations."""
    looks = [look_of(column, right_to_left=right_to_left and column.path == ("text",)) for column in form.columns]
    book.add(form.name, looks, [[shown(column, entry) for column in form.columns] for entry in entries])


def look_of(column: Column, *, right_to_left: bool = False) -> ColumnLook:
    """Return how a column looks."""
    return ColumnLook(column.header, column.width, column.form.options, right_to_left)


def shown(column: Column, entry: Values) -> str | int | None:
    """Return what stands in the cell of a column, None when the entry has no such part."""
    value: Written = entry
    for step in column.path:
        value = value.get(step) if isinstance(value, dict) else None
    return None if value is None else column.form.show(value)
