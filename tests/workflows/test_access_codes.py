import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceo.workflows.answering.access_codes import (
    ALPHABET,
    BroughtCode,
    access_key,
    draw_code,
    read_brought,
    read_code,
    seal_of,
    show_code,
)

KEY = bytes(range(32))
CODES = st.text(alphabet=ALPHABET, min_size=12, max_size=12)


@given(CODES, st.randoms(use_true_random=False))
def test_a_code_reads_the_same_in_any_case_and_with_any_spaces_or_hyphens(code: str, chance: random.Random) -> None:
    typed = "".join(chance.choice([sign, sign.lower()]) + chance.choice(["", "", " ", "-", "\t", "."]) for sign in code)
    assert read_code(f" {typed} ") == code


@given(CODES)
def test_a_code_as_it_is_shown_reads_as_itself(code: str) -> None:
    assert read_code(show_code(code)) == code


def test_a_drawn_code_is_a_code_of_three_groups() -> None:
    code = draw_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert read_code(code) == code.replace("-", "")


def test_drawn_codes_differ() -> None:
    assert len({draw_code() for _ in range(1000)}) == 1000


# Other signs for the same one: what looks alike, what another keyboard makes, what another script has for a digit.
DISGUISES = {
    "B": "8Вв",
    "C": "Ссçč",
    "F": "EeÉеＦ",
    "H": "Нн",
    "J": "Јｊ",
    "K": "Ккķ",
    "L": "1IiİıІіĹ",
    "M": "Мм",
    "N": "ñＮ",
    "P": "Рр",
    "Q": "0OoОо",
    "T": "Тт",
    "V": "Uuü",
    "X": "Хх",
    "Y": "УуÝ",
    "3": "З٣۳３",
    "4": "٤۴",
    "6": "٦۶",
    "7": "2Zzž٧۷٢",
    "9": "٩۹⁹",
}


@given(CODES, st.randoms(use_true_random=False))
def test_a_code_in_any_disguise_reads_as_itself(code: str, chance: random.Random) -> None:
    typed = "".join(
        chance.choice([sign, sign.lower(), *DISGUISES.get(sign, "")])
        + chance.choice(["", " ", "-", "\u2013", ".", "\u200f"])
        for sign in code
    )
    assert read_code(typed) == code


def test_a_disguise_stands_for_one_sign_only() -> None:
    everything = "".join(DISGUISES.values())
    assert len(set(everything)) == len(everything)
    assert set(everything).isdisjoint(ALPHABET)


@given(st.text(max_size=40))
def test_what_was_read_reads_as_itself(typed: str) -> None:
    code = read_code(typed)
    assert code is None or read_code(code) == code


@given(st.text(max_size=40))
def test_what_is_read_is_twelve_signs_of_the_alphabet_or_nothing(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == 12 and set(code) <= set(ALPHABET))


def test_a_sign_that_looks_like_none_or_like_more_than_one_is_no_code() -> None:
    assert [read_code(f"BCDF-GHJK-346{sign}") for sign in "A5SЖע"] == [None] * 5


@pytest.mark.parametrize("municipality", ["GM0344", "GM0193"])
def test_a_code_with_the_seal_of_its_letter_is_sealed(municipality: str) -> None:
    seal = seal_of(KEY, municipality, "BCDFGHJK3467")
    link = show_code("BCDFGHJK3467" + seal)
    assert read_brought(KEY, municipality, link.lower()) == BroughtCode("BCDFGHJK3467", sealed=True)
    assert len(seal) == 12, "24^12 is about 55 bits"
    assert set(seal) <= set(ALPHABET)


@pytest.mark.parametrize(
    "behind",
    [
        pytest.param("", id="no seal"),
        pytest.param(seal_of(KEY, "GM0344", "BCDFGHJK3467")[:-1], id="cut off"),
        pytest.param(seal_of(KEY, "GM0344", "BCDFGHJK3469"), id="of another code"),
        pytest.param(seal_of(KEY, "GM0193", "BCDFGHJK3467"), id="of another municipality"),
        pytest.param(seal_of(bytes(32), "GM0344", "BCDFGHJK3467"), id="of another installation"),
        pytest.param("é", id="not even a letter of a code"),
    ],
)
def test_a_code_with_another_seal_counts_as_typed(behind: str) -> None:
    assert read_brought(KEY, "GM0344", f"BCDF-GHJK-3467-{behind}") == BroughtCode("BCDFGHJK3467", sealed=False)


def test_a_text_that_is_longer_than_a_link_or_begins_with_no_code_brings_none() -> None:
    assert read_brought(KEY, "GM0344", "BCDFGHJK3467" + "B" * 13) is None
    assert read_brought(KEY, "GM0344", "BCDF") is None


def test_a_seal_stays_the_same_for_ever() -> None:
    # Letters are on paper: if this changes, their links are typed codes from then on.
    assert seal_of(KEY, "GM0344", "BCDFGHJK3467") == "6DPWBYJX6N6F"


@given(CODES)
def test_the_same_code_in_another_municipality_leads_to_other_names(code: str) -> None:
    utrecht, zwolle = access_key(KEY, "GM0344", code), access_key(KEY, "GM0193", code)
    assert {utrecht.access_hash, utrecht.draft_id}.isdisjoint({zwolle.access_hash, zwolle.draft_id})


@given(CODES)
def test_the_names_of_the_invitation_and_of_the_draft_differ_and_hide_the_key(code: str) -> None:
    key = access_key(KEY, "GM0344", code)
    assert len({key.secret, key.access_hash, key.draft_id}) == 3


@given(CODES)
def test_without_the_key_of_the_installation_a_code_leads_elsewhere(code: str) -> None:
    assert access_key(KEY, "GM0344", code) != access_key(bytes(32), "GM0344", code)


def test_a_code_leads_to_the_same_key_for_ever() -> None:
    # Letters are on paper: if this changes, every code of a running round is lost.
    key = access_key(KEY, "GM0344", "BCDFGHJK3467")
    assert key.access_hash == "276b5193f34eb74879fa8063d034cc5a52d4059909c5093f67a297f68129948a"
    assert key.draft_id == "d26ead2adb9e262a861940580c761de33821a8aed69f3514d41eb2982e302f81"
    assert key.masked("0" * 64) == "97b536be555f49a4e349c2e0d3120cb7b0aaa212a6dcd4047b520b17fdbe120b"


@given(CODES, st.binary(min_size=32, max_size=32).map(bytes.hex))
def test_only_the_same_code_takes_the_mask_off_a_name(code: str, name: str) -> None:
    key, other = access_key(KEY, "GM0344", code), access_key(KEY, "GM0193", code)
    assert key.masked(key.masked(name)) == name
    assert name not in {key.masked(name), other.masked(key.masked(name))}
    # The mask is none of the names that stand elsewhere: together with one of them it would show the name.
    assert key.masked("0" * 64) not in {key.secret, key.access_hash, key.draft_id, key.pseudonym, key.keyed_form}
