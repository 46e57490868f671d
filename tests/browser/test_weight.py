"""What a page costs who pays for each byte: measured by the browser, cold, from the real server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from browser.staging import LANGUAGES, Client, In, Stage, Standing
from looking import NARROW, OpenPage
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_BYTES = 20_000
ASKED = {"Document", "Stylesheet", "Script"}
PLACES: Final = ("vraag/aanvragen", "vraag/verhaal", "toestemming/VER01")


@dataclass
class Load:
    """What a page asks of the network: kinds of files, and bytes, by request."""

    page: Page
    asked: dict[str, str] = field(default_factory=dict)
    received: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        listening = self.page.context.new_cdp_session(self.page)
        listening.send("Network.enable")
        listening.on("Network.requestWillBeSent", self._note_request)
        listening.on("Network.loadingFinished", self._note_size)

    def _note_request(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.asked[event["requestId"]] = event["type"]

    def _note_size(self, event: dict[str, Any]) -> None:
        self.received[event["requestId"]] = event["encodedDataLength"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cold_page_is_at_most_20_kb_in_three_requests(language: str, stage: Stage, open_page: OpenPage) -> None:
    loads = {}
    for place in PLACES:
        page = open_page(NARROW, script=True)
        stage.hand_over(letter := stage.bring(Client(In.ANONYMOUS, Standing.TOLD), language), page)
        loads[place] = Load(page)
        page.goto(f"{stage.demonstration.address}/{letter.key.municipality}/{place}")
    for place, load in loads.items():  # all are open before the wait, which is then one
        load.page.wait_for_load_state("networkidle")
        assert len(load.asked) <= len(ASKED), place
        assert set(load.asked.values()) <= ASKED, place
        sizes = {load.asked[one]: load.received[one] for one in load.asked}
        assert sum(sizes.values()) <= MOST_BYTES, (place, sizes)
