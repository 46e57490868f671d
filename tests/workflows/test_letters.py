"""Writing letters: everybody once, with a code that works, however often a worker is killed; and reminders to the right people."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest
from arrangements import UTRECHT, OpenedRound, arrange_round, fill_in
from drawn_people import NOW, draw_people, somebody, taken_up, working_on
from openpyxl import load_workbook
from sqlmodel import col, select

import exports.letters.writing
from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import Contact, LastSurveyed
from ceo.storage.contacts import Disposition, Invitation, InvitationState, SecondCode, find_invitation
from ceo.storage.database import Database
from ceo.storage.kept_files import FilePurpose, KeptFile, KeptFilePart
from ceo.storage.letters import LetterKind
from ceo.storage.rounds import Round, RoundStage
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.answering.access_codes import access_key, read_code
from ceo.workflows.inviting.batch_lists import people_in_files, withdraw_batch
from ceo.workflows.inviting.batches import BatchForm, make_batches
from ceo.workflows.inviting.client_codes import Recipients, count_recipients
from ceo.workflows.inviting.letters import make_letters
from ceo.workflows.inviting.mail_merge import make_mail_merge
from ceo.workflows.inviting.orders import Order
from ceo.workflows.inviting.texts import LIMITS, TextFaultKind, change_texts, default_texts, read_texts
from ceo.workflows.jobs.kinds import JobKind
from ceo.workflows.jobs.working import JobFailedError
from ceo.workflows.kept_files.forgetting import forget_fetched_files
from ceo.workflows.kept_files.keeping import read_file

pytestmark = pytest.mark.anyio

INVITING: Final = Order(LetterKind.INVITATION)
REMINDING: Final = Order(LetterKind.REMINDER)
CODE: Final = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


class KilledError(BaseException):
    """The worker is no more."""


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two letters in a file, so that few people are many files."""
    monkeypatch.setattr(exports.letters.writing, "BATCH", 2)


@pytest.fixture
async def opened(database: Database, installation_settings: Settings) -> OpenedRound:
    return await arrange_round(database, installation_settings)


async def files_of(
    database: Database, opened: OpenedRound, purpose: FilePurpose = FilePurpose.LETTERS
) -> list[KeptFile]:
    """The files that people can fetch, in the order in which they were made."""
    async with tenant_reading(database, opened.municipality) as session:
        rows = (await session.exec(select(KeptFile).where(col(KeptFile.purpose) == purpose.value))).all()
    return sorted((row for row in rows if " " not in row.name), key=lambda row: row.name)


async def content(database: Database, opened: OpenedRound, kept: KeptFile) -> bytes:
    parts = read_file(database, opened.settings.encryption_keys, opened.municipality, kept.id)
    return b"".join([part async for part in parts])


async def letters(database: Database, opened: OpenedRound) -> dict[str, str]:
    """The code in the letter of each person, by name, from the files; nobody has two letters."""
    found: dict[str, str] = {}
    for kept in await files_of(database, opened):
        for text in pages(await content(database, opened, kept)):
            [name], [code] = re.findall(r"N\. (Nummer\d+)", text), CODE.findall(text)
            assert name not in found, f"{name} has two letters"
            found[name] = code
    return found


def pages(content: bytes) -> list[str]:
    """The text of each page of a PDF."""
    read = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True, timeout=60)
    return read.stdout.decode().removesuffix("\f").split("\f")


def hash_of(opened: OpenedRound, code: str) -> str:
    return access_key(opened.settings.secret_key, opened.municipality, read_code(code) or "").access_hash


async def invitations(database: Database, opened: OpenedRound) -> dict[str, Invitation]:
    """The invitations of people who were drawn, by client."""
    async with tenant_reading(database, opened.municipality) as session:
        rows = await session.exec(select(Invitation).where(col(Invitation.client_id).is_not(None)))
        return {row.client_id or "": row for row in rows}


