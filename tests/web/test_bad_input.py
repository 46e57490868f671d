"""Whatever a browser, a person or an attacker sends: a clear page, and nothing that was saved before is lost."""

import pytest
from arrangements import OpenedRound
from installation import as_owner
from sqlmodel import select
from web.reading import Resident, Served
from web.running import Site

from ceo.storage.submissions import Draft, Submission
from ceo.storage.tenancy import tenant_reading
from ceo.web.held_keys import COOKIE

pytestmark = pytest.mark.anyio

NEXT = "Volgende vraag"


async def begun(site: Site, browser: Resident) -> OpenedRound:
    """A resident who has answered the first page with 'nee' and looks at the second."""
    opened = await site.round()
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    await browser.press("Begin met de eerste vraag")
    await browser.press(NEXT, {"GES01": ["nee"]})
    assert browser.place.endswith("/vraag/aanvragen")
    return opened


async def saved(site: Site, opened: OpenedRound, number: int = 0) -> tuple[dict[str, object], int] | None:
    """Return the values and the row version of a draft."""
    async with tenant_reading(site.database, opened.municipality) as session:
        draft = await session.get(Draft, opened.key(number).draft_id)
    return ({item: entry.get("value") for item, entry in draft.answers.items()}, draft.row_version) if draft else None


UNTOUCHED = ({"GES01": "nee"}, 1)


def assert_told(page: Served, message: str) -> None:
    """The summary names the error, its link leads to the field, and the title says that something is wrong."""
    assert page.title.startswith("Fout: ")
    [summary] = [href for href, words in page.links if message in words]
    assert summary.removeprefix("#") in page.ids
    assert message in page.text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("BCDF-GHJK-3467", "Met deze code kunnen wij de vragenlijst niet openen"),
        ("BCDF-GHJK", "Met deze code kunnen wij de vragenlijst niet openen"),
        ("'; DROP TABLE draft; --", "Met deze code kunnen wij de vragenlijst niet openen"),
        ("\x00" * 12, "Met deze code kunnen wij de vragenlijst niet openen"),
        ("9" * 100_000, "Met deze code kunnen wij de vragenlijst niet openen"),
        ("   ", "Vul de code in die op uw brief staat"),
        ("", "Vul de code in die op uw brief staat"),
    ],
)
async def test_a_code_that_leads_nowhere_is_asked_again_with_the_reason(
    site: Site, browser: Resident, typed: str, message: str
) -> None:
    opened = await site.round()
    await browser.open(f"/{opened.municipality}")
    page = await browser.press("Ga naar de vragenlijst", {"code": [typed]})
    assert browser.answer.status_code == 422
    assert_told(page, message)
    assert dict(browser.client.cookies) == {}


async def test_an_unknown_municipality_is_not_found(site: Site, browser: Resident) -> None:
    page = await browser.open("/GM9999")
    assert browser.answer.status_code == 404
    assert page.headings == ["Deze pagina bestaat niet"]


async def test_a_page_that_does_not_exist_stands_in_the_house_of_the_municipality(
    site: Site, browser: Resident
) -> None:
    opened = await site.round()
    house = f"Gemeente {site.installation.municipalities[opened.municipality].name}"
    page = await browser.open(f"/{opened.municipality}/bestaat/niet")
    assert browser.answer.status_code == 404
    assert page.title == f"Deze pagina bestaat niet – {house}"
    assert house in page.text


async def test_a_round_that_is_closed_says_until_when_it_was_open(site: Site, browser: Resident) -> None:
    opened = await site.round(opens=-30, closes=-1)
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert browser.answer.status_code == 410
    assert page.headings == ["De vragenlijst is gesloten"]
    assert dict(browser.client.cookies) == {}


async def test_a_round_that_is_not_open_yet_says_from_when(site: Site, browser: Resident) -> None:
    opened = await site.round(opens=1)
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert browser.answer.status_code == 403
    assert page.headings == ["De vragenlijst is nog niet open"]
    assert "Uw code werkt dan" in page.text


