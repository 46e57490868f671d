"""Which passwords are refused, and how the others are kept."""

from __future__ import annotations

import asyncio
import time

import pytest
from signing import CHEAP

from ceo.workflows.staff import passwords
from ceo.workflows.staff.password_rules import LONGEST, PasswordFault, find_faults
from ceo.workflows.staff.passwords import HashingCost, compare_password, hash_password

pytestmark = pytest.mark.anyio

OWN = ("Jan de Vries", "jan.devries@utrecht.nl")


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", CHEAP)


@pytest.mark.parametrize(
    "password",
    [
        "Welkom2026!!",
        "w3lk0m-2026-!!",
        "Zomer2026Zomer2026",
        "Gemeente2026!!!",
        "gemeenteutrecht1",
        "AlphenaandenRijn1",
        "wachtwoordwachtwoord",
        "qwertyuiop123456",
        "qazwsxedcrfv",
        "asdfghjklasdf",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijklmnop",
        "123456789012345",
        "ik hou van jou 2026",
        "voorjaar 2026 najaar",
        "P@ssw0rdP@ssw0rd",
        "Wélkôm in 2026",
    ],
)
def test_what_people_build_of_words_years_and_rows_is_refused(password: str) -> None:
    assert find_faults(password) == (PasswordFault.PREDICTABLE,)


@pytest.mark.parametrize(
    "password",
    [
        "bijna geen gletsjer wandelt",
        "fiets lamp regen koffie",
        "kvxprtzmqwlj",
        "x7$kQ9!vB2mz",
        "Ёжик в тумане плывёт",
        "我们明天一起去看海吧好不好呀",
    ],
)
def test_a_few_unrelated_words_or_random_signs_are_taken_without_rules_about_their_kind(password: str) -> None:
    assert find_faults(password, own=OWN) == ()


@pytest.mark.parametrize(
    "password", ["Jan de Vries 1985", "jan.devries@utrecht.nl", "devries-utrecht-77", "clientervaringsonderzoek.ceo"]
)
def test_the_own_name_the_own_address_and_the_name_of_the_service_are_refused(password: str) -> None:
    assert find_faults(password, own=OWN)


def test_a_rare_name_is_refused_for_its_owner_only() -> None:
    assert find_faults("xanthippe zwaluwstaart") == ()
    assert find_faults("xanthippe zwaluwstaart", own=("Xanthippe Zwaluwstaart",)) == (PasswordFault.OWN,)


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("kvxprtzmqwl", (PasswordFault.TOO_SHORT,)),
        ("", (PasswordFault.TOO_SHORT, PasswordFault.PREDICTABLE)),
        ("gletsjer " * 22 + "xy", ()),
        ("gletsjer " * 22 + "xyz", (PasswordFault.TOO_LONG,)),
        ("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * LONGEST, (PasswordFault.TOO_LONG,)),
    ],
)
def test_a_password_has_from_12_to_200_characters(password: str, faults: tuple[PasswordFault, ...]) -> None:
    assert len("gletsjer " * 22 + "xy") == LONGEST
    assert find_faults(password) == (faults if password.strip() != "gletsjer" else ())


def test_the_longest_password_is_judged_within_a_moment() -> None:
    began = time.process_time()
    find_faults("".join(chr(97 + (n * n * 7 + n // 3) % 26) for n in range(LONGEST)), own=OWN)
    assert time.process_time() - began < 1


async def test_a_password_is_right_in_every_way_to_write_its_accents(cheap: None) -> None:
    kept = await hash_password("crème brûlée met spek")
    assert kept.startswith("$argon2id$")
    assert "spek" not in kept
    assert (await compare_password(kept, "cre\u0300me bru\u0302le\u0301e met spek")).right
    assert not (await compare_password(kept, "creme brulee met spek")).right
    assert not (await compare_password(kept, "Crème brûlée met spek")).right


async def test_who_has_no_password_has_no_right_one(cheap: None) -> None:
    for typed in ("", "iets", "x" * 1000, "\udcff"):
        assert not (await compare_password(None, typed)).right


async def test_what_is_no_hash_is_no_password(cheap: None) -> None:
    assert not (await compare_password("set", "set")).right


async def test_a_hash_of_another_cost_is_made_anew_when_the_password_is_right(
    cheap: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await hash_password("een gletsjer wandelt niet")
    assert (await compare_password(before, "een gletsjer wandelt niet")).renewed is None
    monkeypatch.setattr(passwords, "COST", HashingCost(memory=16, passes=2, lanes=1))
    assert (await compare_password(before, "iets anders")).renewed is None
    renewed = (await compare_password(before, "een gletsjer wandelt niet")).renewed
    assert renewed is not None
    assert "m=16,t=2,p=1" in renewed
    assert (await compare_password(renewed, "een gletsjer wandelt niet")).renewed is None


async def test_the_cost_is_what_the_standard_recommends() -> None:
    assert "$m=65536,t=3,p=4$" in await hash_password("een gletsjer wandelt niet")


async def test_hashing_keeps_no_page_waiting(cheap: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", HashingCost(memory=8 * 1024, passes=8, lanes=1))
    hashing = asyncio.gather(*(hash_password("een gletsjer") for _ in range(4)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 20


async def test_nobodys_password_takes_as_much_work_as_somebodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "COST", HashingCost(memory=8 * 1024, passes=2, lanes=1))
    kept = await hash_password("een gletsjer wandelt niet")
    await compare_password(None, "warm")

    async def work_for(hashed: str | None) -> float:
        began = time.process_time()
        await compare_password(hashed, "een ander wachtwoord")
        return time.process_time() - began

    somebody, nobody = [min([await work_for(hashed) for _ in range(8)]) for hashed in (kept, None)]
    assert 0.5 < nobody / somebody < 2
