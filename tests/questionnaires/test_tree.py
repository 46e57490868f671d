from __future__ import annotations

from expressing import EXPRESSION, written

from questionnaires.expressions.leaves import AnswerOf
from questionnaires.expressions.tree import calculations_in, count_inlined, items_in, items_read, reads_nothing, walk

NESTED = {
    "all": [
        {"not": {"in": [{"answer": "A"}, [{"code": "x"}, {"code": "y"}]]}},
        {"any": [{"ge": [{"count_selected": {"answer": "B"}}, 2]}, True]},
    ]
}
CALCULATIONS = {
    "een": written({"gt": [{"answer": "C"}, 1]}),
    "twee": written({"all": [{"calc": "een"}, {"calc": "een"}]}),
    "kring": written({"not": {"calc": "kring"}}),
}


def test_an_expression_is_written_back_as_it_was_read() -> None:
    assert EXPRESSION.dump_python(written(NESTED), mode="json") == NESTED


def test_walking_visits_every_node_with_its_place_and_depth() -> None:
    visited = [(".".join(map(str, place)), depth) for place, depth, _ in walk(written(NESTED))]
    assert visited == [
        ("", 1),
        ("all.0", 2),
        ("all.0.not", 3),
        ("all.0.not.in.0", 4),
        ("all.0.not.in.1.0", 4),
        ("all.0.not.in.1.1", 4),
        ("all.1", 2),
        ("all.1.any.0", 3),
        ("all.1.any.0.ge.0", 4),
        ("all.1.any.0.ge.0.count_selected", 5),
        ("all.1.any.0.ge.1", 4),
        ("all.1.any.1", 3),
    ]


def test_items_and_calculations_are_found_with_their_places() -> None:
    expression = written(
        {"if": [{"calc": "een"}, {"sum": {"of": ["A", "B"], "as": "value", "min_valid": 1}}, {"answer": "C"}]}
    )
    assert [(".".join(map(str, place)), item) for place, item in items_in(expression)] == [
        ("if.1.sum.of.0", "A"),
        ("if.1.sum.of.1", "B"),
        ("if.2.answer", "C"),
    ]
    assert list(calculations_in(expression)) == [(("if", 0, "calc"), "een")]


def test_the_items_that_an_expression_reads_are_known() -> None:
    assert items_read(written(NESTED)) == {"A", "B"}
    assert items_read(AnswerOf(item="C")) == {"C"}


def test_items_are_also_read_by_way_of_calculations() -> None:
    expression = written({"any": [{"calc": "twee"}, {"calc": "kring"}, {"calc": "weg"}, {"answered": {"answer": "A"}}]})
    assert items_read(expression, CALCULATIONS) == {"A", "C"}
    assert items_read(expression) == {"A"}


def test_an_expression_is_counted_with_its_calculations_written_out() -> None:
    sizes = {"een": 3, "twee": 7, "kring": 2, "weg": 1}
    assert {name: count_inlined(written({"calc": name}), CALCULATIONS) for name in sizes} == sizes


def test_what_is_only_written_down_reads_nothing() -> None:
    assert reads_nothing(written({"add": [1, {"months_between": [{"date": "2026-01-01"}, {"date": "2026-02-01"}]}]}))
    reading = [{"answer": "A"}, {"calc": "c"}, {"sample": "s"}, {"response": "mode"}]
    reading.append({"mean": {"of": ["A"], "as": "score", "min_valid": 1}})  # type: ignore[dict-item]  # as in a file
    assert not any(reads_nothing(written({"min": [1, node]})) for node in reading)
