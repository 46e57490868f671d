"""Checks of where questions came from (D09): only an own question was adopted, and from another municipality or region."""

from __future__ import annotations

from collections.abc import Iterator

from questionnaires.names import owner_of
from questionnaires.problems import Problem
from questionnaires.resolving import Assembly
from questionnaires.sources import Definitions


def check_adopted_nationally(definitions: Definitions) -> Iterator[Problem]:
    """Yield each national question that says that it was adopted."""
    for source in definitions.libraries.values():
        for reference, item in source.content.items.items():
            if item.adopted_from is not None:
                cause = "Alleen een vraag van een gemeente of regio kan van een ander zijn overgenomen."
                place = ("items", reference, "adopted_from")
                yield source.document.problem(place, "D09", cause, "Haal adopted_from weg.")


def check_adopted(assembly: Assembly) -> Iterator[Problem]:
    """Yield each own question that was adopted from nobody else."""
    for source in assembly.extensions:
        for reference, item in source.content.items.items():
            adopted = item.adopted_from
            if adopted is not None and owner_of(adopted.item) in {None, source.content.owner}:
                cause = f"{adopted.item} is geen vraag van een andere gemeente of regio."
                cure = "Een landelijke vraag stelt u met de kern of een module. Haal adopted_from weg."
                yield source.document.problem(("items", reference, "adopted_from"), "D09", cause, cure)
