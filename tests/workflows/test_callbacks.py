import base64
import re
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from ceo.storage.callbacks import Callback
from ceo.workflows.answering.access_codes import AccessKey
from ceo.workflows.answering.callbacks import (
    LONGEST_NAME,
    Call,
    CallbackRequest,
    callback_of,
    open_callback,
    open_request,
    read_number,
    seal_request,
    traceable_id,
    untraceable_id,
)
from ceo.workflows.installation.keyring import DamagedSealError, UnknownKeyError, key_name, sealed_with

KEYS, OTHER_KEYS = (bytes.fromhex("5e" * 32),), (bytes.fromhex("6f" * 32),)
KEY = AccessKey("GM0344", "7c" * 32)
REQUEST = CallbackRequest("0612345678", "Fatma")


def sent(request: CallbackRequest = REQUEST, *, story: str = "De hulp komt niet.", size: int = 3000) -> Callback:
    sealed = seal_request(KEYS, KEY, "VER01", request)
    return callback_of(KEY, "VER01", sealed, call_id="a" * 64, round_id=1, story=story, size=size)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0612345678", "0612345678"),
        (" 06 - 12 34 56 78 ", "0612345678"),
        ("(030) 123.45.67", "0301234567"),
        ("+31 (0)6 12345678", "+31612345678"),
        ("0048 123 456 789", "0048123456789"),
        ("", None),
        ("14 030", None),
        ("061234567", None),
        ("06123456789", None),
        ("mijn nummer", None),
        ("٠٦١٢٣٤٥٦٧٨", None),
        ("+" + "1" * 40, None),
    ],
)
def test_a_number_is_read_however_it_is_written(written: str, number: str | None) -> None:
    assert read_number(written) == number


def test_the_client_reads_the_request_in_a_draft_again() -> None:
    assert open_request(KEY, "VER01", seal_request(KEYS, KEY, "VER01", REQUEST)) == REQUEST


@pytest.mark.parametrize(
    ("key", "item"),
    [
        (replace(KEY, secret="7d" * 32), "VER01"),  # another code
        (KEY, "VER02"),  # another story
    ],
)
def test_nobody_else_reads_a_request_in_a_draft(key: AccessKey, item: str) -> None:
    sealed = seal_request(KEYS, KEY, "VER01", REQUEST)
    with pytest.raises(InvalidTag):
        open_request(key, item, sealed)


def test_the_key_of_the_installation_alone_does_not_open_a_request_in_a_draft() -> None:
    sealed = seal_request(KEYS, KEY, "VER01", REQUEST)
    with pytest.raises(DamagedSealError):
        open_callback(KEYS, Callback(municipality=KEY.municipality, id=KEY.draft_id, round_id=1, sealed=sealed))


def test_the_municipality_reads_the_number_the_name_and_the_story_that_were_sent() -> None:
    assert open_callback(KEYS, sent()) == Call("0612345678", "Fatma", "De hulp komt niet.")


@pytest.mark.parametrize(
    ("keys", "changes", "refusal"),
    [
        (OTHER_KEYS, {}, UnknownKeyError),
        (KEYS, {"municipality": "GM0193"}, DamagedSealError),
        (KEYS, {"id": "b" * 64}, InvalidTag),
    ],
)
def test_a_request_opens_only_with_the_key_of_the_installation_and_at_its_own_place(
    keys: tuple[bytes, ...], changes: dict[str, str], refusal: type[Exception]
) -> None:
    row = Callback(**{**sent().model_dump(), **changes})
    with pytest.raises(refusal):
        open_callback(keys, row)


def test_a_request_that_was_changed_does_not_open() -> None:
    row = sent()
    row.sealed = row.sealed[:-9] + ("A" if row.sealed[-9] != "A" else "B") + row.sealed[-8:]
    with pytest.raises(InvalidTag):
        open_callback(KEYS, row)


def test_nothing_of_a_request_can_be_read_without_a_key() -> None:
    for written in (seal_request(KEYS, KEY, "VER01", REQUEST), sent().sealed):
        parts = [base64.urlsafe_b64decode(part + "==") for part in re.split("[:.]", written)]
        assert not [words for words in (b"0612345678", b"Fatma", b"hulp") for part in parts if words in part]


def test_a_draft_says_which_key_of_the_installation_its_envelope_needs() -> None:
    sealed = seal_request((*OTHER_KEYS, *KEYS), KEY, "VER01", REQUEST)
    assert sealed_with(sealed) == key_name(OTHER_KEYS[0])


def test_a_request_from_before_another_key_came_still_opens_when_it_is_sent() -> None:
    assert open_callback((*OTHER_KEYS, *KEYS), sent()) == Call("0612345678", "Fatma", "De hulp komt niet.")


@given(st.text(max_size=30), st.text(max_size=LONGEST_NAME))
def test_the_length_of_what_is_kept_says_nothing_about_the_story_or_the_name(story: str, name: str) -> None:
    usual = sent(size=30)
    longest = sent(CallbackRequest("+" + "1" * 14, name), story=story, size=30)
    assert len(longest.sealed) == len(usual.sealed)
    assert open_callback(KEYS, longest).story == story
    drafts = [seal_request(KEYS, KEY, "VER01", request) for request in (REQUEST, CallbackRequest("0", name))]
    assert len(drafts[0]) == len(drafts[1])


def test_the_same_request_never_looks_the_same() -> None:
    assert len({sent().sealed for _ in range(3)}) == 3


def test_an_id_follows_from_the_code_where_that_was_promised_and_elsewhere_from_nothing() -> None:
    assert traceable_id(KEY, "VER01") == traceable_id(KEY, "VER01")
    assert traceable_id(KEY, "VER01") not in {traceable_id(KEY, "VER02"), KEY.pseudonym, KEY.draft_id, KEY.access_hash}
    assert untraceable_id() != untraceable_id()
    assert len(untraceable_id()) == len(traceable_id(KEY, "VER01")) == 64
