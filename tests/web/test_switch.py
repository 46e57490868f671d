"""The switch: one line that names the language, opens without script, and belongs to the form of the question."""

import pytest
from web.reading import Resident, Served
from web.running import Site
from web.trial import trial
from web.walking import come_in

from ceo.web.languages import LANGUAGE_NAMES
from questionnaires.questionnaire import Questionnaire

pytestmark = pytest.mark.anyio


def everywhere() -> Questionnaire:
    """A questionnaire in every language that there is: the same words in each."""
    arabic = trial().translations["ar"]
    translations = {language: arabic for language in LANGUAGE_NAMES if language != "nl"}
    return trial().model_copy(update={"translations": translations, "id": "nl.proef.overal"})


def languages_of(page: Served) -> dict[str, str]:
    """Return the attributes of the element that holds the languages."""
    [found] = [attributes for tag, attributes in page.elements if tag == "details"]
    return found


async def test_on_a_question_the_languages_are_one_line_that_names_the_one_that_is_read(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(questionnaire=everywhere())
    page = await come_in(site, browser, opened)
    assert "open" not in languages_of(page)
    assert "Taal: Nederlands" in page.text
    page = await browser.press("Deutsch")
    assert "Deutsch" in page.text.partition("English")[0]
    assert "open" not in languages_of(page)


async def test_on_the_first_pages_the_languages_stand_open_for_who_cannot_read_that_line(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(questionnaire=everywhere())
    for address in ("", f"/code/{opened.codes[0]}"):
        page = await browser.open(f"/{opened.municipality}{address}")
        assert "open" in languages_of(page), browser.place


async def test_every_language_is_offered_once_and_the_one_that_is_read_is_no_button(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(questionnaire=everywhere())
    page = await come_in(site, browser, opened)
    offered = [words for form in page.all_forms for name, _, words in form.buttons if name == "taal"]
    assert offered == [name for name in LANGUAGE_NAMES.values() if name != "Nederlands"]
    assert [found["lang"] for _, found in page.elements if found.get("aria-current") == "true"] == ["nl"]


async def test_the_buttons_belong_to_the_form_of_the_question(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=everywhere())
    page = await come_in(site, browser, opened)
    buttons = [found for tag, found in page.elements if tag == "button" and found.get("name") in {"taal", "lezen"}]
    assert {found["form"] for found in buttons} == {"vragen"}


async def test_a_story_that_was_not_saved_is_still_there_after_a_change_of_register(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    await come_in(site, browser, opened)
    while browser.page.form.asked != {"VER01"}:
        await browser.press("Vraag overslaan")
    page = await browser.press("Makkelijk lezen", {"VER01": ["Een verhaal."]})
    assert [control.value for control in page.form.fields if control.name == "VER01"] == ["Een verhaal."]


async def test_without_other_languages_only_the_register_can_be_chosen(site: Site, browser: Resident) -> None:
    dutch = trial().model_copy(update={"translations": {}, "id": "nl.proef.nederlands"})
    opened = await site.round(questionnaire=dutch)
    page = await come_in(site, browser, opened)
    assert "details" not in {tag for tag, _ in page.elements}
    page = await browser.press("Makkelijk lezen")
    assert page.headings == ["Sprak u met het loket?"]
