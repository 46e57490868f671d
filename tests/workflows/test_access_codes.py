import random

from hypothesis import given
from hypothesis import strategies as st

from ceo.workflows.access_codes import ALPHABET, access_key, draw_code, read_code, show_code

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


def test_an_8_on_the_letter_was_a_b() -> None:
    assert read_code("8CDF-8HJK-3467") == "BCDFBHJK3467"


@given(st.text(max_size=40))
def test_what_is_read_is_twelve_signs_of_the_alphabet_or_nothing(typed: str) -> None:
    code = read_code(typed)
    assert code is None or (len(code) == 12 and set(code) <= set(ALPHABET))


def test_a_vowel_or_a_sign_that_looks_like_another_is_no_code() -> None:
    assert [read_code(f"BCDF-GHJK-346{sign}") for sign in "AEIOU0125SZ"] == [None] * 11


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