async def test_a_round_that_closes_while_somebody_fills_in_takes_no_answer_and_says_so(
    site: Site, browser: Resident
) -> None:
    opened = await begun(site, browser)
    async with as_owner(site.database) as connection:
        await connection.exec_driver_sql(
            f"UPDATE round SET opens_on = '2020-01-01', closes_on = '2020-01-02' WHERE id = {opened.round_id}"
        )
    page = await browser.press(NEXT, {"TOE01": ["eens"]})
    assert browser.answer.status_code == 410
    assert "tot en met 2 januari 2020" in page.text
    assert await saved(site, opened) == UNTOUCHED
    for place in ("welkom", "verder", "stoppen", "controle", "vraag/aanvragen"):
        page = await browser.open(f"/{opened.municipality}/{place}")
        assert page.headings == ["De vragenlijst is gesloten"], place


async def test_a_code_that_was_used_says_that_the_answers_are_there(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    while "/vraag/" in browser.place:
        await browser.press("Vraag overslaan")
    await browser.press("Verstuur mijn antwoorden")
    page = await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    assert browser.answer.status_code == 200
    assert page.headings == ["U heeft de vragenlijst al ingevuld"]
    assert COOKIE not in dict(browser.client.cookies)


async def test_a_form_beyond_the_limit_is_refused_and_the_earlier_answers_are_still_there(
    site: Site, browser: Resident
) -> None:
    opened = await begun(site, browser)
    page = await browser.post(f"/{opened.municipality}/vraag/aanvragen", [("TOE01", "x" * 300_000)])
    assert browser.answer.status_code == 413
    assert "Wat u eerder invulde, is bewaard" in page.text
    assert await saved(site, opened) == UNTOUCHED


async def test_a_story_of_the_longest_length_fits_in_any_script(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    while browser.page.form.asked != {"VER01"}:
        await browser.press("Vraag overslaan")
    assert "3.000 tekens" in browser.page.text
    await browser.press(NEXT, {"VER01": ["😀" * 3000]})
    assert browser.place.endswith("/toestemming/VER01")
    found = await saved(site, opened)
    assert found is not None
    assert found[0]["VER01"] == "😀" * 3000


async def test_a_story_that_is_too_long_is_shown_again_with_how_much_is_too_much(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    while browser.page.form.asked != {"VER01"}:
        await browser.press("Vraag overslaan")
    before = await saved(site, opened)
    told = "woord " * 2000
    page = await browser.press(NEXT, {"VER01": [told]})
    assert browser.answer.status_code == 422
    assert_told(page, "De tekst is te lang")
    assert ("VER01", told) in page.form.filled({}, NEXT)
    assert await saved(site, opened) == before


async def test_nothing_chosen_is_told_with_how_to_skip(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    page = await browser.press(NEXT)
    assert browser.answer.status_code == 422
    assert_told(page, "Vraag overslaan")
    assert await saved(site, opened) == UNTOUCHED


async def test_stopping_with_nothing_chosen_saves_nothing_and_is_no_error(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    await browser.press("Stop en ga later verder")
    assert browser.place.endswith("/stoppen")
    assert await saved(site, opened) == UNTOUCHED


@pytest.mark.parametrize("value", ["gehackt", "<script>alert(1)</script>", "ja", "\x00", "eens\x00", "é" * 500])
async def test_an_option_that_was_not_offered_is_refused(site: Site, browser: Resident, value: str) -> None:
    opened = await begun(site, browser)
    page = await browser.post(f"/{opened.municipality}/vraag/aanvragen", [("TOE01", value), ("versie", "1")])
    assert browser.answer.status_code == 422
    assert_told(page, "Dit antwoord kennen wij niet")
    assert [set(found) for tag, found in page.elements if tag == "script"] == [{"src", "defer"}], "only our own"
    assert await saved(site, opened) == UNTOUCHED


async def test_two_options_of_a_single_choice_are_refused(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    fields = [("TOE01", "eens"), ("TOE01", "oneens"), ("versie", "1")]
    page = await browser.post(f"/{opened.municipality}/vraag/aanvragen", fields)
    assert browser.answer.status_code == 422
    assert_told(page, "meer dan één antwoord")
    assert await saved(site, opened) == UNTOUCHED


@pytest.mark.parametrize("value", ["11", "-1", "zeven", "7,5", "9" * 5000, "٣٣٣"])
async def test_a_grade_that_cannot_be_is_refused(site: Site, browser: Resident, value: str) -> None:
    opened = await begun(site, browser)
    while browser.page.form.asked != {"LEV01"}:
        await browser.press("Vraag overslaan")
    before = await saved(site, opened)
    assert before is not None
    page = await browser.post(f"/{opened.municipality}/vraag/cijfer", [("LEV01", value), ("versie", str(before[1]))])
    assert browser.answer.status_code == 422
    assert page.title.startswith("Fout: ")
    assert await saved(site, opened) == before


@pytest.mark.parametrize("version", ["0", "2", "99999999999", "-1", "één", "²", "1e0", "", "\x00"])
async def test_a_version_that_is_not_the_newest_overwrites_nothing(site: Site, browser: Resident, version: str) -> None:
    opened = await begun(site, browser)
    page = await browser.post(f"/{opened.municipality}/vraag/aanvragen", [("TOE01", "eens"), ("versie", version)])
    assert browser.answer.status_code == 409
    assert page.headings[0] == "Dit antwoord is in een ander venster veranderd"
    assert await saved(site, opened) == UNTOUCHED


async def test_a_form_without_a_version_overwrites_nothing(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    await browser.post(f"/{opened.municipality}/vraag/aanvragen", [("TOE01", "eens")])
    assert browser.answer.status_code == 409
    assert await saved(site, opened) == UNTOUCHED


async def test_two_windows_never_overwrite_each_other_silently(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    window = browser.page.form
    await browser.press(NEXT, {"TOE01": ["eens"]})
    page = await browser.post(window.action, window.filled({"TOE01": ["oneens"]}, NEXT))
    assert browser.answer.status_code == 409
    assert [control.value for control in page.form.fields if control.kind == "radio" and control.on] == ["eens"]
    assert await saved(site, opened) == ({"GES01": "nee", "TOE01": "eens"}, 2)
    await browser.press(NEXT, {"TOE01": ["oneens"]})
    assert browser.place.endswith("/vraag/op-tijd")
    assert await saved(site, opened) == ({"GES01": "nee", "TOE01": "oneens"}, 3)


async def test_a_stale_page_that_is_not_asked_any_more_leads_on(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    await browser.press("Begin met de eerste vraag")
    await browser.press(NEXT, {"GES01": ["ja"]})
    await browser.press(NEXT, {"TOE01": ["eens"]})
    await browser.press(NEXT, {"TOE02": ["eens"]})
    window = browser.page.form
    await browser.open(f"/{opened.municipality}/vraag/gesprek")
    await browser.press(NEXT, {"GES01": ["nee"]})
    await browser.post(window.action, window.filled({"TOE03": ["oneens"]}, NEXT))
    assert browser.place.endswith("/vraag/afspraken")


async def test_an_answer_after_sending_says_that_the_answers_are_there(site: Site, browser: Resident) -> None:
    opened = await begun(site, browser)
    window, cookies = browser.page.form, dict(browser.client.cookies)
    while "/vraag/" in browser.place:
        await browser.press("Vraag overslaan")
    await browser.press("Verstuur mijn antwoorden")
    other = site.browser()
    other.client.cookies.update(cookies)
    page = await other.post(window.action, window.filled({"TOE01": ["eens"]}, NEXT))
    assert page.headings == ["U heeft de vragenlijst al ingevuld"]
    async with tenant_reading(site.database, opened.municipality) as session:
        [submission] = await session.exec(select(Submission))
    assert submission.answers["TOE01"] == {"version": 1, "missing": "skipped"}


@pytest.mark.parametrize("page_id", ["bestaat-niet", "geslacht", "%00", "..%2f..%2fetc", "gesprek%20", "é"])
async def test_a_page_that_is_unknown_or_too_far_leads_to_the_next_question(
    site: Site, browser: Resident, page_id: str
) -> None:
    opened = await begun(site, browser)
    await browser.open(f"/{opened.municipality}/vraag/{page_id}")
    assert browser.place.endswith("/vraag/aanvragen") or browser.answer.status_code == 404
    await browser.post(f"/{opened.municipality}/vraag/{page_id}", [("versie", "1"), ("GSL01", "vrouw")])
    assert browser.place.endswith("/vraag/aanvragen") or browser.answer.status_code == 404
    assert await saved(site, opened) == UNTOUCHED


KEPT_PLACES = ["welkom", "verder", "vraag/gesprek", "stoppen", "controle"]


@pytest.mark.parametrize("cookie", [None, "", "onzin", "g" * 64, "0" * 64, "0" * 63, "A" * 64, "é" * 64, "0" * 5000])
async def test_without_a_key_that_fits_every_page_leads_to_the_code(
    site: Site, browser: Resident, cookie: str | None
) -> None:
    opened = await site.round()
    headers = {"cookie": f"{COOKIE}={cookie}".encode()} if cookie is not None else {}
    for place in KEPT_PLACES:
        answer = await browser.client.get(f"/{opened.municipality}/{place}", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{opened.municipality}"), place
    for place, told in (("welkom", ""), ("vraag/gesprek", "/verlopen"), ("controle", "/verlopen")):
        answer = await browser.client.post(f"/{opened.municipality}/{place}", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/{opened.municipality}{told}"), place


async def test_somebody_who_has_not_begun_is_led_to_the_welcome(site: Site, browser: Resident) -> None:
    opened = await site.round()
    await browser.open(f"/{opened.municipality}/code/{opened.codes[0]}")
    for place in ("verder", "vraag/gesprek", "stoppen", "controle"):
        await browser.open(f"/{opened.municipality}/{place}")
        assert browser.place == f"/{opened.municipality}/welkom"


async def test_the_key_of_one_municipality_opens_nothing_in_another(site: Site, browser: Resident) -> None:
    opened, elsewhere = await begun(site, browser), await site.round()
    secret = opened.key().secret
    for place in KEPT_PLACES:
        answer = await browser.client.get(
            f"/{elsewhere.municipality}/{place}", headers={"cookie": f"{COOKIE}={secret}"}
        )
        assert answer.headers["location"] == f"/{elsewhere.municipality}", place
    assert await saved(site, opened) == UNTOUCHED


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"--x\r\nonzin"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="TOE01"; filename="a"\r\n\r\neens\r\n--x--\r\n',
        ),
        ("application/json", b'{"TOE01": "eens"}'),
        ("application/json", b"{"),
        ("text/plain", b"\xff\xfe"),
        ("application/x-www-form-urlencoded", b"TOE01=%ff%fe&versie=%80"),
        ("application/x-www-form-urlencoded", b"&&==%%%"),
        ("application/x-www-form-urlencoded", b"a=1&" * 20000),
        ("", b""),
    ],
)
async def test_a_form_that_cannot_be_read_is_the_senders_mistake(
    site: Site, browser: Resident, kind: str, content: bytes
) -> None:
    opened = await begun(site, browser)
    answer = await browser.client.post(
        f"/{opened.municipality}/vraag/aanvragen", content=content, headers={"content-type": kind}
    )
    assert answer.status_code in {400, 413, 422}
    assert Served(answer.text).headings
    assert await saved(site, opened) == UNTOUCHED


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND"])
async def test_a_method_that_no_page_uses_is_refused(site: Site, browser: Resident, method: str) -> None:
    opened = await begun(site, browser)
    answer = await browser.client.request(method, f"/{opened.municipality}/vraag/aanvragen")
    assert answer.status_code in {400, 405}
    assert Served(answer.text).headings
    assert await saved(site, opened) == UNTOUCHED
