"""What product codes are called: in a municipality, in the country, and in a list that somebody uploads."""

from __future__ import annotations

import pytest
from arrangements import UTRECHT, ZWOLLE, arrange_round
from sqlmodel import select

from ceo.clock import now
from ceo.settings import Settings
from ceo.storage.audit import AuditRecord
from ceo.storage.clients import SamplingFrame
from ceo.storage.database import Database
from ceo.storage.tenancy import reading_across, tenant_reading, tenant_transaction
from ceo.workflows.frames.listed import Act
from ceo.workflows.frames.product_codes import (
    CodeFault,
    Imported,
    NamedCode,
    UnnamedCode,
    import_codes,
    name_code,
    product_names,
    public_categories,
    read_code_list,
    read_codes,
    remove_code,
)

pytestmark = pytest.mark.anyio

BEGELEIDING = NamedCode("02", "02A03", "Begeleiding thuis")


async def named(database: Database, *codes: NamedCode, municipality: str = UTRECHT) -> None:
    for code in codes:
        assert await name_code(database, municipality, code, actor="7f", now=now()) == ()


async def names_of(database: Database, municipality: str) -> dict[tuple[str, str], str]:
    async with tenant_reading(database, municipality) as session:
        return await product_names(session)


async def test_the_categories_are_those_of_the_public_lists() -> None:
    by_act = {act: [one.code for one in public_categories() if one.act is act] for act in Act}
    assert by_act[Act.WMO] == [f"{number:02}" for number in range(1, 19)]
    assert by_act[Act.JEUGD] == [f"{number}" for number in (*range(31, 39), *range(40, 56))]
    names = {one.code: one.name for one in public_categories()}
    assert (names["01"], names["15"], names["45"]) == (
        "Hulp bij het huishouden",
        "Beschermd wonen",
        "Jeugdhulp ambulant",
    )
    assert len(set(names.values())) == len(names)


async def test_an_own_name_goes_before_that_of_the_country_and_is_nothing_to_another(database: Database) -> None:
    await named(database, BEGELEIDING, NamedCode("02", "", "Ondersteuning"))
    names = await names_of(database, UTRECHT)
    assert (names["02", "02A03"], names["02", ""], names["03", ""]) == (
        "Begeleiding thuis",
        "Ondersteuning",
        "Persoonlijke verzorging",
    )
    assert (await names_of(database, ZWOLLE))["02", ""] == "Begeleiding"
    assert await remove_code(database, UTRECHT, "02", "", actor="7f", now=now())
    assert not await remove_code(database, UTRECHT, "02", "", actor="7f", now=now())
    assert (await names_of(database, UTRECHT))["02", ""] == "Begeleiding"


async def test_every_change_of_a_name_is_in_the_record_once(database: Database) -> None:
    await named(database, BEGELEIDING, BEGELEIDING, NamedCode("2", "02a03", "Begeleiding  bij u thuis"))
    await remove_code(database, UTRECHT, "02", "02A03", actor="7f", now=now())
    async with reading_across(database) as session:
        rows = sorted(await session.exec(select(AuditRecord)), key=lambda row: row.number)
        told = [(row.action, row.object_id, row.before, row.after) for row in rows if row.place == UTRECHT]
    assert told == [
        ("product-code.named", "02 02A03", None, {"product": "Begeleiding thuis"}),
        ("product-code.named", "02 02A03", {"product": "Begeleiding thuis"}, {"product": "Begeleiding bij u thuis"}),
        ("product-code.removed", "02 02A03", {"product": "Begeleiding bij u thuis"}, None),
    ]


async def test_codes_of_lists_without_a_name_of_their_own_are_asked_for(
    database: Database, installation_settings: Settings
) -> None:
    opened = await arrange_round(database, installation_settings)
    counts = {"301": 9, "deceased": 4, "code:02:02A03": 7, "code:45:45B02": 12, "code:03:": 1}
    async with tenant_transaction(database, UTRECHT) as session:
        session.add(
            SamplingFrame(
                municipality=UTRECHT,
                round_id=opened.round_id,
                digest="sha256:0",
                clients=20,
                summary={"left_out": counts},
                loaded_by="7f",
                loaded_at=now(),
            )
        )
    await named(database, BEGELEIDING)
    codes, unnamed = await read_codes(database, UTRECHT)
    assert codes == [BEGELEIDING]
    assert unnamed == [UnnamedCode("45", "45B02", 12), UnnamedCode("03", "", 1)]
    assert await read_codes(database, ZWOLLE) == ([], [])


LIST = "Productcategorie;Code;Omschrijving\r\n2;02a03;Begeleiding thuis\r\n45;45B02;Ambulante hulp\r\n1;;Schoonmaak\r\n"


async def test_a_list_of_names_is_taken_over_and_leaves_other_codes_alone(database: Database) -> None:
    await named(database, NamedCode("02", "02A03", "Begeleiding"), NamedCode("07", "07A01", "Dagbesteding"))
    done = await import_codes(database, UTRECHT, [LIST.encode("utf-8-sig")], actor="7f", now=now())
    assert done == Imported(added=2, changed=1, same=0)
    again = await import_codes(database, UTRECHT, [LIST.encode()], actor="7f", now=now())
    assert again == Imported(added=0, changed=0, same=3)
    codes, _ = await read_codes(database, UTRECHT)
    assert [(one.category, one.code, one.product) for one in codes] == [
        ("01", "", "Schoonmaak"),
        ("02", "02A03", "Begeleiding thuis"),
        ("07", "07A01", "Dagbesteding"),
        ("45", "45B02", "Ambulante hulp"),
    ]
    async with reading_across(database) as session:
        rows = [row for row in await session.exec(select(AuditRecord)) if row.action == "product-codes.imported"]
    assert [row.after for row in rows] == [{"added": 2, "changed": 1}]


async def test_of_a_list_with_a_fault_nothing_is_taken_over(database: Database) -> None:
    wrong = "categorie;code;product\n02;02A03;Begeleiding\nxx;02A0333;\n02;02A03;Iets anders\n03;03A01;=1+1\n"
    faults = await import_codes(database, UTRECHT, [wrong.encode()], actor="7f", now=now())
    assert faults == [
        CodeFault("category", "category", 3),
        CodeFault("code", "code", 3),
        CodeFault("product", "required", 3),
        CodeFault("code", "twice", 4),
        CodeFault("product", "formula", 5),
    ]
    assert await read_codes(database, UTRECHT) == ([], [])


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", [CodeFault("", "empty")]),
        (b"categorie;code;product\n", [CodeFault("", "empty")]),
        (b"code;product\n02A03;x\n", [CodeFault("category", "no-column", 1)]),
        (b'categorie;code;product\n02;"02A03;x\n', [CodeFault("", "no-list", 2)]),
        (
            b"categorie;code;product\n" + b"".join(b"02;%05d;x\n" % number for number in range(3_001)),
            [CodeFault("", "too-many")],
        ),
    ],
    ids=["nothing", "only a head", "a column is missing", "a quotation mark is open", "too many"],
)
async def test_what_is_no_list_of_codes_is_told(content: bytes, faults: list[CodeFault]) -> None:
    assert read_code_list([content])[1] == faults
