"""Snapshots: what is sealed reads back the same, whatever came in first, and nothing of it can change unseen."""

from __future__ import annotations

import random
from datetime import date
from io import BytesIO

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.snapshots import (
    DamagedSnapshotError,
    SealedFacts,
    SealedRow,
    Snapshot,
    digest_of,
    make_snapshot,
    read_snapshot,
    write_snapshot,
)
from questionnaires.answering import seal
from questionnaires.answers import answers_to_json
from questionnaires.codebook import VariableKind, build_codebook
from questionnaires.loading import load_shipped
from questionnaires.publishing import publish
from questionnaires.simulation import simulate_answers

FACTS = SealedFacts("GM0344", "wmo-2026", "Wmo", date(2026, 3, 1), date(2026, 4, 1), "anonymous", {"Begeleiding": 120})
ASKED = load_shipped("wmo@1")
PUBLISHED = publish(ASKED)
CODEBOOK = build_codebook(PUBLISHED)
OPEN = {one.item for one in CODEBOOK.variables if one.kind in {VariableKind.TEXT, VariableKind.NARRATIVE}}


def rows(number: int, first: int = 0) -> list[SealedRow]:
    """Simulated clients."""
    return [
        SealedRow(
            "Begeleiding",
            PUBLISHED.content_hash,
            "web",
            "nl",
            "standard",
            "self",
            date(2026, 3, 2),
            answers_to_json(seal(ASKED, simulate_answers(ASKED, random.Random(client))).answers),
        )
        for client in range(first, first + number)
    ]


def sealed(number: int = 12) -> tuple[Snapshot, bytes]:
    snapshot = make_snapshot(FACTS, rows(number), [CODEBOOK])
    return snapshot, write_snapshot(snapshot, [CODEBOOK])


def test_what_is_sealed_reads_back_the_same() -> None:
    snapshot, written = sealed(40)
    assert read_snapshot(written) == snapshot
    assert any(entry.get("missing") for row in snapshot.rows for entry in row.answers.values())


def test_the_order_of_arrival_is_not_kept_and_does_not_change_the_digest() -> None:
    arrived = rows(30)
    turned = make_snapshot(FACTS, reversed(arrived), [CODEBOOK])
    assert digest_of(turned) == digest_of(make_snapshot(FACTS, arrived, [CODEBOOK]))
    assert [row.answers for row in turned.rows] != [row.answers for row in reversed(arrived)]


def test_own_words_are_not_sealed() -> None:
    told = [row for row in rows(200) if OPEN & row.answers.keys()]
    assert told, "somebody told a story"
    snapshot = make_snapshot(FACTS, told, [CODEBOOK])
    assert not [row for row in snapshot.rows if OPEN & row.answers.keys()]


def test_a_changed_answer_is_found() -> None:
    _, written = sealed()
    table = pq.read_table(BytesIO(written))
    name = next(name for name in table.column_names if name.endswith("@1") and table[name].null_count < len(table))
    values = table[name].to_pylist()
    values[0], values[-1] = "anders", "ook anders"
    changed = table.set_column(table.column_names.index(name), table.schema.field(name), [values])
    again = BytesIO()
    pq.write_table(changed, again)
    with pytest.raises(DamagedSnapshotError, match="digest"):
        read_snapshot(again.getvalue())


@pytest.mark.parametrize("content", [b"", b"PAR1", b"geen parquet"], ids=["empty", "begin", "text"])
def test_another_file_is_no_snapshot(content: bytes) -> None:
    with pytest.raises(DamagedSnapshotError):
        read_snapshot(content)


def test_an_empty_round_can_be_sealed() -> None:
    snapshot = make_snapshot(FACTS, (), [CODEBOOK])
    assert read_snapshot(write_snapshot(snapshot, [CODEBOOK])) == snapshot


@given(st.lists(st.integers(0, 500), max_size=8), st.randoms(use_true_random=False))
def test_any_clients_in_any_order_give_one_digest_that_reads_back(clients: list[int], chance: random.Random) -> None:
    listed = [row for client in clients for row in rows(1, client)]
    once = make_snapshot(FACTS, listed, [CODEBOOK])
    chance.shuffle(listed)
    again = make_snapshot(FACTS, listed, [CODEBOOK])
    assert read_snapshot(write_snapshot(again, [CODEBOOK])) == once