@pytest.mark.usefixtures("small_files")
async def test_everybody_who_was_drawn_and_has_an_address_gets_one_letter_with_a_code_that_works(
    database: Database, opened: OpenedRound
) -> None:
    clients = await draw_people(database, opened, [somebody(number) for number in range(5)])
    await draw_people(database, opened, [somebody(9)], by_post=False)
    result = await make_letters(await working_on(database, opened, INVITING))
    assert (result["people"], result["set_aside"], len(result["files"])) == (5, 0, 3)

    codes = await letters(database, opened)
    assert sorted(codes) == [f"Nummer{number:03}" for number in range(5)]
    kept = await invitations(database, opened)
    assert set(kept) == set(clients)
    assert {row.access_hash for row in kept.values()} == {hash_of(opened, code) for code in codes.values()}
    assert {(row.sent_on, row.reminders, row.stratum) for row in kept.values()} == {(NOW.date(), 0, "Begeleiding")}
    async with reading_across(database) as session:
        surveyed = (await session.exec(select(LastSurveyed))).all()
        [made] = [row for row in await session.exec(select(AuditRecord)) if row.action == "letters.made"]
        rows = (await session.exec(select(KeptFile))).all()
    assert [row.drawn_on for row in surveyed] == [NOW.date()] * 5
    assert made.after == {"kind": "invitation", "people": 5, "set_aside": 0, "files": 3}
    assert sorted(people_in_files(rows).values()) == [1, 2, 2]
    assert [row.name for row in await files_of(database, opened)] == [
        "brieven-wmo-2026-01-2-stuks.pdf",
        "brieven-wmo-2026-02-2-stuks.pdf",
        "brieven-wmo-2026-03-1-stuks.pdf",
    ]


@pytest.mark.usefixtures("small_files")
async def test_a_worker_that_is_killed_at_any_moment_loses_no_code_and_makes_no_letter_twice(
    database: Database, installation_settings: Settings, opened: OpenedRound
) -> None:
    clients = await draw_people(database, opened, [somebody(number) for number in range(5)])
    working, killed = await working_on(database, opened, INVITING, clock=killing(12)), 0
    for moment in (17, 3, 22, 9, 1000):
        try:
            result = await make_letters(working)
        except KilledError:
            killed += 1
            working = await taken_up(database, installation_settings, UTRECHT, working.job_id, clock=killing(moment))
    assert killed >= 3
    assert (result["people"], len(result["files"])) == (5, 3)
    codes = await letters(database, opened)
    kept = await invitations(database, opened)
    assert len(codes) == len(clients) == len(kept)
    assert {row.access_hash for row in kept.values()} == {hash_of(opened, code) for code in codes.values()}
    async with reading_across(database) as session:
        assert len([row for row in await session.exec(select(AuditRecord)) if row.action == "letters.made"]) == 1


def killing(moment: int) -> Any:
    """A clock at which the worker is killed when it is looked at so many times: within effects, and between them."""
    looks = 0

    def clock() -> datetime:
        nonlocal looks
        looks += 1
        if looks == moment:
            raise KilledError
        return NOW

    return clock


async def test_a_job_that_ended_and_is_done_again_writes_to_nobody(
    database: Database, installation_settings: Settings, opened: OpenedRound
) -> None:
    await draw_people(database, opened, [somebody(1)])
    working = await working_on(database, opened, INVITING)
    first = await make_letters(working)
    # The worker is killed before it can say that the job is done; meanwhile somebody else comes into the frame.
    await draw_people(database, opened, [somebody(2)])
    again = await taken_up(database, installation_settings, UTRECHT, working.job_id)
    assert await make_letters(again) == first
    assert list(await letters(database, opened)) == ["Nummer001"]


