"""keep areas

Loads the division of 2026 and the redivisions since 2016 from the files of those years: they never change, so neither does what is loaded.

Revision ID: 0011
Revises: 0010
"""

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# From here on every redivision is known, so which municipalities there were is known on any day.
_SINCE = date(2015, 1, 1)
_OF_2026 = date(2026, 1, 1)
_CBS = "CBS, gemeentelijke indeling en inwoners op 1 januari 2026"
_CBS_CHANGES = "CBS, gemeentelijke indelingen 2016 tot en met 2023"
_SIZE_CLASSES = (
    "minder dan 5.000 inwoners",
    "5.000 tot 10.000 inwoners",
    "10.000 tot 20.000 inwoners",
    "20.000 tot 50.000 inwoners",
    "50.000 tot 100.000 inwoners",
    "100.000 tot 150.000 inwoners",
    "150.000 tot 250.000 inwoners",
    "250.000 inwoners of meer",
)
_URBANITY = ("zeer sterk stedelijk", "sterk stedelijk", "matig stedelijk", "weinig stedelijk", "niet stedelijk")


def upgrade() -> None:
    area = op.create_table(
        "area",
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_area"),
    )
    member = op.create_table(
        "area_member",
        sa.Column("area", sa.String(6), nullable=False),
        sa.Column("member", sa.String(6), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["area.code"], name="fk_area_member_area_area"),
        sa.ForeignKeyConstraint(["member"], ["area.code"], name="fk_area_member_member_area"),
        sa.PrimaryKeyConstraint("area", "member", "valid_from", name="pk_area_member"),
    )
    op.create_index("ix_area_member_member", "area_member", ["member"])
    change = op.create_table(
        "area_change",
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("into", sa.String(6), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["area.code"], name="fk_area_change_code_area"),
        sa.ForeignKeyConstraint(["into"], ["area.code"], name="fk_area_change_into_area"),
        sa.PrimaryKeyConstraint("code", "into", "changed_on", name="pk_area_change"),
    )
    division = op.create_table(
        "area_division",
        sa.Column("division", sa.String(2), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("division", "known_on", name="pk_area_division"),
    )
    figure = op.create_table(
        "register_figure",
        sa.Column("area", sa.String(6), nullable=False),
        sa.Column("figure", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["area.code"], name="fk_register_figure_area_area"),
        sa.PrimaryKeyConstraint("area", "figure", "year", name="pk_register_figure"),
    )
    op.create_table(
        "own_list",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("members", _DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["municipality"], ["municipality.code"], name="fk_own_list_municipality_municipality"),
        sa.PrimaryKeyConstraint("municipality", "name", name="pk_own_list"),
    )
    _load(area, member, change, division, figure)


def downgrade() -> None:
    for table in ("own_list", "register_figure", "area_division", "area_change", "area_member", "area"):
        op.drop_table(table)


def _load(area: sa.Table, member: sa.Table, change: sa.Table, division: sa.Table, figure: sa.Table) -> None:
    present, changes = _rows("gemeenten_2026.csv"), _rows("herindelingen_2016_2023.csv")
    began = {row["nieuwe_code"]: _day(row) for row in changes}
    codes = {row["oude_code"] for row in changes}
    # One that took others up under its own code was there before.
    began = {code: day for code, day in began.items() if code not in _KEPT_THEIR_CODE}
    op.bulk_insert(area, [*_municipalities(present, changes, began), *_groups(present)])
    op.bulk_insert(member, [*_members(present, changes, began)])
    op.bulk_insert(
        change,
        [
            {"code": row["oude_code"], "into": row["nieuwe_code"], "changed_on": _day(row), "source": _CBS_CHANGES}
            for row in changes
        ],
    )
    known = [*(("GM", _SINCE), ("PV", _SINCE), ("LD", _SINCE)), *((name, _OF_2026) for name in _DIVISIONS)]
    op.bulk_insert(
        division,
        [
            {"division": name, "known_on": day, "source": _CBS if day == _OF_2026 else _CBS_CHANGES}
            for name, day in known
        ],
    )
    op.bulk_insert(
        figure,
        [
            {
                "area": row["gm_code"],
                "figure": "population",
                "year": _OF_2026.year,
                "value": float(row["inwoners_20260101"]),
                "source": _CBS,
            }
            for row in present
        ],
    )
    assert not codes & {row["gm_code"] for row in present}, "who was taken up is not there any more"


_DIVISIONS = ("GM", "PV", "LD", "VR", "GK")
_KEPT_THEIR_CODE = frozenset(
    [
        "GM0014",
        "GM0080",
        "GM0299",
        "GM0363",
        "GM0385",
        "GM0394",
        "GM0439",
        "GM0575",
        "GM0757",
        "GM0824",
        "GM0855",
        "GM0865",
        "GM1900",
    ]
)


def _rows(name: str) -> list[dict[str, str]]:
    text = files("ceo.storage").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(row: dict[str, str]) -> date:
    return date.fromisoformat(row["ingangsdatum"])


def _municipalities(
    present: list[dict[str, str]], changes: list[dict[str, str]], began: dict[str, date]
) -> Iterator[dict[str, object]]:
    for row in present:
        yield _area(row["gm_code"], "municipality", row["gm_naam"], began.get(row["gm_code"], _SINCE))
    for code, row in {row["oude_code"]: row for row in changes}.items():
        yield _area(code, "municipality", row["oude_naam"], began.get(code, _SINCE), _day(row))


def _groups(present: list[dict[str, str]]) -> Iterator[dict[str, object]]:
    for kind, prefix, since in (("province", "pv", _SINCE), ("region", "ld", _SINCE), ("region", "vr", _OF_2026)):
        names = {row[f"{prefix}_code"]: row[f"{prefix}_naam"] for row in present}
        yield from (_area(code, kind, name, since) for code, name in sorted(names.items()))
    yield from (_area(f"GK{place}", "size_class", name, _SINCE) for place, name in enumerate(_SIZE_CLASSES, 1))
    yield from (_area(f"ST{place}", "urbanity", name, _SINCE) for place, name in enumerate(_URBANITY, 1))


def _area(code: str, kind: str, name: str, since: date, until: date | None = None) -> dict[str, object]:
    return {"code": code, "kind": kind, "name": name, "valid_from": since, "valid_to": until}


def _members(
    present: list[dict[str, str]], changes: list[dict[str, str]], began: dict[str, date]
) -> Iterator[dict[str, object]]:
    land = {row["pv_code"]: row["ld_code"] for row in present}
    for row in present:
        code = row["gm_code"]
        since = began.get(code, _SINCE)
        for area in (row["pv_code"], row["ld_code"]):
            yield {"area": area, "member": code, "valid_from": since, "valid_to": None}
        for area in (row["vr_code"], f"GK{row['grootteklasse_cbs']}"):
            yield {"area": area, "member": code, "valid_from": _OF_2026, "valid_to": None}
    for code, row in {row["oude_code"]: row for row in changes}.items():
        for area in (row["oude_provincie"], land[row["oude_provincie"]]):
            yield {"area": area, "member": code, "valid_from": began.get(code, _SINCE), "valid_to": _day(row)}
