"""Writing into a definition file who vouches for a statement, without changing anything else in the text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import yaml

from questionnaires.yaml_nodes import LOADER, Place

# What stands in a draft, where the format wants two names. Whatever an editor writes there, it does not count.
PLACEHOLDERS: Final = ("maker", "tweede redacteur")


def with_approvers(text: str, place: Place, approvers: Sequence[str], approved_on: date | None = None) -> str:
    r"""Return a text with these names for `approved_by` at a place, and this day for `approved_on` when it is given.

    Only a text that was read without problems can be changed. Lines stay where they are.

    >>> with_approvers("a: {of: 1, approved_by: [maker, tweede]}\n", ("a",), ["r-1", "r-2"])
    'a: {of: 1, approved_by: ["r-1", "r-2"]}\n'
    >>> print(with_approvers("approved_by:\n- maker\n- tweede\nb: 1", (), ["r-1", "r-2"]))
    approved_by:
     ["r-1", "r-2"]
    <BLANKLINE>
    b: 1
    """
    written = {"approved_by": json.dumps(list(approvers), ensure_ascii=False)}
    if approved_on is not None:
        written["approved_on"] = f'"{approved_on.isoformat()}"'
    node = yaml.compose(text, Loader=LOADER)
    for step in place:
        node = _below(node, step)
    assert isinstance(node, yaml.MappingNode), "a statement is a block of keys"
    return _spliced(text, node, written)


def _below(node: yaml.Node | None, step: str | int) -> yaml.Node:
    assert isinstance(node, yaml.MappingNode), "a statement stands below named entries"
    below: yaml.Node = next(value for key, value in node.value if key.value == step)
    return below


def _spliced(text: str, node: yaml.MappingNode, written: Mapping[str, str]) -> str:
    values = [(value, written[key.value]) for key, value in node.value if key.value in written]
    # From the end to the beginning, so that the marks of what is still to come stay right.
    for value, new in sorted(values, key=lambda one: one[0].start_mark.index, reverse=True):
        start, end = value.start_mark.index, value.end_mark.index
        if isinstance(value, yaml.SequenceNode) and not value.flow_style:
            end = value.value[-1].end_mark.index
            # Brackets must stand further to the right than the key; dashes need not.
            text = f"{text[:start]} {new}{_lines(text[start:end])}{text[end:]}"
        else:
            text = f"{text[:start]}{new}{_lines(text[start:end])}{text[end:]}"
    return text


def _lines(replaced: str) -> str:
    return "\n" * replaced.count("\n")