async def test_somebody_who_was_invited_while_the_letter_was_written_gets_no_second_code(
    database: Database, opened: OpenedRound
) -> None:
    first, second = await draw_people(database, opened, [somebody(1), somebody(2)])
    working = await working_on(database, opened, INVITING)
    loop, written = asyncio.get_running_loop(), []

    async def invite_otherwise() -> None:
        async with tenant_transaction(database, UTRECHT) as session:
            facts = {"access_hash": "a" * 64, "round_id": opened.round_id, "stratum": "Begeleiding"}
            session.add(Invitation(municipality=UTRECHT, client_id=first, **facts))

    def write(batch: Any) -> bytes:
        if not written:
            asyncio.run_coroutine_threadsafe(invite_otherwise(), loop).result(timeout=60)
        written.append([one.contact.name for one in batch])
        return b"letters"

    form = BatchForm(FilePurpose.LETTERS, "application/pdf", 5, lambda number, people: f"{number}-{people}", write)
    result = await make_batches(working, INVITING, form, action="letters.made")
    assert written == [["Mevrouw N. Nummer001", "Mevrouw N. Nummer002"], ["Mevrouw N. Nummer002"]]
    assert (result["people"], len(result["files"])) == (1, 1)
    kept = await invitations(database, opened)
    assert kept[first].access_hash == "a" * 64
    assert second in kept
    async with tenant_reading(database, UTRECHT) as session:
        assert len((await session.exec(select(Invitation).where(col(Invitation.client_id) == first))).all()) == 1


async def test_who_has_an_address_that_does_not_fit_in_the_window_is_set_aside_without_a_code(
    database: Database, opened: OpenedRound
) -> None:
    strange = replace(somebody(2), name="Van der " * 100)
    unprintable = replace(somebody(3), name="N. Nummer003 \N{PILE OF POO}")
    clients = await draw_people(database, opened, [somebody(1), strange, unprintable])
    result = await make_letters(await working_on(database, opened, INVITING))
    assert (result["people"], result["set_aside"]) == (1, 2)
    assert set(await invitations(database, opened)) == {clients[0]}
    async with tenant_reading(database, UTRECHT) as session:
        by_post = {row.id for row in await session.exec(select(Contact)) if row.by_post}
    assert by_post == {clients[0]}


async def test_reminders_go_with_a_new_code_to_those_who_did_not_answer_and_did_not_refuse(
    database: Database, opened: OpenedRound
) -> None:
    names = ["open", "started", "complete", "refused", "deceased", "reminded"]
    clients = dict(zip(names, await draw_people(database, opened, [somebody(n) for n in range(6)]), strict=True))
    await make_letters(await working_on(database, opened, INVITING))
    first = await letters(database, opened)
    async with tenant_transaction(database, UTRECHT) as session:
        for name, client_id in clients.items():
            row = (await session.exec(select(Invitation).where(col(Invitation.client_id) == client_id))).one()
            row.state = name if name in set(InvitationState) else row.state
            row.disposition = Disposition.DECEASED.value if name == "deceased" else None
            row.reminders = 1 if name == "reminded" else 0
            row.sent_on = NOW.date() - timedelta(days=20)
        for kept in await files_of(database, opened):
            await session.delete(await session.get_one(KeptFile, kept.id))

    too_soon = replace(REMINDING, sent_before=NOW.date() - timedelta(days=20))
    assert (await make_letters(await working_on(database, opened, too_soon)))["people"] == 0
    in_time = replace(REMINDING, sent_before=NOW.date() - timedelta(days=19))
    assert (await make_letters(await working_on(database, opened, in_time)))["people"] == 2
    codes = await letters(database, opened)
    assert sorted(codes) == ["Nummer000", "Nummer001"]
    assert not set(codes.values()) & set(first.values())
    async with tenant_reading(database, UTRECHT) as session:
        for name in codes:
            found = await find_invitation(session, hash_of(opened, codes[name]))
            assert found is not None
            assert found[0].access_hash == hash_of(opened, first[name])
            assert (found[0].reminders, found[0].sent_on) == (1, NOW.date())
    assert (await make_letters(await working_on(database, opened, REMINDING)))["people"] == 0


