"""Reading in another language or register: the choice holds on every page, stays with the answers, and costs nobody an answer."""

import pytest
from arrangements import OpenedRound
from sqlmodel import select
from web.reading import Resident, Served
from web.running import Site
from web.trial import arabic, trial
from web.walking import come_in

from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from ceo.web.readers import COOKIE
from questionnaires.questionnaire import Translation
from questionnaires.texts import Status

pytestmark = pytest.mark.anyio

ARABIC, DUTCH = "العربية", "Nederlands"
NEXT_IN_ARABIC, BEGIN_IN_ARABIC = "السؤال التالي", "ابدأ بالسؤال الأول"
EASY_IN_ARABIC = "نص سهل القراءة"


async def draft_of(site: Site, opened: OpenedRound) -> Draft:
    async with tenant_reading(site.database, opened.municipality) as session:
        return await session.get_one(Draft, opened.key().draft_id)


def language_of(page: Served) -> tuple[str, str]:
    """Return the language and direction that a page says it has."""
    html = next(attributes for tag, attributes in page.elements if tag == "html")
    return html["lang"], html["dir"]


def offered(page: Served) -> list[str]:
    """Return the words on the buttons of the switch."""
    names = {"taal", "lezen"}
    return [words for form in page.all_forms for name, _, words in form.buttons if name in names]


