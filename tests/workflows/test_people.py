"""Who works in a place: invited, changed and taken away by who may, each change recorded, nobody overwritten, no place without an owner."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from ceo.storage.audit import AuditRecord
from ceo.storage.database import Database
from ceo.storage.people import (
    NATIONAL,
    Federation,
    IdentityProvider,
    MailLink,
    MailPurpose,
    Membership,
    RecoveryCode,
    SignIn,
    User,
)
from ceo.storage.tenancy import reading_across, shared_transaction
from ceo.workflows.audit.recording import place_transaction, record
from ceo.workflows.rights import Right, Role, Staff
from ceo.workflows.staff.accounts import (
    Done,
    all_accounts,
    disable,
    enable,
    find_account,
    reset_second_factor,
    sign_out_everywhere,
)
from ceo.workflows.staff.people import (
    Invited,
    Member,
    change_member,
    find_member,
    find_staff,
    invite,
    members_of,
    take_away,
)
from ceo.workflows.staff.signed_in import begin_sign_in, find_signed_in
from ceo.workflows.staff.staff_rules import (
    Acting,
    Fault,
    Invitee,
    Operator,
    Refused,
    Wanted,
    faults_of_invitee,
    faults_of_part,
)

pytestmark = pytest.mark.anyio

UTRECHT, AMSTERDAM = "GM0344", "GM0363"
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
OPERATOR = Operator("ceo user")
READER, EDITOR, OWNER = (Wanted(frozenset({role})) for role in (Role.READER, Role.EDITOR, Role.OWNER))


def partner(*activities: str) -> Wanted:
    return Wanted(frozenset({Role.PARTNER}), activities)


async def let_in(
    database: Database, name: str, wanted: Wanted = READER, place: str = UTRECHT, by: Acting = OPERATOR
) -> str:
    """Invite somebody with that name; return the id."""
    invited = await invite(database, place, Invitee(f"{name}@voorbeeld.nl", name), wanted, by=by, now=NOW)
    assert isinstance(invited, Invited), invited
    return invited.id


async def somebody(database: Database, user_id: str) -> Staff:
    staff = await find_staff(database, user_id)
    assert staff is not None
    return staff


async def member(database: Database, user_id: str, place: str = UTRECHT) -> Member:
    found = await find_member(database, place, user_id)
    assert found is not None
    return found


async def state(database: Database, user_id: str, place: str = UTRECHT) -> str:
    return (await member(database, user_id, place)).part.state


async def change(
    database: Database, user_id: str, wanted: Wanted, place: str = UTRECHT, by: Acting = OPERATOR
) -> tuple[Refused, ...]:
    now = await state(database, user_id, place)
    return await change_member(database, place, user_id, wanted, state=now, by=by, now=NOW)


async def remove(database: Database, user_id: str, place: str = UTRECHT, by: Acting = OPERATOR) -> tuple[Refused, ...]:
    return await take_away(database, place, user_id, state=await state(database, user_id, place), by=by, now=NOW)


async def recorded(database: Database, place: str = UTRECHT) -> list[AuditRecord]:
    async with reading_across(database) as session:
        rows = select(AuditRecord).where(col(AuditRecord.place) == place).order_by(col(AuditRecord.number))
        return list(await session.exec(rows))


async def users(database: Database) -> list[User]:
    async with reading_across(database) as session:
        return list(await session.exec(select(User).order_by(col(User.email))))


async def keep(database: Database, *rows: object) -> None:
    async with shared_transaction(database) as session:
        session.add_all(rows)


async def test_who_is_invited_works_in_that_place_and_nowhere_else(database: Database) -> None:
    owner = await somebody(database, await let_in(database, "olga", OWNER))
    invitee = Invitee(" Ank.de.Wit@Voorbeeld.NL ", " Ank  de Wit ")
    invited = await invite(database, UTRECHT, invitee, EDITOR, by=owner, now=NOW)
    assert isinstance(invited, Invited)
    assert (invited.email, invited.name) == ("ank.de.wit@voorbeeld.nl", "Ank de Wit")
    ank = await somebody(database, invited.id)
    assert ank.may(Right.EDIT_QUESTIONNAIRES, UTRECHT)
    assert not ank.may(Right.SEE_RESULTS, AMSTERDAM)
    assert [one.name for one in await members_of(database, UTRECHT)] == ["Ank de Wit", "olga"]
    assert [one.shown_name for one in await members_of(database, UTRECHT)] == [ank.email, owner.email]
    assert await members_of(database, AMSTERDAM) == ()
    assert await find_member(database, AMSTERDAM, invited.id) is None


async def test_what_is_recorded_are_roles_and_no_names(database: Database) -> None:
    by = await somebody(database, await let_in(database, "olga", OWNER))
    their_id = await let_in(database, "ank", partner(" Samen eten ", "Maatje", "Maatje", " "), by=by)
    assert await change(database, their_id, READER, by=by) == ()
    assert await remove(database, their_id, by=by) == ()
    rows = [row for row in await recorded(database) if row.object_id == their_id]
    assert [(row.action, row.actor, row.before, row.after) for row in rows] == [
        ("person.invited", by.id, None, {"roles": ["partner"], "activities": ["Maatje", "Samen eten"]}),
        (
            "person.roles-changed",
            by.id,
            {"roles": ["partner"], "activities": ["Maatje", "Samen eten"]},
            {"roles": ["reader"]},
        ),
        ("person.taken-away", by.id, {"roles": ["reader"]}, None),
    ]
    assert "ank" not in str([row.model_dump() for row in rows])


async def test_a_user_of_elsewhere_gets_one_more_place_and_keeps_the_own_name(database: Database) -> None:
    first = await let_in(database, "ank", EDITOR)
    twice = Invitee("ANK@voorbeeld.nl", "Somebody else")
    invited = await invite(database, AMSTERDAM, twice, READER, by=OPERATOR, now=NOW)
    assert isinstance(invited, Invited)
    assert (invited.id, invited.name) == (first, "ank")
    assert (await somebody(database, first)).roles == {UTRECHT: {Role.EDITOR}, AMSTERDAM: {Role.READER}}
    assert len(await users(database)) == 1
    again = await invite(database, AMSTERDAM, twice, OWNER, by=OPERATOR, now=NOW)
    assert again == (Refused("email", Fault.HERE_ALREADY),)


@pytest.mark.parametrize(
    ("invitee", "wanted", "place", "refused"),
    [
        (Invitee("a@b.nl", "A"), Wanted(frozenset()), UTRECHT, ["roles no-role"]),
        (Invitee("a@b.nl", "A"), Wanted(frozenset({"king"})), UTRECHT, ["roles other-role"]),
        (Invitee("a@b.nl", "A"), Wanted(frozenset({"national-editor", "reader"})), UTRECHT, ["roles other-role"]),
        (Invitee("a@b.nl", "A"), OWNER, NATIONAL, ["roles other-role"]),
        (Invitee("a@b.nl", "A"), partner(" ", ""), UTRECHT, ["activities no-activities"]),
        (Invitee("a@b.nl", "A"), partner("x" * 101), UTRECHT, ["activities long-activities"]),
        (Invitee("a@b.nl", "A"), partner(*map(str, range(51))), UTRECHT, ["activities long-activities"]),
        (Invitee("", " "), Wanted(frozenset()), UTRECHT, ["email no-email", "name no-name", "roles no-role"]),
        (Invitee("a@b.nl", "x" * 101), READER, UTRECHT, ["name long-name"]),
        *[
            (Invitee(email, "A"), READER, UTRECHT, ["email no-email"])
            for email in (
                "a",
                "a@b",
                "a b@c.nl",
                "a@b@c.nl",
                "a@.nl",
                "a@b.nl\nBcc: c@d.nl",
                f"{'a' * 250}@b.nl",
                "a,b@c.nl",
            )
        ],
    ],
)
def test_everything_that_is_wrong_is_told_at_once(
    invitee: Invitee, wanted: Wanted, place: str, refused: list[str]
) -> None:
    told = [*faults_of_invitee(invitee), *faults_of_part(place, wanted)]
    assert [f"{one.field} {one.fault}" for one in told] == refused


async def test_what_is_wrong_changes_nothing(database: Database) -> None:
    told = await invite(database, UTRECHT, Invitee("a", ""), partner(), by=OPERATOR, now=NOW)
    assert isinstance(told, tuple)
    assert [one.field for one in told] == ["email", "name", "activities"]
    assert await users(database) == []
    their_id = await let_in(database, "ank")
    assert await change(database, their_id, partner()) == (Refused("activities", Fault.NO_ACTIVITIES),)
    assert (await member(database, their_id)).part.roles == {Role.READER}


async def test_only_owners_and_national_editors_give_rights(database: Database) -> None:
    for role in set(Role) - {Role.OWNER, Role.NATIONAL_EDITOR}:
        await cannot_give_rights(database, role)


async def cannot_give_rights(database: Database, role: Role) -> None:
    place = NATIONAL if role is Role.NATIONAL_RESEARCHER else UTRECHT
    wanted = Wanted(frozenset({role}), ("Maatje",))
    by = await somebody(database, await let_in(database, f"by-{role}", wanted, place))
    other = await let_in(database, f"other-{role}", wanted, place)
    before = len(await users(database))
    may_not = (Refused("", Fault.MAY_NOT),)
    assert await invite(database, place, Invitee("c@d.nl", "C"), wanted, by=by, now=NOW) == may_not
    assert await change(database, other, wanted, place, by=by) == may_not
    assert await remove(database, other, place, by=by) == may_not
    assert len(await users(database)) == before


async def test_nobody_gives_rights_in_another_place(database: Database) -> None:
    owner = await somebody(database, await let_in(database, "olga", OWNER))
    national = await somebody(
        database, await let_in(database, "nico", Wanted(frozenset({Role.NATIONAL_EDITOR})), NATIONAL)
    )
    other = await let_in(database, "ank", READER, AMSTERDAM)
    may_not = (Refused("", Fault.MAY_NOT),)
    for by in (owner, national):
        assert await invite(database, AMSTERDAM, Invitee("c@d.nl", "C"), READER, by=by, now=NOW) == may_not
        assert await change(database, other, OWNER, AMSTERDAM, by=by) == may_not
    researcher = Wanted(frozenset({Role.NATIONAL_RESEARCHER}))
    assert await invite(database, NATIONAL, Invitee("c@d.nl", "C"), researcher, by=owner, now=NOW) == may_not
    assert isinstance(
        await invite(database, NATIONAL, Invitee("c@d.nl", "C"), researcher, by=national, now=NOW), Invited
    )


@pytest.mark.parametrize(
    ("place", "manager", "lesser"),
    [(UTRECHT, Role.OWNER, Role.EDITOR), (NATIONAL, Role.NATIONAL_EDITOR, Role.NATIONAL_RESEARCHER)],
)
async def test_a_place_keeps_somebody_who_can_let_others_in(
    place: str, manager: Role, lesser: Role, database: Database
) -> None:
    managing, less = Wanted(frozenset({manager, lesser})), Wanted(frozenset({lesser}))
    first = await let_in(database, "olga", managing, place)
    assert await change(database, first, less, place) == (Refused("roles", Fault.LAST_MANAGER),)
    assert await remove(database, first, place) == (Refused("", Fault.LAST_MANAGER),)
    assert (await member(database, first, place)).part.roles == {manager, lesser}

    second = await let_in(database, "otto", managing, place)
    await keep(database, User(id="d", email="d@d.nl", name="d", disabled=True))
    await keep(database, Membership(user_id="d", place=place, role=manager))
    assert await change(database, first, less, place) == ()
    assert await remove(database, second, place) == (Refused("", Fault.LAST_MANAGER),), "who is disabled lets nobody in"
    assert await remove(database, first, place) == ()
    assert await remove(database, "d", place) == ()


async def test_two_owners_who_leave_at_the_same_moment_do_not_leave_nobody(database: Database) -> None:
    owners = [await let_in(database, name, OWNER) for name in ("olga", "otto")]
    told = await asyncio.gather(*(change(database, owner, READER) for owner in owners))
    assert sorted(told, key=len) == [(), (Refused("roles", Fault.LAST_MANAGER),)]
    assert len([one for one in await members_of(database, UTRECHT) if Role.OWNER in one.part.roles]) == 1


async def test_what_another_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    their_id = await let_in(database, "ank", READER)
    seen = await state(database, their_id)
    assert await change(database, their_id, EDITOR) == ()
    changed_meanwhile = (Refused("", Fault.CHANGED_MEANWHILE),)
    for late in (partner("Maatje"), READER):
        told = await change_member(database, UTRECHT, their_id, late, state=seen, by=OPERATOR, now=NOW)
        assert told == changed_meanwhile
    assert await take_away(database, UTRECHT, their_id, state=seen, by=OPERATOR, now=NOW) == changed_meanwhile
    assert (await member(database, their_id)).part.roles == {Role.EDITOR}

    assert await change(database, their_id, partner("Maatje")) == ()
    seen = await state(database, their_id)
    assert await change(database, their_id, partner("Maatje", "Samen eten")) == ()
    told = await change_member(database, UTRECHT, their_id, READER, state=seen, by=OPERATOR, now=NOW)
    assert told == changed_meanwhile


async def test_of_two_changes_at_the_same_moment_one_is_refused(database: Database) -> None:
    their_id = await let_in(database, "ank", READER)
    seen = await state(database, their_id)
    changes = (
        change_member(database, UTRECHT, their_id, wanted, state=seen, by=OPERATOR, now=NOW)
        for wanted in (EDITOR, partner("Maatje"))
    )
    told = await asyncio.gather(*changes)
    assert sorted(told, key=len) == [(), (Refused("", Fault.CHANGED_MEANWHILE),)]
    assert len(await recorded(database)) == 2


async def test_one_address_invited_in_two_places_at_the_same_moment_becomes_one_user(database: Database) -> None:
    await asyncio.gather(*(let_in(database, "ank", READER, place) for place in (UTRECHT, AMSTERDAM)))
    assert [user.email for user in await users(database)] == ["ank@voorbeeld.nl"]


async def test_what_does_not_change_is_not_recorded(database: Database) -> None:
    their_id = await let_in(database, "ank", partner("Maatje"))
    assert await change(database, their_id, partner("Maatje", " Maatje")) == ()
    assert [row.action for row in await recorded(database)] == ["person.invited"]


async def test_who_is_not_here_is_not_changed(database: Database) -> None:
    elsewhere = await let_in(database, "ank", READER, AMSTERDAM)
    for their_id in (elsewhere, "nobody"):
        not_here = (Refused("", Fault.NOT_HERE),)
        assert (
            await change_member(database, UTRECHT, their_id, EDITOR, state="reader", by=OPERATOR, now=NOW) == not_here
        )
        assert await take_away(database, UTRECHT, their_id, state="reader", by=OPERATOR, now=NOW) == not_here
    assert (await member(database, elsewhere, AMSTERDAM)).part.roles == {Role.READER}


async def test_who_works_nowhere_any_more_is_signed_out_everywhere(database: Database) -> None:
    their_id = await let_in(database, "ank")
    await let_in(database, "ank", READER, AMSTERDAM)
    await keep(
        database,
        SignIn(id_hash="s", user_id=their_id, complete=True, began_at=NOW, seen_at=NOW),
        MailLink(token_hash="t", user_id=their_id, purpose=MailPurpose.INVITATION, expires_at=NOW),
    )

    async def left() -> int:
        async with reading_across(database) as session:
            kept = [*await session.exec(select(SignIn)), *await session.exec(select(MailLink))]
            return len(kept)

    assert await remove(database, their_id) == ()
    assert await left() == 2
    assert await remove(database, their_id, AMSTERDAM) == ()
    assert await left() == 0
    assert (await somebody(database, their_id)).roles == {}


async def test_the_list_tells_when_somebody_signed_in_since_working_here(database: Database) -> None:
    ids = {name: await let_in(database, name) for name in ("ank", "bo", "Cas")}
    later = NOW + timedelta(minutes=5)

    async def sign_in(name: str, place: str, now: datetime, action: str = "account.signed-in") -> None:
        async with place_transaction(database, place) as session:
            its = {"object_kind": "account", "object_id": ids[name], "now": now}
            await record(session, place, actor=ids[name], action=action, **its)

    await sign_in("bo", UTRECHT, NOW)
    await sign_in("bo", UTRECHT, later)
    await sign_in("bo", UTRECHT, later + timedelta(hours=1), action="round.opened")
    await sign_in("ank", AMSTERDAM, NOW)
    told = [(one.shown_name, one.signed_in_at) for one in await members_of(database, UTRECHT)]
    assert told == [("ank@voorbeeld.nl", None), ("bo", later), ("cas@voorbeeld.nl", None)]


async def test_only_who_cannot_sign_in_yet_needs_a_link(database: Database) -> None:
    await keep(
        database,
        User(id="1", email="password@voorbeeld.nl", name="A", password="a hash"),
        User(id="2", email="elsewhere@voorbeeld.nl", name="B"),
        User(id="3", email="disabled@voorbeeld.nl", name="C", disabled=True),
        User(id="4", email="invited@voorbeeld.nl", name="D"),
    )
    provider = IdentityProvider(id="p", place=UTRECHT, label="L", issuer="i", client_id="c", client_secret="s")
    await keep(database, provider, Federation(issuer="i", subject="s", user_id="2"))

    async def needs_link(name: str, place: str = UTRECHT) -> bool:
        invited = await invite(database, place, Invitee(f"{name}@voorbeeld.nl", "X"), READER, by=OPERATOR, now=NOW)
        assert isinstance(invited, Invited)
        return invited.needs_link

    names = ("password", "elsewhere", "disabled", "invited", "new")
    assert [await needs_link(name) for name in names] == [False, False, False, True, True]
    assert [one.can_sign_in for one in await all_accounts(database)] == [False, True, False, False, True]
    # A provider lets in only who works in its own place alone.
    assert await needs_link("elsewhere", AMSTERDAM)


async def test_who_is_disabled_is_no_staff(database: Database) -> None:
    their_id = await let_in(database, "ank")
    async with shared_transaction(database) as session:
        ank = await session.get(User, their_id)
        assert ank is not None
        ank.disabled = True
    assert await find_staff(database, their_id) is None
    assert await find_staff(database, "nobody") is None
    assert [one.disabled for one in await members_of(database, UTRECHT)] == [True]


async def test_a_role_of_another_version_of_the_software_gives_nothing(database: Database) -> None:
    their_id = await let_in(database, "ank")
    await keep(database, Membership(user_id=their_id, place=UTRECHT, role="wizard"))
    assert (await member(database, their_id)).part.roles == {Role.READER}


async def test_only_the_country_and_the_command_line_close_accounts(database: Database) -> None:
    owner = await somebody(database, await let_in(database, "olga", OWNER))
    editor = Wanted(frozenset({Role.NATIONAL_EDITOR}))
    national = await somebody(database, await let_in(database, "nico", editor, NATIONAL))
    their_id = await let_in(database, "ank", OWNER, AMSTERDAM)
    await let_in(database, "ank")
    for change_account in (disable, enable, reset_second_factor, sign_out_everywhere):
        assert await change_account(database, their_id, by=owner, now=NOW) == Refused("", Fault.MAY_NOT)
        assert await change_account(database, "nobody", by=national, now=NOW) == Refused("", Fault.NOT_HERE)
    await keep(
        database,
        SignIn(id_hash="s", user_id=their_id, complete=True, began_at=NOW, seen_at=NOW),
        MailLink(token_hash="t", user_id=their_id, purpose=MailPurpose.INVITATION, expires_at=NOW),
    )
    for _ in range(2):  # the second time nothing changes, and nothing is recorded
        assert await disable(database, their_id, by=national, now=NOW) == Done(without_manager=(AMSTERDAM,))
    async with reading_across(database) as session:
        assert [*await session.exec(select(SignIn)), *await session.exec(select(MailLink))] == []
    account = await find_account(database, " Ank@Voorbeeld.nl")
    assert account is not None
    assert (account.disabled, account.places) == (True, ((UTRECHT, ("reader",)), (AMSTERDAM, ("owner",))))
    assert await enable(database, their_id, by=OPERATOR, now=NOW) == Done()
    for place in (UTRECHT, AMSTERDAM, NATIONAL):
        rows = [row for row in await recorded(database, place) if row.object_kind == "account"]
        assert [(row.action, row.actor) for row in rows] == [
            ("account.disabled", national.id),
            ("account.enabled", OPERATOR.id),
        ]


async def test_a_second_factor_is_taken_away_with_its_codes(database: Database) -> None:
    their_id = await let_in(database, "ank")
    async with shared_transaction(database) as session:
        ank = await session.get_one(User, their_id)
        ank.totp, ank.totp_step, ank.password = "sealed", 7, "a hash"
    await keep(
        database,
        RecoveryCode(code_hash="c", user_id=their_id),
        SignIn(id_hash="s", user_id=their_id, complete=True, began_at=NOW, seen_at=NOW),
    )
    assert [one.has_second_factor for one in await all_accounts(database)] == [True]
    assert await reset_second_factor(database, their_id, by=OPERATOR, now=NOW) == Done()
    assert [(one.has_second_factor, one.can_sign_in) for one in await all_accounts(database)] == [(False, True)]
    async with reading_across(database) as session:
        assert [*await session.exec(select(SignIn)), *await session.exec(select(RecoveryCode))] == []


async def test_who_is_invited_elsewhere_signs_in_anew_before_working_there(database: Database) -> None:
    user_id = await let_in(database, "eva", place=AMSTERDAM)
    secret = await begin_sign_in(database, user_id, complete=True, device="", now=NOW)
    assert await find_signed_in(database, secret, now=NOW) is not None
    assert await let_in(database, "eva", place=UTRECHT) == user_id
    assert await find_signed_in(database, secret, now=NOW) is None