async def test_letters_are_made_for_a_round_in_the_field_only_and_when_the_words_fit(
    database: Database, opened: OpenedRound
) -> None:
    await draw_people(database, opened, [somebody(1)])

    async def fault(clock: Any = lambda: NOW) -> str:
        with pytest.raises(JobFailedError) as raised:
            await make_letters(await working_on(database, opened, INVITING, clock=clock))
        return raised.value.fault

    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.DRAFT.value
    assert await fault() == "round-not-in-field"
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(Round, opened.round_id)).stage = RoundStage.FIELD.value
        longest = {name: "woorden " * (most // 8) for name, most in LIMITS.items()}
        assert not isinstance(
            await change_texts(session, opened.round_id, LetterKind.INVITATION, longest, actor="proef", now=NOW), dict
        )
    assert await fault() == "letter-does-not-fit"
    assert await fault(lambda: datetime(2027, 1, 2, tzinfo=NOW.tzinfo)) == "round-is-over"
    assert await invitations(database, opened) == {}


async def test_a_lost_file_is_withdrawn_and_new_letters_bring_new_codes_but_who_began_goes_on(
    database: Database, opened: OpenedRound
) -> None:
    clients = await draw_people(database, opened, [somebody(1), somebody(2)])
    await make_letters(await working_on(database, opened, INVITING))
    [lost] = await files_of(database, opened)
    before = await letters(database, opened)
    async with tenant_transaction(database, UTRECHT) as session:
        row = (await session.exec(select(Invitation).where(col(Invitation.client_id) == clients[0]))).one()
        row.state = InvitationState.STARTED.value
    keys = opened.settings.encryption_keys
    withdrawn = await withdraw_batch(database, keys, lost, actor="proef", now=NOW)
    assert withdrawn is not None
    assert (withdrawn.removed, withdrawn.stayed) == (1, 1)
    assert await withdraw_batch(database, keys, lost, actor="proef", now=NOW) is None
    assert set(await invitations(database, opened)) == {clients[0]}
    assert await files_of(database, opened) == []

    await make_letters(await working_on(database, opened, INVITING))
    after = await letters(database, opened)
    assert list(after) == ["Nummer002"]
    assert after["Nummer002"] != before["Nummer002"]


async def test_a_withdrawn_reminder_can_be_made_again_at_once(database: Database, opened: OpenedRound) -> None:
    [client] = await draw_people(database, opened, [somebody(1)])
    await make_letters(await working_on(database, opened, INVITING))
    days_ago = NOW.date() - timedelta(days=20)
    async with tenant_transaction(database, UTRECHT) as session:
        row = (await session.exec(select(Invitation).where(col(Invitation.client_id) == client))).one()
        row.sent_on = days_ago
    order = replace(REMINDING, sent_before=NOW.date() - timedelta(days=14))
    await make_letters(await working_on(database, opened, order))
    _, lost = await files_of(database, opened)
    assert lost.name.startswith("herinneringen-")
    await withdraw_batch(database, opened.settings.encryption_keys, lost, actor="proef", now=NOW)
    row = (await invitations(database, opened))[client]
    assert (row.reminders, row.sent_on) == (0, days_ago)
    async with tenant_reading(database, UTRECHT) as session:
        assert list(await session.exec(select(SecondCode))) == []
        assert await count_recipients(session, order.recipients(opened.round_id)) == 1


async def test_what_a_file_holds_is_removed_a_day_after_it_was_fetched(database: Database, opened: OpenedRound) -> None:
    await draw_people(database, opened, [somebody(1)])
    await make_letters(await working_on(database, opened, INVITING))
    [kept] = await files_of(database, opened)
    later = NOW + timedelta(days=30)
    assert await forget_fetched_files(database, now=later) == 0
    async with tenant_transaction(database, UTRECHT) as session:
        (await session.get_one(KeptFile, kept.id)).fetched_at = later
    assert await forget_fetched_files(database, now=later + timedelta(hours=23)) == 0
    assert await forget_fetched_files(database, now=later + timedelta(hours=25)) == 1
    assert await content(database, opened, kept) == b""
    assert len(await files_of(database, opened)) == 1
    async with tenant_reading(database, UTRECHT) as session:
        assert len((await session.exec(select(KeptFilePart))).all()) == 1  # which codes were in it


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
async def test_a_list_for_a_printer_has_addresses_codes_and_links_and_no_formulas(
    database: Database, opened: OpenedRound, file_format: str
) -> None:
    sly = replace(somebody(2), name="=1+1", care_of="Ouders", postcode="0123 AB")
    await draw_people(database, opened, [somebody(1), sly])
    order = replace(INVITING, file_format=file_format)
    working = await working_on(database, opened, order, kind=JobKind.MAKE_MAIL_MERGE)
    assert (await make_mail_merge(working))["people"] == 2
    [kept] = await files_of(database, opened, FilePurpose.MAIL_MERGE)
    rows = read_rows(await content(database, opened, kept), file_format)
    assert [row["naam"] for row in rows] == ["Mevrouw N. Nummer001", "'=1+1" if file_format == "csv" else "=1+1"]
    assert (rows[1]["schrijven_aan"], rows[1]["postcode"]) == ("Ouders", "0123 AB")
    assert {hash_of(opened, row["code"]) for row in rows} == {
        row.access_hash for row in (await invitations(database, opened)).values()
    }
    assert all(row["link"].startswith(f"http://testserver.local/GM0344/code/{row['code']}") for row in rows)
    assert "Questions in English: testserver.local/GM0344" in rows[0]["andere_talen"]


def read_rows(written: bytes, file_format: str) -> list[Mapping[str, Any]]:
    if file_format == "csv":
        return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig")), delimiter=";"))
    head, *rows = load_workbook(io.BytesIO(written)).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    return [{str(name): value or "" for name, value in zip(head, row, strict=True)} for row in rows]


async def test_texts_are_ours_until_they_are_changed_and_faults_are_told_by_part(
    database: Database, opened: OpenedRound
) -> None:
    kind = LetterKind.INVITATION
    wrong = {"subject": "", "opening": "x" * 401, "why": "Beste {naam}", "closing": "los { haakje", "use": "a<b>c"}
    async with tenant_transaction(database, UTRECHT) as session:
        assert await read_texts(session, opened.round_id, kind) == default_texts(kind)
        faults = await change_texts(session, opened.round_id, kind, wrong, actor="proef", now=NOW)
        assert isinstance(faults, dict)
        assert {part: (fault.kind, fault.what) for part, fault in faults.items()} == {
            "subject": (TextFaultKind.EMPTY, ""),
            "opening": (TextFaultKind.TOO_LONG, ""),
            "why": (TextFaultKind.PLACEHOLDER, "{naam}"),
            "closing": (TextFaultKind.PLACEHOLDER, "{"),
            "use": (TextFaultKind.SIGN, "<"),
        }
        typed = {"register": "easy", "subject": "  Hoe gaat het?  ", "opening": "Eén.\r\n\r\nTwee."}
        words = await change_texts(session, opened.round_id, kind, typed, actor="proef", now=NOW)
        assert words == replace(default_texts(kind, "easy"), subject="Hoe gaat het?", opening="Eén.\nTwee.")
    async with tenant_reading(database, UTRECHT) as session:
        assert await read_texts(session, opened.round_id, kind) == words
        records = [row for row in await session.exec(select(AuditRecord)) if row.action == "letter.text-changed"]
    assert [row.after["parts"] for row in records if row.after] == [
        ["closing", "opening", "register", "subject", "use", "why"]
    ]


async def test_who_answered_meanwhile_gets_no_reminder(database: Database, opened: OpenedRound) -> None:
    await draw_people(database, opened, [somebody(1), somebody(2)])
    await make_letters(await working_on(database, opened, INVITING))
    codes = await letters(database, opened)
    await fill_in(database, replace(opened, codes=(codes["Nummer002"],)), 0, send=True, day=date(2026, 11, 22))
    async with tenant_reading(database, UTRECHT) as session:
        waiting = Recipients(opened.round_id, LetterKind.REMINDER, by_mail=False)
        assert await count_recipients(session, waiting) == 1


def test_an_order_goes_along_with_a_job_as_numbers_and_words() -> None:
    order = Order(LetterKind.REMINDER, 2, date(2026, 11, 8), "xlsx")
    assert Order.of(order.payload) == order
