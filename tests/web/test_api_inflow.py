"""Other systems send people in with a key: what they are told, and what they are not."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import httpx
import pytest
from frames_made import clients_of, person_with, round_to_draw_for, stand_in_frame
from sqlmodel import col, select
from web.running import Site

from ceo.clock import dutch_day, now
from ceo.storage.clients import Client, ClientStatus, Sample, SamplingFrame
from ceo.storage.rounds import Round, RoundDesign, RoundStage
from ceo.storage.tenancy import tenant_transaction
from ceo.workflows.answering.guessing import source_of, take_turn
from ceo.workflows.frames.composition import preview
from ceo.workflows.frames.inflow_keys import PREFIX, make_key, withdraw_key
from ceo.workflows.rounds.design import Design, Moment

pytestmark = pytest.mark.anyio

PATH = "/api/v1/instroom"
ANNA = {"clientnummer": "A1", "wet": "wmo", "product": "Hulp", "naam": "Anna Geheim", "email": "anna@geheim.nl"}


async def receiving(site: Site) -> tuple[str, int, str, str]:
    """A round into which people can be sent: its municipality and id, and a key with its id."""
    code = next(site.unused)
    round_id = await round_to_draw_for(site.database, municipality=code, closes_on=dutch_day() + timedelta(days=30))
    people = {f"hulp {number}": person_with("Hulp") for number in range(12)}
    digest = await stand_in_frame(site.database, round_id, people, municipality=code)
    design = {"design": {"stratify_by": "product"}, "strata": {"Hulp": [12, 12, 0]}, "until": {}, "before": {}}
    async with tenant_transaction(site.database, code) as session:
        frame = await session.get_one(SamplingFrame, round_id)
        for client in await session.exec(select(Client).where(col(Client.round_id) == round_id)):
            client.stratum, client.status = "Hulp", ClientStatus.DRAWN.value
        frame.summary = {**preview(()).document(), "lines": 12, "left_out": {}}
        document = Design(moment=Moment.CONTINUOUS).model_dump(mode="json")
        session.add(RoundDesign(municipality=code, round_id=round_id, document=document))
        session.add(
            Sample(
                municipality=code, round_id=round_id, seed="1", frame_digest=digest, design=design,
                drawn_by="u1", drawn_at=now(),
            )
        )  # fmt: skip
    today = dutch_day()
    made = await make_key(
        site.database, code, round_id, label="Proef", expires_on=today, actor="u1", today=today, now=now()
    )
    return code, round_id, made.key, made.id


async def send(site: Site, key: str, *persons: Any, content: bytes | None = None, **headers: str) -> httpx.Response:
    """Send people in, as a program does: without cookies."""
    given = {"authorization": f"Bearer {key}", "content-type": "application/json", **headers}
    body = json.dumps({"mensen": persons}).encode() if content is None else content
    return await site.browser().client.post(PATH, content=body, headers=given)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The document of a refusal."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    return document


async def test_people_are_sent_in_once_and_the_answer_does_not_tell_who_is_drawn(site: Site) -> None:
    code, round_id, key, _ = await receiving(site)
    answer = await send(site, key, ANNA, ANNA, {"clientnummer": 77, "wet": "wmo", "toegekend": False})
    assert (answer.status_code, answer.json()) == (202, {"ontvangen": 2, "nieuw": 2, "al_bekend": 0})
    assert "set-cookie" not in answer.headers
    assert (await send(site, key, ANNA)).json() == {"ontvangen": 1, "nieuw": 0, "al_bekend": 1}
    assert len(await clients_of(site.database, round_id, municipality=code)) == 14


async def test_all_faults_are_told_at_once_and_nothing_that_was_sent_is_repeated(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    code, round_id, key, _ = await receiving(site)
    wrong = {**ANNA, "clientnummer": "", "geboortedatum": "Geheim", "Geheim": "x"}
    with caplog.at_level(logging.DEBUG):
        answer = await send(site, key, ANNA, wrong, {"clientnummer": "A2", "wet": "Geheim"})
    faults = problem(answer, 422)["fouten"]
    assert [(one["persoon"], one["veld"], one["code"]) for one in faults] == [
        (1, "", "unknown-field"),
        (2, "wet", "unknown-act"),
    ]
    assert all(one["wat"].endswith(".") for one in faults)
    assert "eheim" not in answer.text + caplog.text
    assert key not in caplog.text
    assert len(await clients_of(site.database, round_id, municipality=code)) == 12


async def test_a_wrong_key_is_refused_and_whoever_tries_many_is_stopped(site: Site) -> None:
    code, round_id, key, key_id = await receiving(site)
    for wrong in ("", "x", key[:-1], PREFIX + "A" * 43):
        document = problem(await send(site, wrong, ANNA), 401)
        assert "Bearer" in document["detail"]
    assert problem(await send(site, "", ANNA, authorization="Basic abc"), 401)
    await withdraw_key(site.database, code, round_id, key_id, actor="u1", now=now())
    answer = await send(site, key, ANNA)
    assert problem(answer, 401)
    assert answer.headers["www-authenticate"] == 'Bearer realm="instroom"'
    moment = now()
    source = source_of(site.settings.secret_key, "inflow 203.0.113.9", day=moment.date())
    while await take_turn(site.database, source, now=moment) is not None:
        pass
    client = site.browser("203.0.113.9").client
    stopped = await client.post(PATH, headers={"authorization": f"Bearer {PREFIX}{'B' * 43}"})
    assert problem(stopped, 429)
    assert int(stopped.headers["retry-after"]) > 0


async def test_what_is_no_message_is_refused_with_the_cause(site: Site) -> None:
    code, round_id, key, _ = await receiving(site)
    problem(await send(site, key, content=b"{"), 400)
    problem(await send(site, key, content=b"[" * 100_000), 400)
    problem(await send(site, key, content=b"\xff"), 400)
    problem(await send(site, key, content=b" " * 1_000_001), 413)
    problem(await send(site, key, content=b"a=1", **{"content-type": "application/x-www-form-urlencoded"}), 415)
    problem(await send(site, key, ANNA, origin="https://elders.nl"), 403)
    [fault] = problem(await send(site, key, content=b"[]"), 422)["fouten"]
    assert (fault["code"], "persoon" in fault) == ("not-a-list", False)
    async with tenant_transaction(site.database, code) as session:
        (await session.get_one(Round, round_id)).stage = RoundStage.CLOSED.value
    assert problem(await send(site, key, ANNA), 409)["title"] == "Het veldwerk van deze meting loopt niet."


async def test_other_methods_are_refused_with_what_can_be_done(site: Site) -> None:
    client = site.browser().client
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await client.request(method, PATH)
        assert problem(answer, 405)
        assert answer.headers["allow"] == "POST, OPTIONS"
    answer = await client.options(PATH)
    assert (answer.status_code, set(answer.headers["allow"].split(", ")), answer.content) == (
        204,
        {"POST", "OPTIONS"},
        b"",
    )
    assert "access-control-allow-origin" not in answer.headers
