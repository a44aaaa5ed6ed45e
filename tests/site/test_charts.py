"""Charts as they are drawn: well-formed, small, and with every value in its place."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import combinations, pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from hotwash.facts.measures import spread
from hotwash.site.metrics.charts import DOTS_AT_MOST, Counts, Group, Parts, bars, columns, span_words, spans
from hotwash.site.pages.markup import environment

if TYPE_CHECKING:
    from hotwash.site.metrics.charts import Chart

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LARGEST = 30_000  # bytes


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(svg(chart))  # noqa: S314 - our own


def svg(chart: Chart) -> str:
    template = environment().from_string('{% import "charts.md.j2" as charts with context %}{{ charts.drawn(chart) }}')
    return template.render(chart=chart)


def group(label: str, *values: timedelta) -> Group:
    return Group(label, label.lower(), values, spread(values))


def many(number: int, seed: int = 3) -> tuple[timedelta, ...]:
    found = random.Random(seed)  # noqa: S311 - no secret
    return tuple(timedelta(minutes=found.lognormvariate(4, 1.5)) for _ in range(number))


def place(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


CHARTS = {
    "one": spans("One", [group("P0", HOUR)]),
    "few": spans("Few", [group("P0", *many(9)), group("P3", 90 * DAY, timedelta(0))]),
    "many": spans("Many", [group(level, *many(750)) for level in ("P0", "P1", "P2", "P3")]),
    "columns": columns("Columns", [""] * 24, [Counts("All", "all", tuple(range(24)), (1,) * 24, "276")]),
    "bars": bars("Bars", [Parts('<P0> & "x"', "p0", "1 of 3", (("kept", 1), ("missed", 2)))], of_all=True),
}


@pytest.mark.parametrize("name", CHARTS)
def test_chart_is_well_formed_small_and_says_what_it_shows(name: str) -> None:
    chart, root = CHARTS[name], drawn(CHARTS[name])
    assert root.get("role") == "img"
    assert [child.tag for child in root[:2]] == ["title", "desc"]
    assert root[0].text == chart.title
    assert (root[1].text or "").count(": ") >= len(chart.rows)
    assert len(svg(chart).encode()) < LARGEST
    for element in root.iter():
        assert {"style", "id", "onload"}.isdisjoint(element.attrib), "no markup that a policy would have to allow"


@pytest.mark.parametrize("name", CHARTS)
def test_all_that_is_drawn_lies_within_the_chart(name: str) -> None:
    root = drawn(CHARTS[name])
    height = float(root.attrib["height"])
    for element in root.iter():
        for key in ("x", "x1", "x2", "cx"):
            assert 0 <= place(element.get(key, "0%") if element.get(key) != "0" else "0%") <= 100
        for key in ("y", "y1", "y2", "cy"):
            assert 0 <= float(element.get(key, "0")) <= height
        if element.tag == "rect":
            assert place(element.attrib["x"]) + place(element.attrib["width"]) <= 100.01
            assert float(element.attrib["y"]) + float(element.attrib["height"]) <= height


def test_every_incident_is_a_dot_and_no_dot_hides_another() -> None:
    chart = spans("Few", [group("P0", *many(12), HOUR, HOUR, HOUR)])
    dots = [(place(dot.x), float(dot.y)) for dot in chart.rows[0].dots]
    assert len(dots) == 15
    # A dot is 5.6 pixels wide, and 2 per cent are 6 pixels on a phone.
    assert all(abs(x - u) >= 1.99 or abs(y - v) >= 6 for (x, y), (u, v) in combinations(dots, 2))


@pytest.mark.parametrize("values", [many(DOTS_AT_MOST + 1), (HOUR,) * 6])
def test_where_there_is_no_room_for_dots_columns_show_how_many(values: tuple[timedelta, ...]) -> None:
    (row,) = spans("Many", [group("P0", *values)]).rows
    assert row.dots == ()
    assert row.boxes
    assert row.note.startswith(f"{len(values):,} · p50 ")


def test_order_of_values_changes_nothing() -> None:
    values = many(40)
    assert spans("One", [group("P0", *values)]) == spans("One", [group("P0", *reversed(values))])


def test_as_far_as_ten_times_is_the_same_everywhere() -> None:
    (row,) = spans("Steps", [group("P0", *(MINUTE * 10**power for power in range(5)))]).rows
    steps = [place(second.x) - place(first.x) for first, second in pairwise(row.dots)]
    assert max(steps) - min(steps) < 0.02


def test_what_the_axis_does_not_reach_stands_at_its_end() -> None:
    (row,) = spans("Ends", [group("P0", timedelta(0), 30 * DAY)]).rows
    assert [dot.x for dot in row.dots] == ["2%", "98%"]
    longer = spans("Ends", [group("P0", timedelta(0), 900 * DAY)])
    assert [dot.x for dot in longer.rows[0].dots] == ["2%", "98%"]
    assert longer.ticks[-1].word == "1 y"


def test_marks_stand_where_the_percentiles_are() -> None:
    values = tuple(n * MINUTE for n in range(1, 11))
    (row,) = spans("Marks", [group("P0", *values)]).rows
    assert dict(row.marks) == {"p50": row.dots[4].x, "p90": row.dots[8].x}
    assert spans("Marks", [group("P0", *values[:2])]).rows[0].marks == ()


def test_columns_of_all_rows_are_to_one_scale() -> None:
    chart = columns("Scale", ["", ""], [Counts("All", "all", (4, 2)), Counts("P0", "p0", (0, 1))])
    heights = [[float(box.height) for box in row.boxes] for row in chart.rows]
    assert heights == [[56, 28], [14]]


def test_lengths_are_words_that_a_reader_asks_for() -> None:
    told = [span_words(span) for span in (timedelta(0), timedelta(seconds=59), 90 * MINUTE, 26 * HOUR, 1234.5 * DAY)]
    assert told == ["under 1 min", "under 1 min", "1 h 30 min", "1 d 2 h", "1,234 d"]
