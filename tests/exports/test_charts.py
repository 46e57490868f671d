from __future__ import annotations

from typing import Any

import pytest

from exports import palette
from exports.chart_layouts import NARROW, WIDE, Layout
from exports.charts import chart_parts, draw_chart, paints
from exports.report import (
    Bar,
    Chart,
    DistributionChart,
    DistributionRow,
    FunnelChart,
    FunnelLimit,
    FunnelPoint,
    IntervalChart,
    Point,
    Range,
    Report,
    Table,
    TrendChart,
    TrendPoint,
)
from exports.typeface import text_width

EMPTY = Table(title="", head=("",), rows=())


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def interval_chart(points: int) -> IntervalChart:
    rows = tuple(
        Point(label=f"Gemeente {n}", text="50,0", range=Range(value=50, low=40, high=60)) for n in range(points)
    )
    return IntervalChart(title="Score", description="", points=rows, minimum=0, maximum=100, table=EMPTY)


def funnel_chart(sizes: list[int], name: str = "Zeist") -> FunnelChart:
    points = tuple(
        FunnelPoint(label=name, respondents=n, value=70 + n % 7, own=not place) for place, n in enumerate(sizes)
    )
    limits = tuple(
        FunnelLimit(
            respondents=n,
            low=70 - 60 / n**0.5,
            high=70 + 60 / n**0.5,
            wide_low=70 - 90 / n**0.5,
            wide_high=70 + 90 / n**0.5,
        )
        for n in (min(sizes), (min(sizes) + max(sizes)) // 2, max(sizes))
    )
    return FunnelChart(
        title="Trechter",
        description="",
        points=points,
        limits=limits,
        target=70,
        target_label="Gemiddelde van gemeenten: 70,0",
        minimum=50,
        maximum=90,
        table=EMPTY,
    )


def trend_chart(labels: list[str], *, breaks: tuple[int, ...] = (), missing: tuple[int, ...] = ()) -> TrendChart:
    points = tuple(
        TrendPoint(
            label=label,
            text="70,0",
            range=None if place in missing else Range(value=70, low=66, high=90),
            after_break=place in breaks,
        )
        for place, label in enumerate(labels)
    )
    return TrendChart(title="Trend", description="", points=points, minimum=50, maximum=90, table=EMPTY)


def charts(report: Report) -> list[Chart]:
    return [block for section in report.sections for block in section.blocks if isinstance(block, Chart)]


def texts(drawing: Any) -> list[str]:
    return [shape.text for shape in drawing.contents if hasattr(shape, "text")]


def lines(drawing: Any, colour: str) -> int:
    """How many lines between two different places have that colour; dots have no length."""
    found = [it for it in drawing.contents if not hasattr(it, "text") and it.strokeColor is not None]
    pieces = [
        it.points[start : start + 4]
        for it in found
        if f"#{it.strokeColor.hexval()[2:]}" == colour
        for start in range(0, len(it.points), 4)
    ]
    return sum(abs(x1 - x2) > 1 for x1, _, x2, _ in pieces)


def assert_nothing_is_clipped(chart: Chart, layout: Layout) -> None:
    drawing = draw_chart(chart, layout)
    for shape in drawing.contents:
        if hasattr(shape, "text"):
            width = text_width(shape.text, shape.fontSize, bold="Bold" in shape.fontName)
            left = shape.x - width * {"start": 0, "middle": 0.5, "end": 1}[shape.textAnchor]
            assert left >= -0.1, shape.text
            assert left + width <= layout.width + 0.1, shape.text
            assert 0 <= shape.y <= drawing.height
        else:
            assert all(-0.1 <= x <= layout.width + 0.1 for x in shape.points[::2])
            assert all(-0.1 <= y <= drawing.height + 0.1 for y in shape.points[1::2])


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colour", [palette.INK, palette.MUTED, palette.MARK, palette.ACCENT])
def test_text_and_marks_stand_out_from_the_page(colour: str) -> None:
    assert contrast(colour, palette.WHITE) >= 4.5


@pytest.mark.parametrize("paint", [*palette.PAINTS.values(), *palette.OTHER_PAINTS])
def test_bars_stand_out_from_the_page_and_their_numbers_from_the_bar(paint: palette.Paint) -> None:
    assert contrast(paint.fill, palette.WHITE) >= 3
    assert contrast(paint.text, paint.fill) >= 4.5


@pytest.mark.parametrize("layout", [WIDE, NARROW])
def test_no_label_is_clipped(report: Report, layout: Layout) -> None:
    for chart in charts(report):
        assert_nothing_is_clipped(chart, layout)


@pytest.mark.parametrize("layout", [WIDE, NARROW])
@pytest.mark.parametrize("sizes", [[10, 11], [400] * 12, list(range(10, 4000, 37)), [3, 250_000]])
@pytest.mark.parametrize("name", ["Ee", "Nuenen, Gerwen en Nederwetten", "w" * 90])
def test_a_funnel_keeps_all_its_words_on_the_sheet(layout: Layout, sizes: list[int], name: str) -> None:
    assert_nothing_is_clipped(funnel_chart(sizes, name), layout)


@pytest.mark.parametrize("layout", [WIDE, NARROW])
@pytest.mark.parametrize(
    "labels", [["2026"], ["2024", "najaar van 2026"], [f"meting {n}" for n in range(24)], ["w" * 60] * 3]
)
def test_a_trend_keeps_all_its_words_on_the_sheet_and_names_the_last(layout: Layout, labels: list[str]) -> None:
    chart = trend_chart(labels, breaks=(1,) if len(labels) > 1 else ())
    assert_nothing_is_clipped(chart, layout)
    assert "".join(labels[-1].split()) in "".join("".join(texts(draw_chart(chart, layout))).split())


def test_no_line_of_a_trend_goes_over_a_break_or_a_gap() -> None:
    years = [f"{year}" for year in range(2020, 2026)]
    assert lines(draw_chart(trend_chart(years), WIDE), palette.ACCENT) == 5
    assert lines(draw_chart(trend_chart(years, breaks=(2,)), WIDE), palette.ACCENT) == 4
    assert lines(draw_chart(trend_chart(years, missing=(2,)), WIDE), palette.ACCENT) == 3
    broken = texts(draw_chart(trend_chart(years, breaks=(2,)), WIDE))
    assert "Hier begint een nieuwe reeks: cijfers voor en na deze streep zijn niet te vergelijken" in broken


def test_a_funnel_draws_the_own_municipality_as_a_diamond_with_its_name() -> None:
    drawing = draw_chart(funnel_chart([40, 100, 400]), WIDE)
    filled = [it for it in drawing.contents if not hasattr(it, "text") and it.fillColor is not None]
    assert [it.operators.count(0) for it in filled] == [2]  # legend and point
    assert texts(drawing).count("Zeist") == 1


def test_a_funnel_of_the_own_municipality_alone_names_no_others() -> None:
    assert "Andere gemeenten" not in texts(draw_chart(funnel_chart([40]), WIDE))


def test_marks_of_one_kind_are_one_path() -> None:
    few, many = (draw_chart(interval_chart(n), WIDE) for n in (3, 300))
    paths = [sum(not hasattr(shape, "text") for shape in drawing.contents) for drawing in (few, many)]
    assert paths[0] == paths[1] == 3  # the grid, the intervals, the dots


def test_the_own_point_has_its_own_shape_and_bold_letters() -> None:
    own = Point(label="Zeist", text="50,0", range=Range(value=50, low=40, high=60), own=True)
    chart = interval_chart(2).model_copy(update={"points": (*interval_chart(2).points, own)})
    shapes = draw_chart(chart, WIDE).contents
    filled = [shape for shape in shapes if not hasattr(shape, "text") and shape.fillColor is not None]
    bold = [shape.text for shape in shapes if hasattr(shape, "text") and "Bold" in shape.fontName]
    assert len(filled) == 1
    assert bold == ["Zeist", "50,0"]


def test_a_point_outside_the_axis_is_drawn_at_its_end() -> None:
    far = Point(label="Ver", text="120,0", range=Range(value=120, low=-10, high=130))
    chart = interval_chart(1).model_copy(update={"points": (far,)})
    for shape in draw_chart(chart, NARROW).contents:
        if not hasattr(shape, "text"):
            assert all(0 <= x <= NARROW.width for x in shape.points[::2])


def test_an_axis_with_broken_steps_has_a_decimal() -> None:
    chart = interval_chart(1).model_copy(update={"minimum": 0, "maximum": 1})
    texts = [shape.text for shape in draw_chart(chart, WIDE).contents if hasattr(shape, "text")]
    assert "0,2" in texts


def test_a_tall_chart_becomes_numbered_parts_that_fit_and_keep_all_rows() -> None:
    chart = interval_chart(342)
    parts = chart_parts(chart, WIDE, 700)
    assert [part.title for part, _ in parts][:2] == [f"Score (deel {n} van {len(parts)})" for n in (1, 2)]
    assert all(drawing.height <= 700 for _, drawing in parts)
    assert [point for part, _ in parts for point in part.points] == list(chart.points)


def test_rows_of_uneven_height_still_fit_in_their_part() -> None:
    long = DistributionRow(label="woord " * 200, reason="niet getoond: minder dan 10 mensen")
    short = DistributionRow(label="kort", reason="niet getoond: minder dan 10 mensen")
    chart = DistributionChart(title="Vragen", description="", rows=(long, long, *[short] * 9), table=EMPTY)
    assert all(drawing.height <= 900 for _, drawing in chart_parts(chart, WIDE, 900))


def test_a_single_row_is_never_parted() -> None:
    chart = interval_chart(1)
    assert chart_parts(chart, WIDE, 10)[0][0] is chart


def test_a_number_is_only_written_in_a_bar_that_is_wide_enough() -> None:
    bars = tuple(
        Bar(label=label, share=share, text=text, stance="positive")
        for label, share, text in (("Ja", 0.99, "99%"), ("Nee", 0.01, "1%"))
    )
    chart = DistributionChart(
        title="Vraag", description="", rows=(DistributionRow(label="Vraag", bars=bars),), table=EMPTY
    )
    texts = [shape.text for shape in draw_chart(chart, WIDE).contents if hasattr(shape, "text")]
    assert "99%" in texts
    assert "1%" not in texts


def test_options_on_no_side_of_a_scale_get_colours_in_turn() -> None:
    bars = [Bar(label=str(n), share=0.2, text="20%", stance="other") for n in range(5)]
    assert [paint.fill for paint in paints(bars)][:4] == [paint.fill for paint in palette.OTHER_PAINTS]
    assert paints(bars)[4] == paints(bars)[0]


def test_an_option_that_nobody_chose_leaves_no_mark() -> None:
    bars = (
        Bar(label="Ja", share=1.0, text="100%", stance="positive"),
        Bar(label="Nee", share=0.0, text="0%", stance="negative"),
    )
    row = DistributionRow(label="Vraag", bars=bars)
    chart = DistributionChart(title="Vraag", description="", rows=(row,), table=EMPTY)
    areas = [shape for shape in draw_chart(chart, WIDE).contents if not hasattr(shape, "text")]
    assert [shape.operators.count(0) for shape in areas] == [2, 1]  # legend and bar; legend only
