"""Signing in at the identity provider of a municipality: whoever comes back must have left from here."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from federating import ELSEWHERE, HERE, NOOR, added, left, party_on, recorded, roles_of, signed_in, unsigned
from own_provider import (
    DOCUMENT,
    KEYS,
    SECOND_KEY,
    TOKEN,
    OwnProvider,
    new_key,
    own_provider,
    parameters,
    send,
    with_parameters,
)

from ceo.storage.database import Database
from ceo.workflows.openid.exchange import RelyingParty
from ceo.workflows.openid.signing_in import CameBack, NotSignedIn, Return, come_back, leave
from ceo.workflows.openid.trial import Known, Step, try_provider
from ceo.workflows.rights import Role
from ceo.workflows.staff.signed_in import find_signed_in

pytestmark = pytest.mark.anyio


@pytest.fixture
def provider() -> Iterator[OwnProvider]:
    with own_provider() as running:
        running.claims = {**NOOR, "groups": ["ceo-lezer"]}
        yield running


@pytest.fixture
def party(database: Database) -> RelyingParty:
    return party_on(database)


async def test_who_signs_in_at_the_provider_comes_in_where_this_person_was_going(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    back = await signed_in(party, provider)
    assert isinstance(back, CameBack)
    assert back.onward == "/werk/GM0344/metingen"
    found = await find_signed_in(party.database, back.secret, now=datetime.now(UTC))
    assert found is not None
    assert found.complete
    assert (found.staff.email, found.staff.name) == ("noor@utrecht.nl", "Noor Jansen")
    assert found.staff.roles == {HERE: {Role.READER}}
    assert await recorded(party.database) == [
        "identity-provider.added", "person.roles-changed", "person.linked", "account.signed-in",
    ]  # fmt: skip
    again = await signed_in(party, provider)
    assert isinstance(again, CameBack)
    assert (await recorded(party.database))[4:] == ["account.signed-in"]
    assert provider.requests.count(DOCUMENT) == provider.requests.count(KEYS) == 1


async def test_the_question_carries_state_nonce_and_the_hash_of_a_verifier_and_each_is_new(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer, acr="hoog hoger")
    asked, other = parameters((await left(party)).address), parameters((await left(party)).address)
    assert asked["taal"] == "nl"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver.local/werk/aanmelden/bij/gm0344-1/terug"
    assert (asked["scope"], asked["acr_values"]) == ("openid email profile", "hoog hoger")
    assert not {asked[name] for name in ("state", "nonce", "code_challenge")} & set(other.values())


async def test_what_comes_back_in_another_browser_or_with_another_state_is_refused(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    await added(party, provider.issuer, ELSEWHERE)
    mine, other, there = await left(party), await left(party), await left(party, "gm0363-1")
    brought = provider.sign_in(mine.address)
    late = datetime.now(UTC) + timedelta(minutes=10, seconds=1)
    now = datetime.now(UTC)
    for query, cookie, moment in (
        (brought, "", now),
        (brought, other.cookie, now),
        (provider.sign_in(there.address), there.cookie, now),  # of the same provider, for another municipality
        (brought, mine.cookie[:-4] + "AAA=", now),
        (brought, "a" * 5000, now),
        ({**brought, "state": ["geraden"]}, mine.cookie, now),
        ({**brought, "state": []}, mine.cookie, now),
        ({**brought, "state": brought["state"] * 2}, mine.cookie, now),
        ({**brought, "state": ["\ud800"]}, mine.cookie, now),
        (brought, mine.cookie, late),
    ):
        assert await come_back(party, "gm0344-1", Return(query, cookie), now=moment) is NotSignedIn.FORGOTTEN
    assert provider.forms == []
    assert isinstance(await come_back(party, "gm0344-1", Return(brought, mine.cookie), now=now), CameBack)


async def test_a_code_works_once_even_with_the_cookie_of_before(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    leaving = await left(party)
    back = Return(provider.sign_in(leaving.address), leaving.cookie)
    assert isinstance(await come_back(party, "gm0344-1", back, now=datetime.now(UTC)), CameBack)
    assert await come_back(party, "gm0344-1", back, now=datetime.now(UTC)) is NotSignedIn.REFUSED


async def test_an_intercepted_code_is_worth_nothing_without_its_verifier(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    victim, thief = await left(party), await left(party)
    stolen = provider.sign_in(victim.address)["code"]
    injected = Return({"code": stolen, "state": [parameters(thief.address)["state"]]}, thief.cookie)
    assert await come_back(party, "gm0344-1", injected, now=datetime.now(UTC)) is NotSignedIn.REFUSED
    # A provider that does not check PKCE is no way round: the nonce is of the victim's question.
    provider.checks_pkce = False
    injected = replace(injected, query={**injected.query, "code": provider.sign_in(victim.address)["code"]})
    assert await come_back(party, "gm0344-1", injected, now=datetime.now(UTC)) is NotSignedIn.NOT_VALID
    assert all(len(form["code_verifier"]) >= 43 for form in provider.forms)


async def test_a_question_whose_challenge_was_taken_out_or_changed_gives_nothing(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    for changed in ({"code_challenge": "A" * 43}, {"code_challenge_method": "plain"}):
        leaving = await left(party)
        query = provider.sign_in(with_parameters(leaving.address, **changed))
        assert (
            await come_back(party, "gm0344-1", Return(query, leaving.cookie), now=datetime.now(UTC))
            is NotSignedIn.REFUSED
        )


async def test_a_token_that_is_not_right_signs_nobody_in(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    usual = dict(provider.claims)
    for claims in ({"aud": "andere"}, {"iss": "https://andere.example"}, {"nonce": "oud"}, {"exp": 1}, {"iat": 9e9}):
        provider.claims = {**usual, **claims}
        assert await signed_in(party, provider) is NotSignedIn.NOT_VALID, claims
    provider.claims = usual
    provider.make_token = lambda said: provider.signed(said, new_key("een"))
    assert await signed_in(party, provider) is NotSignedIn.NOT_VALID
    provider.make_token = unsigned
    assert await signed_in(party, provider) is NotSignedIn.NOT_VALID
    assert await roles_of(party.database) is None


async def test_what_the_token_endpoint_sends_is_strange_input(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    answers: tuple[tuple[int, Any, NotSignedIn], ...] = (
        (200, {"access_token": "toegang"}, NotSignedIn.NOT_VALID),
        (200, {"id_token": ["a"], "access_token": {}}, NotSignedIn.NOT_VALID),
        (200, {"id_token": "a.b.c"}, NotSignedIn.NOT_VALID),
        (200, {"error": {"<b>": 1}}, NotSignedIn.REFUSED),
        (401, {"error": "invalid_client"}, NotSignedIn.REFUSED),
        (307, b"", NotSignedIn.AWAY),
        (500, b"<html>", NotSignedIn.AWAY),
        (200, b" " * 300_000, NotSignedIn.AWAY),
    )
    for status, answer, expected in answers:
        provider.answers[TOKEN] = lambda handler, status=status, answer=answer: send(handler, status, answer)  # type: ignore[misc]
        assert await signed_in(party, provider) is expected, answer


async def test_a_provider_that_is_away_or_slow_lets_nobody_wait_and_nobody_in(
    database: Database, provider: OwnProvider
) -> None:
    party, may_end = party_on(database, seconds=0.2), threading.Event()
    await added(party, provider.issuer)
    await added(party, "http://127.0.0.1:9")
    assert await leave(party, "gm0344-2", onward="/werk", now=datetime.now(UTC)) is NotSignedIn.AWAY
    provider.answers[TOKEN] = lambda _: (may_end.wait(5), None)[1]
    assert await signed_in(party, provider) is NotSignedIn.AWAY
    may_end.set()
    assert await leave(party, "gm0344-9", onward="/werk", now=datetime.now(UTC)) is NotSignedIn.UNKNOWN


async def test_new_keys_of_a_provider_are_taken_over_within_a_minute(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    assert isinstance(await signed_in(party, provider), CameBack)
    provider.key, provider.published = SECOND_KEY, [SECOND_KEY]
    assert await signed_in(party, provider) is NotSignedIn.NOT_VALID
    leaving = await left(party)
    back = Return(provider.sign_in(leaving.address), leaving.cookie)
    later = datetime.now(UTC) + timedelta(seconds=61)
    assert isinstance(await come_back(party, "gm0344-1", back, now=later), CameBack)


async def test_what_a_provider_says_instead_of_a_code_is_told(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    leaving = await left(party)
    state = parameters(leaving.address)["state"]
    for query, expected in (
        ({"error": "access_denied"}, NotSignedIn.DENIED),
        ({"error": "<script>"}, NotSignedIn.REFUSED),
        ({}, NotSignedIn.NOT_VALID),
        ({"code": "a" * 7000}, NotSignedIn.NOT_VALID),
        ({"code": "a\n"}, NotSignedIn.NOT_VALID),
        ({"code": "goed", "iss": "https://andere.example"}, NotSignedIn.NOT_VALID),
    ):
        back = Return({"state": [state], **{name: [value] for name, value in query.items()}}, leaving.cookie)
        assert await come_back(party, "gm0344-1", back, now=datetime.now(UTC)) is expected
    assert provider.forms == []


async def test_a_provider_that_says_it_names_itself_must_do_so(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    provider.more = {"authorization_response_iss_parameter_supported": True}
    leaving = await left(party)
    query = provider.sign_in(leaving.address)
    silent, named = (Return({**query, **more}, leaving.cookie) for more in ({}, {"iss": [provider.issuer]}))
    assert await come_back(party, "gm0344-1", silent, now=datetime.now(UTC)) is NotSignedIn.NOT_VALID
    assert isinstance(await come_back(party, "gm0344-1", named, now=datetime.now(UTC)), CameBack)


async def test_coming_in_ends_what_the_browser_held_before(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    before = await signed_in(party, provider)
    held = await find_signed_in(party.database, before.secret, now=datetime.now(UTC))
    assert held is not None
    leaving = await left(party)
    back = Return(provider.sign_in(leaving.address), leaving.cookie, instead_of=held.id_hash)
    assert isinstance(await come_back(party, "gm0344-1", back, now=datetime.now(UTC)), CameBack)
    assert await find_signed_in(party.database, before.secret, now=datetime.now(UTC)) is None


async def test_a_trial_tells_how_far_it_came(party: RelyingParty, provider: OwnProvider) -> None:
    good = await added(party, provider.issuer)
    wrong = await added(party, "http://127.0.0.1:9", secret="ander geheim")
    now = datetime.now(UTC)
    assert (await try_provider(party, good, now=now)).known is Known.YES
    away = await try_provider(party, wrong, now=now)
    assert (away.step, away.is_good) == (Step.DOCUMENT, False)
    mistaken = await try_provider(party, replace(wrong, issuer=provider.issuer), now=now)
    assert (mistaken.step, mistaken.known, mistaken.is_good) == (Step.CLIENT, Known.NO, False)
    provider.answers[KEYS] = lambda handler: send(handler, 200, {"keys": []})
    assert (await try_provider(party, good, now=now)).step is Step.KEYS
