"""Who may do what: the whole table, written out here a second time and compared cell by cell, and the page that prints it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from ceo.storage.people import NATIONAL
from ceo.web.staff.people_words import FAULT_VALUES, FAULT_WORDS, RIGHT_MEANINGS, ROLE_MEANINGS, ROLE_NAMES
from ceo.workflows.rights import MUNICIPAL_ROLES, NATIONAL_ROLES, RIGHTS, Right, Role, Staff, roles_for
from ceo.workflows.staff.staff_rules import Fault

ROOT = Path(__file__).parents[2]
UTRECHT, AMSTERDAM = "GM0344", "GM0363"

# Changing a right is changing it here too, on purpose.
MATRIX = """
                        owner editor fieldworker analyst reader partner regional national-editor national-researcher
see-home                 x     x      x           x       x      x       x        x               x
see-questionnaires       x     x      x           x       x      .       x        .               .
edit-questionnaires      x     x      .           .       .      .       x        .               .
publish-questionnaires   x     x      .           .       .      .       x        .               .
see-rounds               x     x      x           x       x      .       x        .               .
run-rounds               x     .      x           .       .      .       x        .               .
see-fieldwork            x     .      x           x       .      .       x        .               .
run-fieldwork            x     .      x           .       .      .       x        .               .
see-results              x     x      x           x       x      .       x        .               .
see-cycle                x     x      x           x       x      .       x        .               .
edit-cycle               x     x      .           x       .      .       .        .               .
share-figures            x     .      .           .       .      .       .        .               .
see-together             x     x      x           x       x      .       x        x               x
take-part                x     x      .           x       .      .       .        .               .
see-own-activities       .     .      .           .       .      x       .        .               .
read-stories             x     .      .           x       .      .       .        .               .
call-back                x     .      x           .       .      .       .        .               .
edit-house-style         x     x      .           .       .      .       x        .               .
manage-people            x     .      .           .       .      .       .        x               .
see-audit                x     .      .           .       .      .       .        x               .
see-bank                 x     x      .           x       .      .       x        x               x
see-library              .     .      .           .       .      .       .        x               x
edit-library             .     .      .           .       .      .       .        x               .
review-verdicts          .     .      .           .       .      .       .        x               .
see-national-results     .     .      .           .       .      .       .        .               x
see-releases             x     x      x           x       x      .       x        x               x
sign-releases            x     .      .           .       .      .       .        .               .
propose-releases         x     .      .           .       .      .       .        x               .
manage-keys              x     .      .           .       .      .       .        x               .
hand-out-data            .     .      .           .       .      .       .        x               .
edit-agenda              .     .      .           .       .      .       .        x               .
"""
HEAD, *ROWS = [line.split() for line in MATRIX.strip().splitlines()]
CELLS = [(role, row[0], cell == "x") for row in ROWS for role, cell in zip(HEAD, row[1:], strict=True)]


def load_page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rights_page", ROOT / "docs" / "rights.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGE = load_page()


def somebody(role: Role, place: str) -> Staff:
    return Staff("1", "a@b.nl", "A", "nl", {place: frozenset({role})}, {})


def test_the_table_has_every_role_and_every_right() -> None:
    assert [role.value for role in Role] == HEAD
    assert [row[0] for row in ROWS] == [right.value for right in Right]


@pytest.mark.parametrize("role", Role)
def test_each_cell_of_the_table_is_what_a_role_may_in_its_place_and_nothing_elsewhere(role: Role) -> None:
    place = NATIONAL if role in NATIONAL_ROLES else UTRECHT
    staff = somebody(role, place)
    of_role = {right: has for its_role, right, has in CELLS if its_role == role}
    assert {right.value: staff.may(right, place) for right in Right} == of_role
    assert RIGHTS[role] == {right for right, has in of_role.items() if has}
    assert not any(staff.may(right, elsewhere) for right in Right for elsewhere in {AMSTERDAM, NATIONAL, ""} - {place})


def test_a_role_belongs_to_municipalities_or_to_the_country() -> None:
    assert roles_for(UTRECHT) | roles_for(NATIONAL) == set(Role)
    assert roles_for(UTRECHT) & roles_for(NATIONAL) == frozenset()
    assert (roles_for(UTRECHT), roles_for(NATIONAL)) == (MUNICIPAL_ROLES, NATIONAL_ROLES)


def test_several_roles_add_up() -> None:
    both = Staff("1", "a@b.nl", "A", "nl", {UTRECHT: frozenset({Role.PARTNER, Role.ANALYST})}, {})
    assert {right for right in Right if both.may(right, UTRECHT)} == RIGHTS[Role.PARTNER] | RIGHTS[Role.ANALYST]


@pytest.mark.parametrize("role", Role)
def test_who_can_do_more_than_read_has_a_second_factor(role: Role) -> None:
    must = somebody(role, UTRECHT).must_set_up_second_factor
    assert must == (role not in {Role.READER, Role.PARTNER})


def test_the_page_is_what_the_table_says() -> None:
    page = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    assert page == PAGE.write(), "run: python docs/rights.py"


def test_the_page_says_of_each_role_and_right_what_it_is() -> None:
    for sentences, things in ((PAGE.ROLES, Role), (PAGE.MEANINGS, Right)):
        assert list(sentences) == list(things)
        assert [one for one in sentences.values() if not one.endswith(".")] == []


def test_there_are_words_for_each_role_right_and_refusal() -> None:
    assert set(ROLE_NAMES) == set(ROLE_MEANINGS) == set(Role)
    assert set(RIGHT_MEANINGS) == set(Right)
    assert set(FAULT_WORDS) == set(Fault)
    assert [words for words in FAULT_WORDS.values() if "%(" in words % FAULT_VALUES] == []
