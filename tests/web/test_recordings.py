"""Recorded questions: a player where there is a file, and files that only their fingerprint leads to."""

from __future__ import annotations

import hashlib

import pytest
from web.reading import Resident, Served
from web.running import Site
from web.trial import trial
from web.walking import come_in

from ceo.web.resident.recordings import find_recordings
from questionnaires.questionnaire import Questionnaire

pytestmark = pytest.mark.anyio

SOUND = bytes(range(200))
FINGERPRINT = hashlib.sha256(SOUND).hexdigest()[:16]


def spoken(name: str) -> Questionnaire:
    """A questionnaire of its own name whose first question has a recording."""
    first, *others = trial().items
    with_audio = first.model_copy(update={"text": first.text.model_copy(update={"audio": "gesprek"})})
    return trial().model_copy(update={"items": (with_audio, *others), "id": name})


def lay_down(site: Site, place: str, sound: bytes = SOUND) -> None:
    """Put a file among the recordings of an installation, and start over as after a restart."""
    file = site.settings.data_folder / "recordings" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(sound)
    find_recordings.cache_clear()


async def first_question(site: Site, browser: Resident, name: str) -> Served:
    return await come_in(site, browser, await site.round(questionnaire=spoken(name)))


def players(page: Served) -> list[dict[str, str]]:
    return [found for tag, found in page.elements if tag == "audio"]


async def test_a_recorded_question_has_a_player_that_says_what_it_plays(site: Site, browser: Resident) -> None:
    lay_down(site, "nl.proef.gesproken/nl/standard/gesprek.mp3")
    page = await first_question(site, browser, "nl.proef.gesproken")
    [player] = players(page)
    assert (player["src"], player["preload"]) == (f"/recordings/{FINGERPRINT}.mp3", "none")
    assert {"controls", "src", "preload", "aria-labelledby"} == set(player), "it never starts by itself"
    assert player["aria-labelledby"] in page.ids
    assert "Luister naar deze vraag" in page.text


async def test_a_question_without_a_file_has_no_player(site: Site, browser: Resident) -> None:
    lay_down(site, "nl.proef.makkelijk/nl/easy/gesprek.mp3")
    lay_down(site, "nl.proef.makkelijk/nl/standard/iets-anders.mp3")
    lay_down(site, "nl.proef.makkelijk/nl/standard/gesprek.wav")
    assert players(await first_question(site, browser, "nl.proef.makkelijk")) == []
    page = await browser.press("Makkelijk lezen")
    assert len(players(page)) == 1
    page = await browser.press("العربية")
    assert players(page) == []


async def test_an_installation_without_recordings_of_a_questionnaire_shows_none(site: Site, browser: Resident) -> None:
    assert players(await first_question(site, browser, "nl.proef.stil")) == []


async def test_of_two_formats_the_one_that_plays_everywhere_goes_first(site: Site, browser: Resident) -> None:
    for suffix in (".ogg", ".mp3"):
        lay_down(site, f"nl.proef.dubbel/nl/standard/gesprek{suffix}")
    [player] = players(await first_question(site, browser, "nl.proef.dubbel"))
    assert player["src"].endswith(".mp3")


@pytest.mark.parametrize(("suffix", "media_type"), [(".mp3", "audio/mpeg"), (".ogg", "audio/ogg")])
async def test_a_recording_is_sent_whole_as_what_it_is_and_may_be_kept(
    site: Site, browser: Resident, suffix: str, media_type: str
) -> None:
    lay_down(site, f"nl.proef.heel/nl/standard/gesprek{suffix}")
    answer = await browser.client.get(f"/recordings/{FINGERPRINT}{suffix}")
    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer.headers["content-type"] == media_type
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-1", 206, SOUND[:2], "bytes 0-1/200"),
        ("bytes=190-", 206, SOUND[190:], "bytes 190-199/200"),
        ("bytes=-5", 206, SOUND[195:], "bytes 195-199/200"),
        ("bytes=150-900", 206, SOUND[150:], "bytes 150-199/200"),
        ("bytes=200-", 416, b"", "bytes */200"),
        ("bytes=-0", 416, b"", "bytes */200"),
        ("bytes=9-3", 416, b"", "bytes */200"),
        ("bytes=-", 200, SOUND, None),
        ("bytes=0-1,5-6", 200, SOUND, None),
        ("bytes=" + "9" * 5000 + "-", 200, SOUND, None),
        ("regels=1-2", 200, SOUND, None),
    ],
)
async def test_a_telephone_that_asks_for_a_part_gets_that_part(
    site: Site, browser: Resident, asked: str, status: int, content: bytes, told: str | None
) -> None:
    lay_down(site, "nl.proef.deel/nl/standard/gesprek.mp3")
    answer = await browser.client.get(f"/recordings/{FINGERPRINT}.mp3", headers={"range": asked})
    assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, content, told)


async def test_only_what_was_found_can_be_asked_for(site: Site, browser: Resident) -> None:
    lay_down(site, "nl.proef.dicht/nl/standard/gesprek.mp3")
    lay_down(site, "nl.proef.dicht/nl/standard/geheim.txt", b"geheim")
    lay_down(site, "../geheim.mp3", b"geheim")
    secret = hashlib.sha256(b"geheim").hexdigest()[:16]
    for name in ("gesprek.mp3", f"{secret}.txt", f"{secret}.mp3", "..%2Fgeheim.mp3", "%00", "x" * 3000, FINGERPRINT):
        answer = await browser.client.get(f"/recordings/{name}")
        assert (answer.status_code, b"geheim" in answer.content) == (404, False), name
