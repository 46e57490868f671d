"""Going through the survey sheet: groups, conditions and notes come together into pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from questionnaires.exchange.xlsform.conditions import NotSayable, read_condition
from questionnaires.exchange.xlsform.form import Form, FormRow
from questionnaires.exchange.xlsform.languages import Languages
from questionnaires.exchange.xlsform.questions import Questions
from questionnaires.exchange.xlsform.row_kinds import RowKind, is_yes, kind_of
from questionnaires.exchange.xlsform.trees import Tree, WhenUnknown, fits, join, write_condition
from questionnaires.yaml_nodes import Written

_REPEAT: Final = "Een herhaling is er hier niet: elke vraag staat er één keer."
_NEVER: Final = "Dit wordt nooit getoond."
_OFF: Final = "Deze rij staat uit."
_ASKED_OF_ALL: Final = "De voorwaarde is weggelaten: nu komt dit ook bij anderen."
_NOTE: Final = "Tekst zonder vraag is er hier niet, en er volgt geen vraag waar dit de uitleg van is."
_RELEVANT: Final = ("bind", "relevant")
_APPEARANCE: Final = ("control", "appearance")
_TOGETHER: Final = frozenset({"field-list", "table-list"})  # all of a group on one screen


@dataclass(frozen=True, slots=True)
class Group:
    """A group that is open: its condition, its titles by language, whether it is one page, and why it is not held."""

    name: str = ""
    condition: Tree | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    together: bool = False
    why_not: str = ""


@dataclass(slots=True)
class HeldPage:
    """A page: its items, and what a next question must share to stand on it too. `group` is one that is one page."""

    name: str
    items: list[str]
    condition: tuple[Written, WhenUnknown] | None
    titles: Mapping[str, str]
    group: Group | None

    def takes(self, other: HeldPage) -> bool:
        """Return whether another page can be one with this page."""
        same = (self.condition, self.titles) == (other.condition, other.titles)
        return same and self.group is not None and self.group is other.group


@dataclass(slots=True)
class Walk:
    """The pages so far, the groups that are open, and the notes that wait for a question."""

    form: Form
    languages: Languages
    questions: Questions
    pages: list[HeldPage] = field(default_factory=list)
    _groups: list[Group] = field(default_factory=list)
    _notes: list[FormRow] = field(default_factory=list)

    def through(self) -> list[HeldPage]:
        """Go through all rows and return the pages."""
        for row in self.form.survey:
            self._step(row, kind_of(row.value("type")))
        self._lose_notes()
        return self.pages

    def _step(self, row: FormRow, kind: RowKind) -> None:
        why_not = next((group.why_not for group in self._groups if group.why_not), "")
        if kind.kind == "begin":
            self._lose_notes()
            self._groups.append(Group(why_not=why_not) if why_not else self._begin(row, kind))
        elif kind.kind == "end":
            self._lose_notes()
            self._groups.pop()
            row.take("type")
            row.take("name")
        elif not why_not:
            self._inside(row, kind)
        if why_not:
            self.form.lose_row(row, why_not)

    def _inside(self, row: FormRow, kind: RowKind) -> None:
        if is_yes(row.value("disabled")):
            self.form.lose_row(row, _OFF)
        elif kind.kind == "note":
            self._notes.append(row)
        elif kind.kind == "other":
            self._lose_notes()
            self.form.lose_row(row, kind.why_not)
        else:
            self._question(row, kind)

    def _begin(self, row: FormRow, kind: RowKind) -> Group:
        condition = self._condition(row)
        if kind.detail != "group" or condition == "never":
            why_not = _NEVER if condition == "never" else _REPEAT
            self.form.lose_row(row, why_not)
            return Group(why_not=why_not)
        row.take("type")
        name = row.take("name")
        appearance = row.value(*_APPEARANCE).split()
        if appearance == ["field-list"]:
            row.take(*_APPEARANCE)
        titles = self.languages.texts(self.form, row, "label")
        return Group(name.value if name else "", condition, titles, not _TOGETHER.isdisjoint(appearance))

    def _condition(self, row: FormRow) -> Tree | Literal["never"] | None:
        """Return the condition of a question or group; one that cannot be held is put in the account and left out."""
        text = " ".join(row.value(*_RELEVANT).split())
        if text == "false()":
            return "never"
        cell = row.take(*_RELEVANT)
        if cell is None or text == "true()":
            return None
        found = read_condition(text, self.questions.asked)
        if isinstance(found, NotSayable):
            self.form.lose(cell, f"{found.why} {_ASKED_OF_ALL}")
            return None
        return found

    def _question(self, row: FormRow, kind: RowKind) -> None:
        start, name, relevant = row.cells["type",], row.value("name"), row.value(*_RELEVANT)
        # A note that others see than the question cannot be its help.
        notes = [note for note in self._notes if note.value(*_RELEVANT) == relevant]
        self._notes = [note for note in self._notes if note.value(*_RELEVANT) != relevant]
        self._lose_notes()
        condition = self._condition(row)
        asked = self.questions.hold(row, kind, notes) if condition != "never" else None
        if condition == "never" or asked is None:
            self.form.lose_row(row, _NEVER)
            self._notes = notes
            self._lose_notes()
            return
        tree = join(one for one in (*(group.condition for group in self._groups), condition) if one is not None)
        written = write_condition(tree) if tree is not None else None
        if written is not None and not fits(written[0]):
            self.form.lose(start, f"De voorwaarde is met die van de groep samen te groot. {_ASKED_OF_ALL}")
            written = None
        self._place(f"{asked.item}@1", name, written)

    def _place(self, item: str, name: str, condition: tuple[Written, WhenUnknown] | None) -> None:
        """Put an item on the last page when it belongs there, or on a page of its own."""
        group = next((one for one in self._groups if one.together), None)
        titles = next((one.titles for one in reversed(self._groups) if one.titles), {})
        page = HeldPage(group.name if group else name, [item], condition, titles, group)
        if self.pages and self.pages[-1].takes(page):
            self.pages[-1].items.append(item)
        else:
            self.pages.append(page)

    def _lose_notes(self) -> None:
        for note in self._notes:
            self.form.lose_row(note, _NOTE)
        self._notes = []
