"""The timeline drawn to scale: what stands where, what is known how well, and what may be shown."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hotwash.records.load import load_repository
from hotwash.records.snapshot import FolderSnapshot
from hotwash.site.build import stylesheet
from hotwash.site.drawing.drawing import GUTTER_PX, NARROW_PX, SIZE_PX
from hotwash.site.drawing.labels import width_px
from hotwash.site.drawing.lanes import lanes
from hotwash.site.drawing.picture import picture
from hotwash.site.public.publish import publish
from tests.site import payloads
from tests.site.html import read
from tests.site.records import ID, NOW, incident, loaded, made, retrospective, timeline, whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hotwash.site.drawing.drawing import Mark, Picture, Text
    from hotwash.site.public.content import PublicIncident
    from tests.site.records import Form

ROOT = Path(__file__).parents[2]
TIMES = {
    "started": "2026-11-23T08:40:00Z",
    "detected": "2026-11-23T09:00:00Z",
    "acknowledged": "2026-11-23T09:10:00Z",
    "mitigated": "2026-11-23T10:10:00Z",
    "resolved": "2026-11-23T10:40:00Z",
}


def entry(kind: str = "note", **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    """An entry, at 09:30 unless it says otherwise."""
    at = {} if "between" in fields else {"at": "2026-11-23T09:30:00Z"}
    needed: dict[str, Any] = {
        "detection": {"via": "alert"},
        "mitigation": {"action": "rollback", "outcome": "effective"},
    }
    return {**at, "kind": kind, "by": "anna-1", "text": "Something happened", **needed.get(kind, {}), **fields}


def published(*entries: dict[str, Any], **changes: Any) -> PublicIncident:  # noqa: ANN401 - YAML
    """An incident whose times are all that it tells: retrospective, where no time is asked for, unless it has a status."""
    written = {**(incident() if "status" in changes else retrospective()), "times": TIMES, "impact": {}, **changes}
    if "status" in changes and written["times"]:
        written["times"] = {"declared": TIMES["acknowledged"], **written["times"]}
    return publish(loaded({ID: {"incident.yaml": written, "timeline.yaml": list(entries)}}), NOW).all[0]


def drawn(*entries: dict[str, Any], **changes: Any) -> Picture:  # noqa: ANN401 - YAML
    found = picture(published(*entries, **changes))
    assert found is not None
    return found


def mark(**fields: Any) -> Mark:  # noqa: ANN401 - YAML
    (found,) = drawn(entry(**fields)).marks
    return found


def place(x: str) -> float:
    """Where something stands, in percent."""
    return float(x.removesuffix("%"))


def texts(found: Picture) -> list[str]:
    return [one.text for one in found.texts]


def svgs(page: str) -> list[ET.Element]:
    """The pictures of a page, as a strict reader of XML takes them."""
    return [ET.fromstring(svg) for svg in re.findall(r"<svg class=\"hw-scale\".*?</svg>(?=\s*(?:<ul|</div>))", page)]  # noqa: S314 - our own


def test_phases_follow_one_another_to_scale() -> None:
    bands = drawn().bands
    assert [band.name for band in bands] == ["undetected", "unanswered", "felt", "lingering"]
    parts = [part for band in bands for part in band.parts]
    for first, second in pairwise(parts):
        assert first.end == second.x
    minutes = [place(part.width) / place(parts[1].width) * 10 for part in parts]
    assert minutes == pytest.approx([20, 10, 60, 30], abs=0.05)


def test_moments_stand_where_their_phases_end() -> None:
    found = drawn()
    assert [line.x for line in found.guides] == [
        found.bands[0].parts[0].x,
        *(band.parts[0].end for band in found.bands),
    ]
    assert "Started 08:40" in texts(found)
    assert "Mitigated 10:10" in texts(found)


def test_moments_of_one_minute_share_a_name() -> None:
    found = drawn(times={**TIMES, "mitigated": TIMES["resolved"]})
    assert "Mitigated, resolved 10:40" in texts(found)


def test_phases_say_how_long_they_were_where_there_is_room() -> None:
    assert "Until mitigated 60 min" in texts(drawn()) or "Until mitigated 1 h" in texts(drawn())


def test_entries_stand_in_lanes_by_kind_in_the_colours_of_the_list() -> None:
    found = drawn(entry("note"), entry("mitigation"), entry("detection", at="2026-11-23T09:00:00Z"))
    assert [one.kind for one in found.marks] == ["hw-kind-detection", "hw-kind-mitigation", "hw-kind-note"]
    assert [one.y for one in found.marks] == list(found.lanes)
    assert set(texts(found)) >= {"Detection", "Mitigation", "Other"}
    assert place(found.marks[0].x) < place(found.marks[1].x) == place(found.marks[2].x)


def test_every_kind_of_entry_has_a_lane_and_a_colour_of_the_style() -> None:
    found = publish(loaded({ID: whole()}), NOW).all[0]
    assert found.account is not None
    told = [item for lane in lanes(found) for item in lane.items if item.kind != "impact"]
    assert len(told) == len(found.account.timeline)
    assert "hw-kind-impact" in stylesheet()


def test_known_time_is_a_filled_point() -> None:
    assert (mark().shape, mark().bars) == ("dot", ())


def test_approximate_time_has_a_line_as_wide_as_it_is_uncertain() -> None:
    found = mark(at={"at": "2026-11-23T09:30Z", "approx": True})
    (whisker,) = found.bars
    assert found.shape == "about"
    per_minute = place(drawn().bands[1].parts[0].width) / 10
    assert place(whisker.width) == pytest.approx(21 * per_minute, abs=0.05), "ten minutes before, and after the minute"
    assert "about" in [sign.shape for sign in drawn(entry(at={"at": "2026-11-23T09:30Z", "approx": True})).signs]


def test_time_within_bounds_is_a_hollow_stretch_from_one_to_the_other() -> None:
    found = mark(between=["2026-11-23T09:00:00Z", "2026-11-23T09:10:00Z"])
    (bar,) = found.bars
    response = drawn().bands[1].parts[0]
    assert (found.shape, bar.css) == ("within", "hw-hollow")
    assert (bar.x, bar.end) == (response.x, response.end)


@pytest.mark.parametrize("bound", ["after", "before"])
def test_time_with_one_bound_stands_at_it_and_says_on_which_side(bound: str) -> None:
    found = mark(at={bound: "2026-11-23T09:30:00Z"})
    assert (found.shape, found.x) == (bound, mark().x)


def test_day_is_a_stretch_as_far_as_the_picture_goes() -> None:
    found = mark(at="2026-11-23")
    assert found.shape == "within"
    assert place(found.bars[0].width) > 90


def test_what_lasted_is_a_stretch() -> None:
    found = mark(kind="mitigation", until="2026-11-23T10:10:00Z")
    (bar,) = found.bars
    assert (found.shape, bar.css) == ("lasted", "")
    assert (bar.x, bar.end) == (mark().x, drawn().bands[2].parts[0].end)


def test_what_ended_within_bounds_is_filled_only_as_far_as_it_surely_went() -> None:
    found = mark(kind="mitigation", until={"after": "2026-11-23T10:00:00Z", "before": "2026-11-23T10:10:00Z"})
    hollow, filled = found.bars
    assert (hollow.css, filled.css) == ("hw-hollow", "")
    assert hollow.x == filled.x
    assert place(filled.end) < place(hollow.end)


def test_what_began_after_a_bound_surely_covers_nothing() -> None:
    found = mark(kind="mitigation", at={"after": "2026-11-23T09:30:00Z"}, until="2026-11-23T10:10:00Z")
    assert [bar.css for bar in found.bars] == ["hw-hollow"]


def test_harm_has_a_sign_of_its_own() -> None:
    found = drawn(entry("mitigation", outcome="harmful"), entry("note"))
    assert found.marks[-1].shape == "harm"
    assert "hw-did-harm" in found.marks[-1].kind
    assert "1 of them did harm." in found.told


def test_moment_known_about_leaves_the_ends_of_its_phases_open() -> None:
    found = drawn(times={**TIMES, "mitigated": {"at": "2026-11-23T10:10Z", "approx": True}})
    assert [part.css for part in found.bands[2].parts] == ["hw-maybe", ""]
    assert "Mitigated ≈\N{NO-BREAK SPACE}10:10" in texts(found)


def test_start_known_about_leaves_the_beginning_of_the_first_phase_open() -> None:
    maybe, surely = drawn(times={**TIMES, "started": {"at": "2026-11-23T08:40Z", "approx": True}}).bands[0].parts
    assert maybe.css == "hw-maybe"
    assert place(maybe.x) < place(surely.x)


def test_phase_after_a_bound_is_not_drawn_as_certain() -> None:
    times = {"started": {"after": TIMES["started"]}, "resolved": TIMES["resolved"]}
    (band,) = drawn(times=times).bands
    assert [part.css for part in band.parts] == ["hw-maybe"]


def test_what_lies_far_off_stands_behind_a_break_with_its_distance() -> None:
    found = drawn(entry("change", at="2026-10-13T08:00:00Z"), entry(), entry("fix", at="2026-11-29"))
    assert len(found.cuts) == 2
    assert {"41 days before", "6 days after"} <= set(texts(found))
    change, fix, note = found.marks
    cuts = [place(cut.x) for cut in found.cuts]
    assert place(change.x) < cuts[0] < place(note.x) < cuts[1] < place(fix.x)
    assert "The axis is broken: 41 days before." in found.told


def test_several_far_off_are_in_their_order_and_the_nearest_and_farthest_are_told() -> None:
    days = ("2016-11-22", "2026-01-20", "2026-11-20")
    found = drawn(*(entry("change", at=day) for day in days))
    places = [place(one.x) for one in found.marks]
    assert places == sorted(places)
    assert "3 days to ≈ 10 years before" in texts(found)


def test_windows_are_when_it_was_felt() -> None:
    windows = [
        {"from": TIMES["started"], "until": TIMES["mitigated"], "what": "No payments"},
        {"from": TIMES["detected"], "until": TIMES["acknowledged"], "what": "No logins"},
        {"from": TIMES["mitigated"], "what": "Slow"},
    ]
    found = drawn(impact={"windows": windows})
    felt = [one for one in found.marks if one.kind == "hw-kind-impact"]
    assert [one.shape for one in felt] == ["lasted", "lasted", "after"]
    assert felt[0].y != felt[1].y, "one does not hide the other"


@pytest.mark.parametrize(
    "times",
    [
        {"started": "2026-11-23", "resolved": "2026-11-23"},
        {"started": "2026-11-20", "detected": "2026-11-23", "resolved": "2026-11-24"},
        {"started": "2026-11-23T08:40:00Z"},
        {
            "detected": "2026-11-23",
            "started": {"at": "2026-11-23T21:27Z", "approx": True},
            "mitigated": "2026-11-24T07:27Z",
        },
        {"started": {"before": "2026-11-23"}, "resolved": {"after": "2026-11-23T08:00Z"}},
        dict.fromkeys(TIMES, "2026-11-23T08:40:00Z"),
        {"started": "1971-01-01", "resolved": "2026-11-23T08:40:00Z"},
    ],
)
@pytest.mark.parametrize("entries", [(), (entry(),), (entry(at="2026-11-23"), entry(at="2026-11-23"))])
def test_any_precision_can_be_drawn(times: dict[str, Any], entries: tuple[dict[str, Any], ...]) -> None:
    found = picture(published(*entries, times=times))
    if found is not None:
        assert all(
            0 <= place(x) <= 100 for x in (one.x for some in (found.marks, found.guides, found.texts) for one in some)
        )
        assert all(place(bar.width) > 0 for one in found.marks for bar in one.bars)


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    assert picture(published(times={})) is None
    assert picture(published(status="dismissed")) is None


@pytest.mark.parametrize("status", ["declared", "investigating", "monitoring", "resolved"])
def test_before_it_is_closed_only_times_and_what_the_public_was_told_is_drawn(status: str) -> None:
    """Not even the width of a picture may depend on more."""
    public = entry("status-update", audience="public", at="2026-11-23T09:20:00Z")
    hidden = [
        entry("change", at="2026-10-13T08:00:00Z"),
        entry("status-update", audience="engineers", at="2026-11-23T11:55:00Z"),
        entry("mitigation", outcome="harmful", until="2026-11-23T10:00:00Z"),
    ]
    windows = {"windows": [{"from": TIMES["started"], "until": "2026-11-23T11:00:00Z", "what": "No payments"}]}
    alone = drawn(public, status=status)
    assert drawn(public, *hidden, status=status, impact=windows) == alone
    assert [one.kind for one in alone.marks] == ["hw-kind-status-update"]


def test_what_is_open_has_no_end() -> None:
    times = {key: TIMES[key] for key in ("started", "detected", "acknowledged")}
    found = drawn(times=times, status="investigating")
    assert found.bands[-1].parts[0].end == "100%"
    assert found.bands[-1].parts[0].css == "hw-open"
    assert "Not mitigated yet." in found.told


def test_what_was_told_last_is_part_of_what_is_open() -> None:
    """Hours after the last moment it is not far off: it goes on."""
    times = {"started": TIMES["started"], "detected": "2026-11-23T08:45:00Z", "declared": "2026-11-23T08:45:00Z"}
    update = entry("status-update", audience="public", at="2026-11-23T10:45:00Z")
    assert drawn(update, times=times, status="investigating").cuts == ()


def test_picture_is_told_in_words() -> None:
    told = " ".join(drawn(entry(), entry("detection")).told)
    assert told.startswith("23 November 2026, from left to right. Undetected: 20 min. Until acknowledged: 10 min.")
    assert "Marks: detection 1, other 1." in told


def test_page_holds_one_picture_that_a_strict_reader_can_read() -> None:
    for records in (
        whole(),
        {"incident.yaml": retrospective(), "timeline.yaml": timeline()},
        whole(status="monitoring"),
    ):
        (svg,) = svgs(made({ID: records})[f"incidents/{ID}.md"])
        assert svg.get("role") == "img"
        assert [child.tag for child in svg][:2] == ["title", "desc"]
        names = {element.tag for element in svg.iter()}
        assert names <= {"svg", "title", "desc", "g", "rect", "line", "circle", "path", "text"}
        attributes = {name for element in svg.iter() for name in element.attrib}
        assert not attributes & {"style", "id", "href", "onclick"}


@pytest.mark.parametrize("payload", payloads.LINES.values(), ids=payloads.LINES)
def test_text_of_records_is_not_in_the_picture(payload: str) -> None:
    def fill(field: str, form: Form) -> str:
        return f"https://docs.example/{field}" if form == "link" else payload

    hostile, plain = (publish(loaded({ID: records}), NOW).all[0] for records in (whole(fill), whole()))
    assert picture(hostile) == picture(plain)


def test_times_stand_once_beneath_the_picture_with_the_phases() -> None:
    page = made({ID: whole()})[f"incidents/{ID}.md"]
    assert "## Times" not in page
    told = read(page).text
    assert told.count("an alert or a person notices") == 1
    assert "Undetected 3 min 10 s" in told
    assert "## Times" in made({ID: whole(status="monitoring")})[f"incidents/{ID}.md"]


def _reach(text: Text) -> tuple[float, float]:
    width = width_px(text.text, SIZE_PX)
    at = place(text.x) / 100 * NARROW_PX + text.dx - (GUTTER_PX if "hw-side" in text.css else 0)
    left = at - {"start": 0.0, "middle": width / 2, "end": width}[text.anchor]
    return left, left + width


def _all_public() -> Iterable[PublicIncident]:
    for root in (ROOT, ROOT / "examples" / "shop"):
        yield from publish(load_repository(FolderSnapshot(root)), NOW).all


def test_no_text_meets_another_on_a_phone() -> None:
    """At 360 px, in the widest letters that a system may have; for every incident of this repository and its example."""
    for one in _all_public():
        found = picture(one)
        on_a_phone = [text for text in found.texts if "hw-wide" not in text.css] if found else []
        for first, second in combinations(on_a_phone, 2):
            (left, right), (other_left, other_right) = _reach(first), _reach(second)
            assert abs(first.y - second.y) > 10 or right <= other_left or other_right <= left, (one.id, first, second)
        for text in on_a_phone:
            left, right = _reach(text)
            assert left >= -GUTTER_PX - 1
            assert right <= NARROW_PX + 12, (one.id, text)
