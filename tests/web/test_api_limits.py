"""How much programs may ask: told with every answer, by address or by key, and refused with the time to wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from web.programs import START, problem, program_on
from web.running import Site

from ceo.workflows.api_allowances import Allowances, Limit

pytestmark = pytest.mark.anyio


@pytest.fixture
def limited(site: Site) -> Iterator[Site]:
    """A site on which three small things can be asked at once, and with a key five."""
    site.app.state.allowances = Allowances(Limit(3, 0.1), Limit(5, 0.1))
    yield site
    site.app.state.allowances = None


async def test_who_asks_too_much_is_told_how_long_to_wait_and_others_are_not(limited: Site) -> None:
    program = program_on(limited.app)
    for left in (2, 1, 0):
        answer = await program.get(START)
        assert answer.status_code == 200
        assert (answer.headers["ratelimit-limit"], answer.headers["ratelimit-remaining"]) == ("3", str(left))
    refused = await program.get(START)
    assert "Wacht" in problem(refused, 429)["detail"]
    assert 0 < int(refused.headers["retry-after"]) <= 10
    assert refused.headers["ratelimit-remaining"] == "0"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert problem(await program.get(f"{START}/nergens"), 404)
    assert (await program.client.options(START)).status_code == 204, "what can be asked is always told"
    assert (await program_on(limited.app).get(START)).status_code == 200


async def test_a_key_has_an_allowance_of_its_own(limited: Site) -> None:
    program = program_on(limited.app)
    keyed = await program.with_new_key(next(limited.unused))
    statuses = [(await keyed.get(START)).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert (await program.get(START)).status_code == 200


async def test_wrong_keys_count_for_the_address_they_come_from(limited: Site) -> None:
    program = program_on(limited.app)
    statuses = [(await program.get(START, authorization="Bearer x")).status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
