"""Words that are the same on every page of a language, written into its templates when they are compiled.

Each language has templates of its own. A sentence without a value in it, the language itself and the address of a shared file are looked
up once, and not on every page: that is a fifth of the work of drawing one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup


class FoldingEnvironment(Environment):
    """An environment that computes what is the same on all its pages when a template is compiled.

    `same_calls` are functions of constant texts, `same_names` are values; `_` is one of the first, and gives marked-up words.
    """

    same_calls: Mapping[str, Callable[..., str]] = {}
    same_names: Mapping[str, str] = {}

    def _generate(self, source: nodes.Template, *rest: Any, **options: Any) -> str:
        folded = _Folding(self).visit(source)
        return super()._generate(folded, *rest, **options)


class _Folding(NodeTransformer):
    def __init__(self, environment: FoldingEnvironment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """Replace a call of which everything is known."""
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        call = self._environment.same_calls.get(name)
        given = [part.value for part in node.args if isinstance(part, nodes.Const)]
        if call is None or len(given) < len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        # As Jinja's own gettext does it: the words are a format, and hold no value that must be escaped.
        return nodes.Const(Markup(call(*given)) % {} if name == "_" else call(*given))  # noqa: S704 - our own words

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - Jinja's name
        """Replace a name of which the value is known."""
        if node.ctx == "load" and node.name in self._environment.same_names:
            return nodes.Const(self._environment.same_names[node.name])
        return node
