from __future__ import annotations

import itertools
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.strict_yaml import YamlDocument, decode_yaml, read_yaml


def data_of(text: str) -> object:
    document = read_yaml(text, "proef.yaml")
    assert isinstance(document, YamlDocument), document
    return document.data


def problems_of(text: str) -> list[tuple[int, str, str]]:
    found = read_yaml(text, "proef.yaml")
    assert not isinstance(found, YamlDocument), found
    assert all(problem.cause and problem.cure and problem.file == "proef.yaml" for problem in found)
    return [(problem.line, problem.code, problem.place) for problem in found]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("null", None),
        ("", None),
        ("true", True),
        ("false", False),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("1.5", 1.5),
        ("-0.25", -0.25),
        ("10.0", 10.0),
        ("no", "no"),
        ("Yes", "Yes"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2027-01-01", "2027-01-01"),
        ('"0344"', "0344"),
        ("'1.10'", "1.10"),
        ('"true"', "true"),
        ("'~'", "~"),
        ("eens5@1", "eens5@1"),
        ("1.2.3", "1.2.3"),
        ("café", "café"),
        ("=", "="),
    ],
)
def test_only_what_cannot_be_misread_has_a_type(written: str, value: object) -> None:
    assert data_of(f"a: {written}\n") == {"a": value}


@pytest.mark.parametrize(
    "written",
    [
        *(
            "0344",
            "-0",
            "007",
            "1.10",
            "1.00",
            "1e5",
            ".5",
            "5.",
            "+5",
            "0x1F",
            "0o17",
            "0b11",
            "1_000",
            ".inf",
            "-.INF",
        ),
        *(".nan", "1" * 16, "0.123456789", "1" * 5000),
    ],
)
def test_a_number_that_would_not_come_back_as_written_must_be_quoted(written: str) -> None:
    assert problems_of(f"a: 1\nb: {written}\n") == [(2, "Y10", "b")]


@pytest.mark.parametrize("written", ["~", "True", "FALSE", "Null", "NULL"])
def test_other_spellings_of_null_true_and_false_are_refused(written: str) -> None:
    assert problems_of(f"a: [1, {written}]\n") == [(1, "Y12", "a[1]")]


def test_the_cure_of_a_leading_zero_is_quotes() -> None:
    problems = read_yaml("gemeente: 0344\n", "a.yaml")
    assert isinstance(problems, tuple)
    (problem,) = problems
    assert problem.cure.startswith('Zet dit tussen aanhalingstekens: "0344"')


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: 2\na: 3\n", [(3, "Y04", "a")]),
        ("a:\n  b: 1\n  'b': 2\n", [(3, "Y04", "a.b")]),
        ("no: 1\n'no': 2\n", [(2, "Y04", "no")]),
        ("a: &x 1\nb: *x\n", [(1, "Y05", ""), (2, "Y05", "")]),
        ("a: &x 1\n", [(1, "Y05", "")]),
        ("a: 1\n<<: {b: 2}\n", [(2, "Y06", "")]),
        ("a: !!str 1\n", [(1, "Y07", "")]),
        ("a: !eigen [1]\n", [(1, "Y07", "")]),
        ("a: 1\n---\nb: 2\n", [(2, "Y08", "")]),
        ("", [(1, "Y02", "")]),
        ("# alleen uitleg\n", [(1, "Y02", "")]),
        ("a:\n\tb: 1\n", [(2, "Y03", "")]),
        ("a:\n  \tb: 1\n", [(2, "Y03", "")]),
        ("a: [1, 2\nb: 3\n", [(2, "Y02", "")]),
        ("a: 'open\n", [(2, "Y02", "")]),
        ("a: b: c\n", [(1, "Y02", "")]),
        ("a: 1\nb: \x07\n", [(2, "Y02", "")]),
        ("{a: 1}: 2\n", [(1, "Y11", "")]),
        ("? [a]\n: 2\n", [(1, "Y11", "")]),
        ("a: " + "[" * 30 + "]" * 30, [(1, "Y09", "")]),
        ("a: 0344\nb: 1\nb: 007\nc: True\n", [(1, "Y10", "a"), (3, "Y04", "b"), (4, "Y12", "c")]),
    ],
)
def test_every_kind_of_mistake_has_its_code_and_line(text: str, problems: list[tuple[int, str, str]]) -> None:
    assert problems_of(text) == problems


def test_deep_nesting_is_refused_without_exhausting_memory_or_stack() -> None:
    assert problems_of("[" * 100_000) == [(1, "Y09", "")]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0344", "Y10"),  # other readers: 228
        ("no", "no"),  # false
        ("12:30", "12:30"),  # 750
        ("1.10", "Y10"),  # 1.1
        ("&x 1", "Y05"),  # 1, and a name for it
        ("!!python/name:os.system x", "Y07"),  # a function of the reader's computer
    ],
)
def test_what_other_readers_take_for_something_else_is_text_or_refused(written: str, value: str) -> None:
    found = read_yaml(f"gemeente: Utrecht\ncode: {written}\n", "a.yaml")
    if isinstance(found, YamlDocument):
        assert found.data == {"gemeente": "Utrecht", "code": value}
    else:
        assert [(problem.line, problem.code) for problem in found] == [(2, value)]


