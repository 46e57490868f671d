from __future__ import annotations

import pytest

from exports import palette
from exports.charts import NARROW, WIDE, Layout, chart_parts, draw_chart, paints
from exports.report import Bar, DistributionChart, DistributionRow, IntervalChart, Point, Range, Report, Table
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


def charts(report: Report) -> list[DistributionChart | IntervalChart]:
    blocks = [block for section in report.sections for block in section.blocks]
    return [block for block in blocks if isinstance(block, DistributionChart | IntervalChart)]


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
        drawing = draw_chart(chart, layout)
        for shape in drawing.contents:
            if hasattr(shape, "text"):
                width = text_width(shape.text, shape.fontSize, bold="Bold" in shape.fontName)
                left = shape.x - width * {"start": 0, "middle": 0.5, "end": 1}[shape.textAnchor]
                assert left >= -0.1, shape.text
                assert left + width <= layout.width + 0.1, shape.text
                assert 0 <= shape.y <= drawing.height


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
