"""Every kind of question: how it is asked, what is said about a mistake, and what is kept."""

import pytest
from arrangements import OpenedRound
from web.reading import Resident, Served
from web.running import Site
from web.trial import trial
from web.walking import come_in

from ceo.storage.submissions import Draft
from ceo.storage.tenancy import tenant_reading
from questionnaires.answers import Missing, answers_from_json
from questionnaires.questionnaire import Questionnaire

pytestmark = pytest.mark.anyio

NEXT, SKIP = "Volgende vraag", "Vraag overslaan"
FIELDS = ("PRD01-dag", "PRD01-maand", "PRD01-jaar")


async def asked(site: Site, browser: Resident, page: str, questionnaire: Questionnaire | None = None) -> OpenedRound:
    """A resident who has skipped every page before this one."""
    opened = await site.round(questionnaire=questionnaire or trial())
    await come_in(site, browser, opened)
    while not browser.place.endswith(f"/vraag/{page}"):
        await browser.press(browser.page.form.buttons[-2][2])
    return opened


async def given(site: Site, opened: OpenedRound) -> dict[str, object]:
    """Return what the draft holds: values, and reasons for having none."""
    async with tenant_reading(site.database, opened.municipality) as session:
        draft = await session.get_one(Draft, opened.key().draft_id)
    return {name: answer.value or answer.missing for name, answer in answers_from_json(draft.answers).items()}


def error_of(page: Served) -> str:
    """Return the one error of a page; its summary leads to the first control of the question."""
    assert page.title.startswith("Fout: ")
    [(address, words)] = [(href, words) for href, words in page.links if href.startswith("#PR")]
    assert address.removeprefix("#") in page.ids
    assert page.text.count(words) == 2, "above the question and beside it"
    return words


async def test_a_day_is_asked_in_three_fields_and_kept_as_a_day(site: Site, browser: Resident) -> None:
    await asked(site, browser, "begin")
    page = browser.page
    assert page.form.asked == set(FIELDS)
    labels = {attributes["for"] for tag, attributes in page.elements if tag == "label"}
    assert labels == {"PRD01-1", "PRD01-2", "PRD01-3"}
    assert "Dag Maand Jaar" in page.text
    await browser.press(NEXT, {"PRD01-dag": ["3"], "PRD01-maand": ["02"], "PRD01-jaar": ["2024"]})
    page = await browser.open(browser.page.link("Vorige vraag"))
    assert [control.value for control in page.form.fields if control.name in FIELDS] == ["3", "2", "2024"]
    while "/vraag/" in browser.place:
        await browser.press(NEXT if browser.place.endswith("begin") else SKIP)
    assert "3 februari 2024" in browser.page.text


@pytest.mark.parametrize(
    ("day", "error"),
    [
        (("30", "2", "2024"), "Deze datum bestaat niet. Vul de dag, de maand en het jaar in met cijfers."),
        (("3", "", ""), "Deze datum bestaat niet. Vul de dag, de maand en het jaar in met cijfers."),
        (("drie", "mei", "2024"), "Deze datum bestaat niet. Vul de dag, de maand en het jaar in met cijfers."),
        (("31", "12", "2019"), "Deze datum kan niet. Vul een datum in vanaf 1 januari 2020."),
        (("1", "1", "2027"), "Deze datum kan niet. Vul een datum in tot en met 31 december 2026."),
        (("", "", ""), "Vul een datum in. Of kies ‘Vraag overslaan’."),
    ],
)
async def test_a_day_that_cannot_be_is_asked_again_as_it_was_written(
    site: Site, browser: Resident, day: tuple[str, str, str], error: str
) -> None:
    opened = await asked(site, browser, "begin")
    page = await browser.press(NEXT, {field: [value] for field, value in zip(FIELDS, day, strict=True)})
    assert (browser.answer.status_code, error_of(page)) == (422, error)
    assert tuple(control.value for control in page.form.fields if control.name in FIELDS) == day
    assert "PRD01" not in await given(site, opened)


async def test_a_half_written_day_is_no_empty_page_to_stop_at(site: Site, browser: Resident) -> None:
    await asked(site, browser, "begin")
    page = await browser.press("Stop en ga later verder", {"PRD01-maand": ["5"]})
    assert error_of(page).startswith("Deze datum bestaat niet")
    await browser.open(browser.place)
    await browser.press("Stop en ga later verder")
    assert browser.place.endswith("/stoppen")


async def test_a_few_words_are_asked_on_one_line_and_kept_without_extra_spaces(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "woord")
    page = browser.page
    assert "textarea" not in {tag for tag, _ in page.elements}
    assert "Er is plaats voor 20 tekens." in page.text
    page = await browser.press(NEXT, {"PRE01": ["lang " * 10]})
    assert error_of(page) == "De tekst is te lang. Aantal tekens: 49. Er passen er hoogstens 20."
    await browser.press(NEXT, {"PRE01": ['  de  "bus" ']})
    assert (await given(site, opened))["PRE01"] == 'de "bus"'


async def test_words_that_are_left_empty_are_skipped(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "woord")
    await browser.press(NEXT)
    assert (await given(site, opened))["PRE01"] is Missing.SKIPPED