BOMB = 'a: &a ["ha"]\n' + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in itertools.pairwise("abcdefghij")
)
HOSTILE = {
    "anchors that multiply": (BOMB, "Y05", 1),
    "more than fits": ("a: 1\n" * 2_000_000, "Y13", 400_001),
    "one long line": ("a: " + "x" * 10_000_000, "Y13", 1),
    "many small parts": ("a: [\n" + "1,\n" * 600_000 + "]\n", "Y13", 199_998),
    "many documents": ("---\n" * 50_000, "Y08", 2),
    "deep blocks": ("[" * 1_000_000, "Y09", 1),
    "deep keys": ("".join(" " * depth + "a:\n" for depth in range(1_500)), "Y09", 25),
    "one key again and again": ("a: 1\n" * 20_000, "Y04", 2),
    "tabs": ("a:\n" + "\tb: 1\n" * 100_000, "Y03", 2),
}


@contextmanager
def no_more_memory_than(extra: int) -> Iterator[None]:
    """Let this process take so many bytes more than it has: beyond that, it fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + extra, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_a_line_with_little_memory(name: str) -> None:
    text, code, line = HOSTILE[name]
    with no_more_memory_than(150_000_000):
        found = read_yaml(text, "a.yaml")
    assert not isinstance(found, YamlDocument)
    assert (found[0].code, found[0].line) == (code, line)


def calls_to_read(text: str) -> int:
    """Count the functions that are called while a text is read: work, however busy the machine is."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read_yaml(text, "a.yaml")
    finally:
        sys.setprofile(before)
    return counted


def test_a_file_that_is_too_large_is_refused_with_less_work_than_one_line_is_read() -> None:
    assert 0 < calls_to_read("a: 1\n" * 2_000_000) < calls_to_read("a: 1\n")


def test_a_large_file_of_real_size_is_read() -> None:
    text = "items:\n" + "".join(f"  ITM{number}: {{stem: Een gewone vraag, max: 3}}\n" for number in range(5_000))
    document = read_yaml(text, "a.yaml")
    assert isinstance(document, YamlDocument)
    assert len(document.lines) == 15_002


def test_a_long_word_that_starts_as_a_number_is_read_at_once() -> None:
    long = "1" * 200_000 + "x"
    assert data_of(f"a: {long}\n") == {"a": long}


def test_a_quoted_merge_sign_is_an_ordinary_key() -> None:
    assert data_of("'<<': 1\n") == {"<<": 1}


def test_keys_are_always_text() -> None:
    assert data_of("1: a\n0344: b\ntrue: c\n") == {"1": "a", "0344": "b", "true": "c"}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert data_of("\ufeffa: 1\n") == {"a": 1}


def test_windows_line_ends_are_read_and_counted() -> None:
    assert problems_of("a: 1\r\nb: 0344\r\n") == [(2, "Y10", "b")]


def test_text_that_is_not_utf8_has_the_line_of_the_first_wrong_byte() -> None:
    found = decode_yaml(b"a: 1\nb: caf\xe9\n", "oud.yaml")
    assert not isinstance(found, str)
    assert (found.file, found.line, found.code) == ("oud.yaml", 2, "Y01")


def test_utf8_text_is_decoded_with_and_without_byte_order_mark() -> None:
    assert decode_yaml("a: é".encode(), "a.yaml") == "a: é"
    assert decode_yaml("\ufeffa: é".encode(), "a.yaml") == "a: é"


def test_every_place_has_its_line() -> None:
    document = read_yaml("a:\n  - x: 1\n    y: 2\n  - z\n", "a.yaml")
    assert isinstance(document, YamlDocument)
    assert document.lines == {(): 1, ("a",): 1, ("a", 0): 2, ("a", 0, "x"): 2, ("a", 0, "y"): 3, ("a", 1): 4}


def test_a_problem_at_a_place_that_is_not_there_gets_the_line_around_it() -> None:
    document = read_yaml("a:\n  b:\n    c: 1\n", "a.yaml")
    assert isinstance(document, YamlDocument)
    assert document.problem(("a", "b", "d", 3), "D01", "oorzaak.", "raad.").line == 2


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_is_read_or_explained(text: str) -> None:
    found = read_yaml(text, "a.yaml")
    assert isinstance(found, YamlDocument) or len(found) > 0


@given(st.text(alphabet="ab: \n-[]{}&*!?|>'\"#%@`0.1e~<", max_size=40))
def test_any_jumble_of_yaml_signs_is_read_or_explained(text: str) -> None:
    found = read_yaml(text, "a.yaml")
    assert isinstance(found, YamlDocument) or len(found) > 0