async def test_a_resident_reads_and_answers_everything_in_arabic(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert language_of(page) == ("nl", "ltr")
    page = await browser.press(ARABIC)
    assert (browser.place, language_of(page)) == (f"/{opened.municipality}/welkom", ("ar", "rtl"))
    assert page.headings[0] == arabic("Proef met alle vragen")
    page = await browser.press(BEGIN_IN_ARABIC)
    assert page.headings == ["نص het loket [Had u een gesprek met ?]".replace("het loket", arabic("het loket"))]
    assert page.links[0][1] == "الانتقال إلى المحتوى"
    assert [href for href, _ in page.links if "/vraag/" in href] == [], "nothing lies before the first question"
    page = await browser.press(NEXT_IN_ARABIC)
    assert page.title.startswith("خطأ: ")
    assert "اختر إجابة. أو اختر «تخطّي السؤال»." in page.text
    while "/vraag/" in browser.place:
        page = await browser.press("تخطّي السؤال")
        assert language_of(page) == ("ar", "rtl")
    assert "تم التخطّي" in page.text
    page = await browser.press("إرسال إجاباتي")
    assert (page.headings[0], language_of(page)) == ("شكرًا لك", ("ar", "rtl"))
    async with tenant_reading(site.database, opened.municipality) as session:
        [submission] = await session.exec(select(Submission))
    assert (submission.language, submission.text_register, submission.mode) == ("ar", "standard", "web")


async def test_the_switch_stays_on_the_same_question_and_changes_nothing_else(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    await come_in(site, browser, opened)
    await browser.press("Volgende vraag", {"PRA01": ["ja"]})
    page = await browser.press(ARABIC)
    assert browser.place == f"/{opened.municipality}/vraag/hulp"
    assert browser.answers[-2].status_code == 303
    assert page.headings == [arabic("Welke hulp kreeg u?")]
    draft = await draft_of(site, opened)
    assert (draft.language, draft.row_version, list(draft.answers)) == ("ar", 1, ["PRA01"])
    page = await browser.press(DUTCH)
    assert page.headings == ["Welke hulp kreeg u?"]


async def test_what_was_filled_in_and_not_saved_yet_is_still_there_in_the_other_language(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(questionnaire=trial())
    await come_in(site, browser, opened)
    page = await browser.press(ARABIC, {"PRA01": ["nee"]})
    assert (browser.answer.status_code, language_of(page)) == (200, ("ar", "rtl"))
    assert [control.value for control in page.form.fields if control.kind == "radio" and control.on] == ["nee"]
    assert (await draft_of(site, opened)).answers == {}
    assert not page.title.startswith("خطأ")
    await browser.press(NEXT_IN_ARABIC)
    assert (await draft_of(site, opened)).answers["PRA01"]["value"] == "nee"


async def test_the_first_button_of_a_page_goes_on_because_enter_presses_it(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    page = await come_in(site, browser, opened)
    buttons = [attributes for tag, attributes in page.elements if tag == "button"]
    assert (buttons[0]["name"], buttons[0]["value"], buttons[0]["form"]) == ("actie", "verder", "vragen")
    assert {"taal", "lezen"} <= {button["name"] for button in buttons[1:]}


async def test_easy_texts_are_chosen_and_left_on_every_page(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    page = await come_in(site, browser, opened)
    assert page.headings == ["Had u een gesprek met het loket?"]
    page = await browser.press("Makkelijk lezen")
    assert page.headings == ["Sprak u met het loket?"]
    assert "Ook bellen." in page.text
    assert (await draft_of(site, opened)).text_register == "easy"
    page = await browser.press("Volgende vraag", {"PRA01": ["ja"]})
    assert page.headings == ["Welke hulp?"]
    page = await browser.press(ARABIC)
    assert page.headings == [arabic("Welke hulp?")]
    page = await browser.press("النص العادي")
    assert page.headings == [arabic("Welke hulp kreeg u?")]


async def test_a_version_without_easy_texts_or_translations_offers_none(site: Site, browser: Resident) -> None:
    plain = trial().model_copy(update={"registers": ("standard",), "translations": {}, "id": "nl.proef.kaal"})
    opened = await site.round(questionnaire=plain)
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert offered(page) == []
    assert "nav" not in {tag for tag, _ in page.elements}
    page = await browser.press("Begin met de eerste vraag")
    assert offered(page) == []


async def test_a_language_without_words_for_the_pages_is_not_offered(site: Site, browser: Resident) -> None:
    somali = {**trial().translations, "so": Translation(status=Status.DRAFT, texts={})}
    opened = await site.round(
        questionnaire=trial().model_copy(update={"translations": somali, "id": "nl.proef.somali"})
    )
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert offered(page) == [ARABIC, "Makkelijk lezen"]


async def test_each_language_stands_under_its_own_name_with_its_own_direction(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    page = await come_in(site, browser, opened)
    marked = [attributes for tag, attributes in page.elements if "lang" in attributes and tag in {"button", "span"}]
    assert [(found["lang"], found["dir"], found.get("aria-current", "")) for found in marked] == [
        ("nl", "ltr", "true"),
        ("ar", "rtl", ""),
    ]


@pytest.mark.parametrize("place", ["", "welkom", "stoppen", "controle"])
async def test_every_page_has_the_switch_and_comes_back_to_itself(site: Site, browser: Resident, place: str) -> None:
    opened = await site.round(questionnaire=trial())
    await come_in(site, browser, opened)
    while "/vraag/" in browser.place:
        await browser.press("Vraag overslaan")
    address = f"/{opened.municipality}/{place}".rstrip("/")
    await browser.open(address)
    page = await browser.press(ARABIC)
    assert (browser.place, language_of(page)) == (address, ("ar", "rtl"))


async def test_the_pages_around_the_questions_keep_the_language(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    await browser.open(f"/{opened.municipality}")
    await browser.press(ARABIC)
    for address in (f"/{opened.municipality}", "/", "/nergens/ook/niet", f"/{opened.municipality}/resultaten/geen"):
        assert language_of(await browser.open(address)) == ("ar", "rtl"), address
    closed = await site.round(questionnaire=trial(), opens=-30, closes=-1)
    page = await browser.open(f"/{closed.municipality}/code/{closed.codes[0]}")
    assert (page.headings, language_of(page)) == (["الاستبيان مغلق"], ("ar", "rtl"))


async def test_on_another_device_a_resident_reads_on_in_the_language_of_the_draft(
    site: Site, browser: Resident
) -> None:
    opened = await site.round(questionnaire=trial())
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    await browser.press(ARABIC)
    await browser.press(BEGIN_IN_ARABIC)
    await browser.press(EASY_IN_ARABIC)
    elsewhere = site.browser()
    page = await elsewhere.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert (page.headings[0], language_of(page)) == ("أهلًا بعودتك", ("ar", "rtl"))
    page = await elsewhere.press("متابعة")
    assert page.headings == [arabic("Sprak u met {loket}?").replace("{loket}", arabic("het loket"))]
    await elsewhere.client.aclose()


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("ar-SY,ar;q=0.9,en;q=0.5", "ar"),
        ("ar", "ar"),
        ("nl-NL,nl;q=0.9", "nl"),
        ("en-US,en;q=0.9", "nl"),  # many people who read Dutch have an English telephone
        ("en-US,en;q=0.9,ar;q=0.8", "ar"),
        ("en-US,en;q=0.9,nl;q=0.8,ar;q=0.7", "nl"),
        ("so,ar", "ar"),
        ("nl;q=0.3, AR-sy;q=0.7", "ar"),
        ("ar;q=0, nl;q=0.1", "nl"),
        ("ar;q=2, nl;q=0.1", "nl"),
        ("ar;level=1", "nl"),
        ("so;q=0.9,pl", "nl"),
        ("*", "nl"),
        (";;,,q=", "nl"),
        ("", "nl"),
    ],
)
async def test_without_a_choice_the_browser_decides_between_the_languages_that_are_offered(
    site: Site, browser: Resident, asked: str, language: str
) -> None:
    opened = await site.round(questionnaire=trial())
    answer = await browser.client.get(f"/{opened.municipality}", headers={"accept-language": asked})
    assert language_of(Served(answer.text))[0] == language


@pytest.mark.parametrize(
    ("kept", "language", "other"),
    [
        ("ar.easy", "ar", "النص العادي"),
        ("ar.onzin", "ar", EASY_IN_ARABIC),
        ("xx.easy", "nl", "Gewone tekst"),
        ("uk.standard", "nl", "Makkelijk lezen"),  # has words for pages, but not for these questions
        ("ar", "nl", "Makkelijk lezen"),
        ("", "nl", "Makkelijk lezen"),
        ("../../etc.easy.easy", "nl", "Makkelijk lezen"),
        ("é" * 500, "nl", "Makkelijk lezen"),
    ],
)
async def test_of_a_cookie_only_what_is_offered_counts(
    site: Site, browser: Resident, kept: str, language: str, other: str
) -> None:
    opened = await site.round(questionnaire=trial())
    headers = {"cookie": f"{COOKIE}={kept}".encode()}
    page = Served((await browser.client.get(f"/{opened.municipality}", headers=headers)).text)
    assert (language_of(page)[0], offered(page)[-1]) == (language, other)


@pytest.mark.parametrize(
    ("field", "value"), [("taal", "xx"), ("taal", "uk"), ("taal", "<script>"), ("lezen", "moeilijk"), ("lezen", "")]
)
async def test_a_choice_that_is_not_offered_changes_nothing(
    site: Site, browser: Resident, field: str, value: str
) -> None:
    opened = await site.round(questionnaire=trial())
    await come_in(site, browser, opened)
    for address in (f"/{opened.municipality}/weergave", f"/{opened.municipality}/vraag/gesprek"):
        await browser.post(address, [(field, value), ("terug", "verder")])
        draft = await draft_of(site, opened)
        assert (draft.language, draft.text_register, draft.answers) == ("nl", "standard", {})


@pytest.mark.parametrize(
    "back", ["//kwaad.example", "https://kwaad.example", "../..", "\\\\kwaad", "a/b", "\r\nset-cookie: x"]
)
async def test_a_choice_leads_nowhere_but_to_pages_of_the_municipality(
    site: Site, browser: Resident, back: str
) -> None:
    opened = await site.round(questionnaire=trial())
    answer = await browser.client.post(f"/{opened.municipality}/weergave", data={"taal": "ar", "terug": back})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{opened.municipality}")


async def test_a_choice_from_another_site_is_refused(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    await come_in(site, browser, opened)
    for address in ("weergave", "vraag/gesprek"):
        headers = {"origin": "https://kwaad.example"}
        await browser.post(f"/{opened.municipality}/{address}", [("taal", "ar")], headers=headers)
        assert browser.answer.status_code == 403
    assert (await draft_of(site, opened)).language == "nl"


async def test_the_choice_is_a_cookie_without_a_person_in_it(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    answer = await browser.client.post(f"/{opened.municipality}/weergave", data={"taal": "ar", "lezen": "easy"})
    name, *flags = answer.headers["set-cookie"].split("; ")
    assert (name, sorted(flags)) == (f"{COOKIE}=ar.easy", ["HttpOnly", "Path=/", "SameSite=lax"])


async def test_a_telephone_number_reads_from_left_to_right_on_an_arabic_page(site: Site, browser: Resident) -> None:
    opened = await site.round(questionnaire=trial())
    await browser.open(f"/{opened.municipality}")
    await browser.press(ARABIC)
    assert '<bdi dir="ltr">14\N{NO-BREAK SPACE}030</bdi>' in browser.answer.text
    await browser.press(DUTCH)
    assert "14\N{NO-BREAK SPACE}030" in browser.answer.text
    assert "<bdi" not in browser.answer.text
