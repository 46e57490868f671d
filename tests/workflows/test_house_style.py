import asyncio
from dataclasses import replace

import pytest
from arrangements import UTRECHT, ZWOLLE

from ceo.clock import now
from ceo.storage.database import Database
from ceo.storage.house_styles import HouseStyle
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.house.contact import Contact
from ceo.workflows.house.style import (
    NO_STYLE,
    Change,
    Style,
    StyleChangedError,
    changes,
    demonstration_style,
    find_faults,
    keep_style,
    newer_styles,
    previous_style,
    style_of,
)
from ceo.workflows.house.themes import Theme

pytestmark = pytest.mark.anyio

FOCUS = "--basis-focus-color"
PAGE = "--basis-color-default-bg-document"
PLUM = Style(Theme({FOCUS: "#3a0a3a"}), "data:image/svg+xml,%3Csvg viewBox='0 0 3 1'/%3E", Contact(phone="14 030"))
BLUE = Style(Theme({FOCUS: "#00003a"}))


async def test_a_municipality_that_chose_nothing_has_no_style_of_its_own(database: Database) -> None:
    assert await style_of(database, UTRECHT) == NO_STYLE
    assert await previous_style(database, UTRECHT) == NO_STYLE
    assert await newer_styles(database, {}) == {}


async def test_a_style_that_is_kept_comes_back_as_it_was(database: Database) -> None:
    kept = await keep_style(database, UTRECHT, PLUM, after=0, actor="ceo style", now=now())
    assert kept == replace(PLUM, number=1)
    assert await style_of(database, UTRECHT) == kept


async def test_the_style_of_one_municipality_is_nothing_to_another(database: Database) -> None:
    await keep_style(database, UTRECHT, PLUM, after=0, actor="ceo style", now=now())
    assert await style_of(database, ZWOLLE) == NO_STYLE


async def test_undoing_keeps_the_previous_version_anew_and_undoing_that_brings_it_back(database: Database) -> None:
    await keep_style(database, UTRECHT, PLUM, after=0, actor="ceo style", now=now())
    await keep_style(database, UTRECHT, BLUE, after=1, actor="ceo style", now=now())
    undone = await keep_style(
        database, UTRECHT, await previous_style(database, UTRECHT), after=2, actor="ceo style", now=now()
    )
    assert (undone.number, undone.theme) == (3, PLUM.theme)
    again = await keep_style(
        database, UTRECHT, await previous_style(database, UTRECHT), after=3, actor="ceo style", now=now()
    )
    assert (again.number, again.theme) == (4, BLUE.theme)


async def test_undoing_the_first_style_gives_the_look_of_who_chose_nothing(database: Database) -> None:
    await keep_style(database, UTRECHT, PLUM, after=0, actor="ceo style", now=now())
    undone = await keep_style(
        database, UTRECHT, await previous_style(database, UTRECHT), after=1, actor="ceo style", now=now()
    )
    assert replace(undone, number=0) == NO_STYLE


@pytest.mark.parametrize("after", [0, 2])
async def test_a_style_that_was_changed_in_between_is_not_written_over(database: Database, after: int) -> None:
    await keep_style(database, UTRECHT, PLUM, after=0, actor="ceo style", now=now())
    with pytest.raises(StyleChangedError):
        await keep_style(database, UTRECHT, BLUE, after=after, actor="ceo style", now=now())
    assert (await style_of(database, UTRECHT)).theme == PLUM.theme


async def test_of_two_who_change_a_style_at_the_same_time_one_is_told(database: Database) -> None:
    both = await asyncio.gather(
        *(keep_style(database, UTRECHT, style, after=0, actor="ceo style", now=now()) for style in (PLUM, BLUE)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in both) == ["Style", "StyleChangedError"]
    assert (await style_of(database, UTRECHT)).number == 1


async def test_only_styles_that_changed_are_read_again(database: Database) -> None:
    await keep_style(database, UTRECHT, PLUM, after=0, actor="ceo style", now=now())
    await keep_style(database, ZWOLLE, BLUE, after=0, actor="ceo style", now=now())
    assert {code: style.number for code, style in (await newer_styles(database, {})).items()} == {UTRECHT: 1, ZWOLLE: 1}
    assert list(await newer_styles(database, {UTRECHT: 1})) == [ZWOLLE]
    await keep_style(database, UTRECHT, BLUE, after=1, actor="ceo style", now=now())
    found = await newer_styles(database, {UTRECHT: 1, ZWOLLE: 1})
    assert {code: (style.number, style.theme) for code, style in found.items()} == {UTRECHT: (2, BLUE.theme)}


async def test_a_row_that_could_harm_pages_is_read_without_its_harm(database: Database) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(
            HouseStyle(
                municipality=UTRECHT,
                number=1,
                tokens={FOCUS: "red; } body { display: none", "--basis-oud": "#fff"},
                logo='data:image/png;base64,"); }',
                contact={"phone": "14 030", "website": "javascript:alert(1)"},
            )
        )
    assert await style_of(database, UTRECHT) == Style(contact=Contact(phone="14 030"), number=1)


async def test_a_row_that_nobody_could_read_gives_the_usual_colours(database: Database) -> None:
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(HouseStyle(municipality=UTRECHT, number=1, tokens={PAGE: "#111111"}, contact={}))
    assert (await style_of(database, UTRECHT)).theme == Theme()


def test_a_theme_that_people_could_not_read_is_told_with_a_colour_that_would_do() -> None:
    [fault] = find_faults(Theme({FOCUS: "#aaaaaa", "--basis-focus-background-color": "#000000"}), "thema.css")
    assert fault.place == FOCUS
    assert fault.cause == "Rand om waar u bent (focus): het contrast is 2,32, en minstens 3,00 is nodig."
    assert fault.cure == "Kies bijvoorbeeld #949494."


def test_a_contrast_that_is_just_too_little_does_not_read_as_enough() -> None:
    [fault] = find_faults(Theme({"--basis-color-default-color-subtle": "#777777"}), "thema.css")
    assert "4,47, en minstens 4,50" in fault.cause


def test_a_dark_scheme_is_refused() -> None:
    codes = {
        fault.code
        for fault in find_faults(Theme({PAGE: "#000000", "--basis-color-default-color-document": "#ffffff"}), "t.css")
    }
    assert "T08" in codes


def test_what_changes_is_told_line_by_line() -> None:
    assert changes(PLUM, PLUM) == []
    assert changes(PLUM, replace(PLUM, theme=BLUE.theme, contact=Contact(email="a@b.example"))) == [
        Change(FOCUS, "#3a0a3a", "#00003a"),
        Change("email", "", "a@b.example"),
        Change("phone", "14 030", ""),
    ]


def test_another_logo_of_the_same_length_is_a_change() -> None:
    [change] = changes(PLUM, replace(PLUM, logo=PLUM.logo.replace("3 1", "2 1")))
    assert change.what == "logo"
    assert change.before != change.after


def test_the_demonstration_has_a_style_without_faults() -> None:
    style = demonstration_style()
    assert find_faults(style.theme, "") == []
    assert style.logo
    assert None not in style.contact.model_dump().values()
    assert changes(NO_STYLE, style)
