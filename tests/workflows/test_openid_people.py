"""Who comes in by an identity provider: for its own place only, and with what the groups give."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from federating import ELSEWHERE, HERE, NOOR, added, left, party_on, recorded, roles_of, signed_in, user_with
from own_provider import CLIENT, OwnProvider, own_provider
from sqlmodel import col, select, update

from ceo.storage.database import Database
from ceo.storage.federations import let_in_by_providers
from ceo.storage.people import NATIONAL, Federation, Membership, SignIn, User
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit.verifying import verify_chains
from ceo.workflows.openid.exchange import RelyingParty
from ceo.workflows.openid.people import NotAdmitted
from ceo.workflows.openid.provider_form import GivenProvider
from ceo.workflows.openid.provider_rows import Provider
from ceo.workflows.openid.providers import (
    change_provider,
    disable_provider,
    enable_provider,
    find_provider,
    names_without_password,
)
from ceo.workflows.openid.signing_in import CameBack, NotSignedIn, Return, come_back, leave
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


async def test_the_roles_follow_the_groups_at_every_sign_in(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    for groups, roles in (
        (["ceo-lezer", "ceo-bewerk", "iedereen"], {"reader", "editor"}),
        (["ceo-bewerk"], {"editor"}),
        ("ceo-lezer", {"reader"}),
    ):
        provider.claims["groups"] = groups
        assert isinstance(await signed_in(party, provider), CameBack)
        assert await roles_of(party.database) == {(HERE, role) for role in roles}
    for groups in ([], None, {"ceo-lezer": 1}, ["onbekend"]):
        provider.claims["groups"] = groups
        assert await signed_in(party, provider) is NotAdmitted.NO_ROLES
        assert await roles_of(party.database) == set()
    async with reading_across(party.database) as session:
        assert (await session.exec(select(SignIn))).all() == []
    provider.claims["groups"] = ["ceo-lezer"]
    assert isinstance(await signed_in(party, provider), CameBack)
    assert (await recorded(party.database)).count("person.roles-changed") == 5
    chains = await verify_chains(party.database, place=HERE)
    assert [chain.breaks for chain in chains] == [()]


async def test_a_role_that_the_provider_never_gave_is_the_owners(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    await user_with(party.database, {HERE: "analyst"})
    assert isinstance(await signed_in(party, provider), CameBack)
    assert await roles_of(party.database) == {(HERE, "analyst"), (HERE, "reader")}
    provider.claims["groups"] = []
    assert isinstance(await signed_in(party, provider), CameBack)
    assert await roles_of(party.database) == {(HERE, "analyst")}


async def test_a_role_that_the_mapping_gives_no_more_is_taken_from_who_had_it(
    party: RelyingParty, provider: OwnProvider
) -> None:
    one = await added(party, provider.issuer)
    provider.claims["groups"] = ["ceo-bewerk", "ceo-lezer"]
    assert isinstance(await signed_in(party, provider), CameBack)
    fewer = GivenProvider("Gemeente", provider.issuer, CLIENT, rows=(("ceo-lezer", "reader"),))
    changed = await change_provider(
        party.database, party.keys, one, fewer, allow_local=True, actor="baas", now=datetime.now(UTC)
    )
    assert isinstance(changed, Provider)
    assert isinstance(await signed_in(party, provider), CameBack)
    assert await roles_of(party.database) == {(HERE, "reader")}


async def test_the_last_person_who_lets_others_in_keeps_that_role_and_does_not_come_in(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    provider.claims["groups"] = ["ceo-beheer"]
    assert isinstance(await signed_in(party, provider), CameBack)
    provider.claims["groups"] = ["ceo-lezer"]
    assert await signed_in(party, provider) is NotAdmitted.LAST_MANAGER
    assert await roles_of(party.database) == {(HERE, "owner")}
    async with reading_across(party.database) as session:
        assert (await session.exec(select(SignIn))).all() == []
    await user_with(party.database, {HERE: "owner"}, email="sam@utrecht.nl")
    assert isinstance(await signed_in(party, provider), CameBack)
    assert await roles_of(party.database) == {(HERE, "reader")}


async def test_a_provider_cannot_come_into_an_account_that_works_in_another_place(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    provider.claims["groups"] = ["ceo-beheer"]
    for number, places in enumerate(
        (
            {},
            {ELSEWHERE: "owner"},
            {HERE: "regional", ELSEWHERE: "regional"},
            {NATIONAL: "national-editor"},
            {HERE: "reader", NATIONAL: "national-researcher"},
        )
    ):
        email = f"naam{number}@utrecht.nl"
        await user_with(party.database, places, email=email)
        provider.claims["email"] = email
        assert await signed_in(party, provider) is NotAdmitted.ELSEWHERE, places
        assert await roles_of(party.database, email) == set(places.items())
    async with reading_across(party.database) as session:
        assert (await session.exec(select(Federation))).all() == []


async def test_an_account_that_came_to_work_in_another_place_is_closed_to_the_provider(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    assert isinstance(await signed_in(party, provider), CameBack)
    async with shared_transaction(party.database) as session:
        user = (await session.exec(select(User))).one()
        session.add(Membership(user_id=user.id, place=ELSEWHERE, role="owner"))
    assert await signed_in(party, provider) is NotAdmitted.ELSEWHERE


async def test_the_same_person_at_the_same_provider_of_another_municipality_does_not_come_in_there(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    await added(party, provider.issuer, ELSEWHERE)
    assert isinstance(await signed_in(party, provider), CameBack)
    provider.claims["groups"] = ["ceo-beheer"]
    assert await signed_in(party, provider, "gm0363-1") is NotAdmitted.ELSEWHERE
    assert await roles_of(party.database) == {(HERE, "reader")}


async def test_an_account_of_this_place_is_linked_by_a_verified_address_only(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    user_id = await user_with(party.database, {HERE: "reader"})
    for claims in ({"email_verified": False}, {"email_verified": None}, {"email": None}):
        provider.claims = {**NOOR, "groups": ["ceo-lezer"], **claims}
        assert await signed_in(party, provider) is NotAdmitted.NO_EMAIL
    provider.claims = {**NOOR, "groups": ["ceo-lezer"]}
    assert isinstance(await signed_in(party, provider), CameBack)
    async with reading_across(party.database) as session:
        linked = [(one.subject, one.user_id) for one in await session.exec(select(Federation))]
    assert linked == [("noor-7", user_id)]
    # From now on the name that lasts counts: another person who gets this address at the provider is not this user.
    provider.claims |= {"email": "n.jansen@utrecht.nl", "email_verified": False}
    assert isinstance(await signed_in(party, provider), CameBack)


async def test_a_new_person_without_a_role_is_not_made_a_user(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    provider.claims["groups"] = ["iedereen"]
    assert await signed_in(party, provider) is NotAdmitted.NO_ROLES
    assert await roles_of(party.database) is None
    user_id = await user_with(party.database, {HERE: "reader"}, email="kim@utrecht.nl")
    provider.claims |= {"sub": "kim-1", "email": "kim@utrecht.nl"}
    assert await signed_in(party, provider) is NotAdmitted.NO_ROLES
    assert await roles_of(party.database, "kim@utrecht.nl") == {(HERE, "reader")}, user_id


async def test_a_disabled_user_stays_out_and_so_does_everybody_at_a_disabled_provider(
    party: RelyingParty, provider: OwnProvider
) -> None:
    await added(party, provider.issuer)
    back = await signed_in(party, provider)
    leaving = await left(party)
    query = provider.sign_in(leaving.address)
    one = await find_provider(party.database, "gm0344-1")
    assert one is not None
    await disable_provider(party.database, one, actor="baas", now=datetime.now(UTC))
    assert await come_back(party, one.id, Return(query, leaving.cookie), now=datetime.now(UTC)) is NotSignedIn.UNKNOWN
    assert await leave(party, one.id, onward="/werk", now=datetime.now(UTC)) is NotSignedIn.UNKNOWN
    assert await find_signed_in(party.database, back.secret, now=datetime.now(UTC)) is None
    await added(party, provider.issuer, ELSEWHERE)
    async with shared_transaction(party.database) as session:
        await session.exec(update(User).values(disabled=True))
    assert await signed_in(party, provider, "gm0363-1") is NotAdmitted.DISABLED


async def test_who_is_let_in_by_no_provider_needs_a_password(party: RelyingParty, provider: OwnProvider) -> None:
    async def let_in() -> list[str]:
        async with reading_across(party.database) as session:
            return list(await session.exec(let_in_by_providers()))

    one = await added(party, provider.issuer)
    await user_with(party.database, {HERE: "reader"}, email="sam@utrecht.nl")
    assert await let_in() == []
    assert isinstance(await signed_in(party, provider), CameBack)
    async with reading_across(party.database) as session:
        noor = (await session.exec(select(User).where(col(User.name) == "Noor Jansen"))).one()
    assert await let_in() == [noor.id]
    assert await names_without_password(party.database, one) == ("Noor Jansen",)
    await disable_provider(party.database, one, actor="baas", now=datetime.now(UTC))
    assert await let_in() == []
    off = await find_provider(party.database, one.id)
    assert off is not None
    await enable_provider(party.database, off, actor="baas", now=datetime.now(UTC))
    assert await let_in() == [noor.id]
    async with shared_transaction(party.database) as session:
        session.add(Membership(user_id=noor.id, place=ELSEWHERE, role="reader"))
    assert await let_in() == []


async def test_a_municipality_can_ask_how_somebody_signed_in(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer, acr="hoog", amr="otp, hwk")
    for claims, expected in (
        ({}, NotAdmitted.WEAK),
        ({"acr": "hoog"}, NotAdmitted.WEAK),
        ({"acr": "laag", "amr": ["pwd", "otp"]}, NotAdmitted.WEAK),
        ({"acr": "hoog", "amr": ["pwd"]}, NotAdmitted.WEAK),
        ({"acr": "hoog", "amr": ["pwd", "otp"]}, None),
    ):
        provider.claims = {**NOOR, "groups": ["ceo-lezer"], **claims}
        back = await signed_in(party, provider)
        assert back is expected or (expected is None and isinstance(back, CameBack)), claims


async def test_the_same_new_person_in_two_windows_becomes_one_user(party: RelyingParty, provider: OwnProvider) -> None:
    await added(party, provider.issuer)
    backs = await asyncio.gather(*(signed_in(party, provider) for _ in range(4)))
    assert all(isinstance(back, CameBack) for back in backs)
    async with reading_across(party.database) as session:
        assert len((await session.exec(select(User))).all()) == 1
        assert len((await session.exec(select(SignIn))).all()) == 4
