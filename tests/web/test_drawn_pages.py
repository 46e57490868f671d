import pytest
from web.reading import Resident
from web.running import Site
from web.walking import come_in

from ceo.storage.rounds import Round
from ceo.web import drawn_pages, pages
from ceo.web.drawn_pages import DrawnPages

pytestmark = pytest.mark.anyio


def test_a_page_with_the_same_values_is_drawn_once_and_any_other_value_draws_another_page() -> None:
    pages, drawn = DrawnPages(), iter(range(100))
    its_round = Round(title="Meting")

    def find(whose: str, **values: object) -> str:
        return pages.find(whose, values, lambda: str(next(drawn)))

    assert [find("nl", number=1, round=its_round) for _ in range(3)] == ["0", "0", "0"]
    assert find("ar", number=1, round=its_round) == "1"
    assert find("nl", number=2, round=its_round) == "2"
    assert find("nl", number=1, round=Round(title="Meting")) == "3"
    assert find("nl", number=1, round=its_round) == "0"


def test_no_more_pages_are_kept_than_memory_has_place_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_pages, "_MOST", 2)
    pages = DrawnPages()
    for number in range(10):
        assert pages.find("nl", {"number": number}, lambda number=number: str(number)) == str(number)
    assert len(pages._pages) <= 2


async def test_a_question_is_drawn_once_for_all_who_see_it_first_and_a_page_with_answers_is_not_kept(
    site: Site, browser: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, neighbour = await site.round(), site.browser()
    fresh = DrawnPages()
    monkeypatch.setattr(pages, "_DRAWN", fresh)
    await come_in(site, browser, opened, 0)
    first = browser.answer.text
    kept = len(fresh._pages)
    await come_in(site, neighbour, opened, 1)
    owners = [opened.key(number).page_owner for number in (0, 1)]
    assert first.count(owners[0]) == 1
    assert neighbour.answer.text == first.replace(*owners)
    assert len(fresh._pages) == kept
    await browser.press("Volgende vraag", {"GES01": ["nee"]})
    kept = len(fresh._pages)
    await browser.open(f"/{opened.municipality}/vraag/gesprek")
    assert "checked" in browser.answer.text
    assert len(fresh._pages) == kept
    assert not [page for page, _ in fresh._pages.values() if "checked" in page]
    await neighbour.client.aclose()
