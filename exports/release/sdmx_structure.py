"""The structure of a release in SDMX 3.0: concepts, code lists, how an observation is built, and the flow of data itself.

What belongs to a release has its name and, as version, its edition (2.0.0). Concepts are the same for every release.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final

from exports.release.cube import SealedCube
from exports.release.facts import ReleaseFacts, Seal
from exports.release.sdmx_codes import codelists_of
from exports.release.sdmx_components import COMPONENTS, ColumnComponent, Content, Kind
from exports.release.sdmx_names import AGENCY, structure_id, version_of
from exports.release.telling import source_line, statements_of, titled

if TYPE_CHECKING:
    from pysdmx.model import Codelist, Component, ConceptScheme, DataStructureDefinition, Schema
    from pysdmx.model.message import Header

CONCEPTS: Final = "CEO_CONCEPTS"
_CONCEPTS_VERSION: Final = "1.0.0"


def structures_of(release: SealedCube) -> tuple[Any, ...]:
    """Return everything that must be known to read the data: concepts, code lists, data structure and dataflow."""
    from pysdmx.model import Annotation, Dataflow

    facts, seal = release.facts, release.seal
    codelists = codelists_of(release)
    structure = _structure(facts, codelists)
    told = (Annotation(id=name, type=name, text=text) for name, text in statements_of(facts, seal).items())
    dataflow = Dataflow(
        id=structure_id("CEO", facts.release),
        name=titled(facts, seal),
        description=source_line(facts, seal),
        agency=AGENCY,
        version=version_of(facts),
        structure=structure,
        annotations=tuple(told),
    )
    return (concept_scheme(), *codelists.values(), structure, dataflow)


def schema_of(release: SealedCube) -> Schema:
    """Return what data of a release must look like, as its dataflow has it."""
    from pysdmx.model import Schema

    facts = release.facts
    structure = _structure(facts, codelists_of(release))
    return Schema(
        context="dataflow",
        agency=AGENCY,
        id=structure_id("CEO", facts.release),
        version=version_of(facts),
        components=structure.components,
    )


def header_of(facts: ReleaseFacts, seal: Seal) -> Header:
    """Return the header of a message. It is of the day of publishing, not of writing: the same release gives the same bytes.

    SDMX calls a message a test when its data are not to be used as real ones: simulated figures are.
    """
    from pysdmx.model import Organisation
    from pysdmx.model.message import Header

    day = seal.published_on or facts.period_end
    return Header(
        id=f"{structure_id('CEO', facts.release)}-{facts.edition}",
        test=facts.simulated,
        prepared=datetime.combine(day, time(), UTC),
        sender=Organisation(id=AGENCY),
    )


def concept_scheme() -> ConceptScheme:
    """Return the concepts, which are the same for every release."""
    from pysdmx.model import Concept, ConceptScheme

    return ConceptScheme(
        id=CONCEPTS,
        name="Begrippen van cliëntervaringsonderzoek",
        agency=AGENCY,
        version=_CONCEPTS_VERSION,
        items=tuple(Concept(id=one.id, name=one.label, description=one.description) for one in COMPONENTS),
    )


def _structure(facts: ReleaseFacts, codelists: dict[str, Codelist]) -> DataStructureDefinition:
    from pysdmx.model import Components, DataStructureDefinition

    return DataStructureDefinition(
        id=structure_id("CEO", facts.release),
        name=f"Opbouw van {facts.title}",
        agency=AGENCY,
        version=version_of(facts),
        components=Components([_component(one, codelists) for one in COMPONENTS]),
    )


def _component(one: ColumnComponent, codelists: dict[str, Codelist]) -> Component:
    from pysdmx.model import Component, DataType, ItemReference, Role

    kinds = {
        Content.NUMBER: DataType.DOUBLE,
        Content.COUNT: DataType.LONG,
        Content.TEXT: DataType.STRING,
        Content.PERIOD: DataType.PERIOD,
    }
    return Component(
        id=one.id,
        # A figure that may not be shown is no mistake in the data.
        required=one.kind is Kind.DIMENSION,
        role=Role(one.kind.value),
        concept=ItemReference(
            sdmx_type="Concept", agency=AGENCY, id=CONCEPTS, version=_CONCEPTS_VERSION, item_id=one.id
        ),
        name=one.label,
        local_codes=codelists[one.codes] if one.codes else None,
        local_dtype=kinds.get(one.content),
        attachment_level="O" if one.kind is Kind.ATTRIBUTE else None,
    )