async def test_a_number_is_asked_with_its_unit_which_is_part_of_the_description(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "wachten")
    page = browser.page
    [described] = [found["aria-describedby"] for tag, found in page.elements if found.get("id") == "PRC01-1"]
    assert described == "PRC01-form"
    assert "weken" in page.text
    page = await browser.press(NEXT, {"PRC01": ["105"]})
    assert error_of(page) == "Dit getal kan niet. Vul een getal in van 0 tot en met 104."
    page = await browser.press(NEXT, {"PRC01": ["een paar"]})
    assert error_of(page) == "Vul een heel getal in van 0 tot en met 104. Gebruik alleen cijfers."
    page = await browser.press(NEXT, {"PRC01": [""]})
    assert error_of(page) == "Vul een getal in van 0 tot en met 104. Of kies ‘Vraag overslaan’."
    await browser.press(NEXT, {"PRC01": ["8"]})
    assert (await given(site, opened))["PRC01"] == 8
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    assert "8 weken" in browser.page.text


async def test_a_doubtful_answer_is_asked_about_once_and_then_taken(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "wachten")
    page = await browser.press(NEXT, {"PRC01": ["60"]})
    assert browser.answer.status_code == 422
    assert page.title.startswith("Klopt dit? Hoe lang wachtte u?")
    assert [words for href, words in page.links if href == "#PRC01-1"] == ["Wachtte u langer dan een jaar?"]
    [alert] = [found for _, found in page.elements if found.get("role") == "alert"]
    assert alert["class"] == "errors doubts"
    assert [control.value for control in page.form.fields if control.name == "PRC01"] == ["60"]
    assert not [found for _, found in page.elements if "aria-invalid" in found], "an unlikely answer is not wrong"
    assert "PRC01" not in await given(site, opened)
    await browser.press(NEXT)
    assert browser.place.endswith("/vraag/begin")
    assert (await given(site, opened))["PRC01"] == 60


async def test_another_doubtful_answer_after_the_question_is_taken_too(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "wachten")
    await browser.press(NEXT, {"PRC01": ["60"]})
    await browser.press(NEXT, {"PRC01": ["70"]})
    assert (await given(site, opened))["PRC01"] == 70


async def test_an_answer_that_was_doubted_can_still_be_skipped(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "wachten")
    await browser.press(NEXT, {"PRC01": ["60"]})
    await browser.press(SKIP)
    assert (await given(site, opened))["PRC01"] is Missing.SKIPPED


async def test_a_text_names_an_earlier_answer_or_what_stands_for_it(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "begin")
    assert browser.page.headings == ["Wanneer begon uw hulp?"]
    await browser.open(f"/{opened.municipality}/vraag/hulp")
    await browser.press(NEXT, {"PRB01": ["vervoer"]})
    page = await browser.open(f"/{opened.municipality}/vraag/begin")
    assert page.headings == ["Wanneer begon het vervoer?"]
    while "/vraag/" in browser.place:
        await browser.press(SKIP)
    assert "Wanneer begon het vervoer? Overgeslagen" in browser.page.text


async def test_the_title_of_a_page_stands_above_its_question(site: Site, browser: Resident) -> None:
    await asked(site, browser, "wachten")
    page = browser.page
    assert page.headings == ["Hoe lang wachtte u?"]
    assert "Vraag 3 van 7 Wachten op hulp" in page.text


async def test_more_questions_on_a_page_are_answered_together(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "samen", trial(together=True))
    page = browser.page
    assert page.headings == ["De hulp zelf", "Was er genoeg tijd?", "Welk cijfer geeft u?"]
    assert page.title.startswith("De hulp zelf – Pagina 6 van 6")
    assert page.form.asked == {"PRF01", "PRF02"}
    await browser.press("Volgende pagina", {"PRF01": ["ja"], "PRF02": ["8"]})
    assert browser.place.endswith("/controle")
    found = await given(site, opened)
    assert (found["PRF01"], found["PRF02"]) == ("ja", 8)


async def test_an_empty_question_on_a_page_with_more_is_told_and_the_rest_stays(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "samen", trial(together=True))
    page = await browser.press("Volgende pagina", {"PRF01": ["ja"]})
    assert error_of(page) == "Kies een antwoord. Of kies ‘Lege vragen overslaan’."
    await browser.press("Lege vragen overslaan")
    found = await given(site, opened)
    assert (found["PRF01"], found["PRF02"]) == ("ja", Missing.SKIPPED)


async def test_skipping_the_empty_questions_does_not_hide_a_mistake_in_another(site: Site, browser: Resident) -> None:
    opened = await asked(site, browser, "samen", trial(together=True))
    fields = [("PRF02", "zeven"), ("actie", "overslaan"), ("versie", "5")]
    page = await browser.post(f"/{opened.municipality}/vraag/samen", fields)
    assert (browser.answer.status_code, error_of(page)[:20]) == (422, "Vul een heel getal i")
    assert "PRF01" not in await given(site, opened)


async def test_a_page_with_more_questions_and_no_title_is_named_by_its_number(site: Site, browser: Resident) -> None:
    pages = tuple(page.model_copy(update={"title": None}) for page in trial(together=True).pages)
    nameless = trial(together=True).model_copy(update={"pages": pages, "id": "nl.proef.naamloos"})
    await asked(site, browser, "samen", nameless)
    page = browser.page
    assert page.headings[0] == "Pagina 6 van 6"
    assert page.title.startswith("Pagina 6 van 6 – Gemeente")


async def test_every_text_that_describes_a_question_is_there(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial(together=True))
    await come_in(site, browser, opened)
    while "/vraag/" in browser.place:
        for page in (browser.page, await browser.press(browser.page.form.buttons[-3][2])):
            described = " ".join(found.get("aria-describedby", "") for _, found in page.elements).split()
            assert set(described) <= set(page.ids)
            assert len([tag for tag, _ in page.elements if tag == "h1"]) == 1
            assert len(page.ids) == len(set(page.ids))
        await browser.press(browser.page.form.buttons[-2][2]) if "/vraag/" in browser.place else None
