"""What the expressions of a questionnaire may read: everything that is declared in it, and for each part what is its own."""

from __future__ import annotations

from itertools import chain

from questionnaires.expressions.kinds import Declared
from questionnaires.expressions.reading_checks import Readable
from questionnaires.modules import Calculation, Module
from questionnaires.names import id_of
from questionnaires.resolving import Assembly, Part, place_pages


def declared_in(assembly: Assembly) -> Declared:
    """Return everything that expressions of an assembly can name. A language, mode or register of any part is known."""
    modules, parts = [part.content for part in assembly.modules], [part.content for part in assembly.parts]
    references = [reference for one in place_pages(assembly) for reference in one.entry.items]
    calculations: dict[str, Calculation] = {}
    for module in modules:
        calculations = {**module.calculations, **calculations}
    return Declared(
        items={id_of(name): assembly.shelf.items[name] for name in references if name in assembly.shelf.items},
        scales=assembly.shelf.scales,
        calculations=calculations,
        sample=assembly.core.content.sample,
        languages=tuple(dict.fromkeys(chain.from_iterable(part.languages or () for part in parts))),
        modes=tuple(dict.fromkeys(chain.from_iterable(module.modes for module in modules))),
        registers=tuple(dict.fromkeys(chain.from_iterable(module.registers for module in modules))),
    )


def readable_by(part: Part, assembly: Assembly, declared: Declared, earlier: frozenset[str]) -> Readable:
    """Return what the expressions of a part may read, with these items before them.

    A module reads its own items and calculations only. For an optional module even an item that is merely on the shelf is
    one of others: it may never count on what stands around it. An extension reads the core and all that it added.
    """
    module = part.content
    if not isinstance(module, Module):
        return Readable(declared, earlier, national=False)
    known = {*declared.items, *declared.calculations}
    if module.role == "optional":
        known |= {id_of(reference) for reference in assembly.shelf.items}
    return Readable(declared, earlier, frozenset(known - own_items(module) - module.calculations.keys()))


def own_items(module: Module) -> frozenset[str]:
    """Return the ids of the items that a module itself asks."""
    return frozenset(id_of(reference) for entry in module.page_entries for reference in entry.items)
