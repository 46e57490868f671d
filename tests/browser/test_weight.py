"""What a page costs who pays for each byte: measured by the browser, cold, from the real server."""

from __future__ import annotations

from typing import Any

import pytest
from browser.staging import Client, In, Stage, Standing
from looking import NARROW, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_BYTES = 20_000
ASKED = {"Document", "Stylesheet", "Script"}


@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("place", ["vraag/aanvragen", "vraag/verhaal", "toestemming/VER01"])
def test_a_cold_page_is_at_most_20_kb_in_three_requests(
    place: str, language: str, stage: Stage, open_page: OpenPage
) -> None:
    page = open_page(NARROW, script=True)
    stage.hand_over(letter := stage.bring(Client(In.ANONYMOUS, Standing.TOLD), language), page)
    asked: dict[str, str] = {}
    received: dict[str, float] = {}
    listening = page.context.new_cdp_session(page)
    listening.send("Network.enable")

    def note_request(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            asked[event["requestId"]] = event["type"]

    def note_size(event: dict[str, Any]) -> None:
        received[event["requestId"]] = event["encodedDataLength"]

    listening.on("Network.requestWillBeSent", note_request)
    listening.on("Network.loadingFinished", note_size)
    page.goto(f"{stage.demonstration.address}/{letter.key.municipality}/{place}")
    page.wait_for_load_state("networkidle")

    assert len(asked) <= len(ASKED)
    assert set(asked.values()) <= ASKED
    sizes = {asked[one]: received[one] for one in asked}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
