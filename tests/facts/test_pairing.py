"""Which merged entry is which: any order, any file, new ids and new entries change nothing; what goes is counted."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import codes, judged_change, records

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Entry = dict[str, Any]

OURS = frozenset({"HW302", "HW303", "HW304"})
_OWN: dict[str, Entry] = {
    "detection": {"via": "alert"},
    "status-update": {"audience": ["engineers", "public"]},
    "mitigation": {"action": "rollback", "outcome": "effective"},
    "finding": {"about": "metric", "state": "open"},
}
_KINDS = ("note", "decision", "recovery", *_OWN)
# Few values, so that many entries are alike; two of the times are one instant.
_TIMES = (
    "2026-11-23T08:49:00Z",
    "2026-11-23T08:49Z",
    "2026-11-23T08:50:00Z",
    "2026-11-23T09:50:00+01:00",
    "2026-11-23",
)
_BOUNDS = (["2026-11-23T08:00Z", "2026-11-23T09:00Z"], ["2026-11-23T08:00Z", "2026-11-23T10:00Z"])
_WHO = (None, "alice", "bob", "system:alertmanager")
_TEXTS = ("Rolled back", "Looked: nothing", "We watch\nit", "...")

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def timelines(draw: st.DrawFn, least: int = 0, most: int = 7) -> list[Entry]:
    """Entries as YAML has them."""
    found: list[Entry] = []
    for number in range(draw(st.integers(least, most))):
        kind = draw(st.sampled_from(_KINDS))
        entry: Entry = {"kind": kind, "text": draw(st.sampled_from(_TEXTS)), **_OWN.get(kind, {})}
        entry |= draw(st.sampled_from([{"at": time} for time in _TIMES] + [{"between": bounds} for bounds in _BOUNDS]))
        who = draw(st.sampled_from(_WHO))
        entry |= {} if who is None else {"by": who}
        entry |= {"id": f"id-{number}"} if draw(st.booleans()) else {}
        found.append(entry)
    return found


def files(entries: Sequence[Entry], apart: Iterable[Entry] = ()) -> dict[str, str]:
    """The complete incident with another timeline: a list, and files of their own."""
    fragments = {f"timeline.d/{entry['id']}.yaml": json.dumps(entry) for entry in apart}
    return records({"timeline.yaml": json.dumps(entries), **fragments})


def found(base: dict[str, str], head: dict[str, str]) -> list[str]:
    """What the rules of merged entries find."""
    return [code for code in codes(judged_change(base, head)) if code in OURS]


def _folded(entries: Sequence[Entry], data: st.DataObject) -> dict[str, str]:
    """Some of those that have an id in files of their own."""
    apart = [number for number, entry in enumerate(entries) if "id" in entry and data.draw(st.booleans())]
    return files(
        [entry for number, entry in enumerate(entries) if number not in apart], [entries[number] for number in apart]
    )


@few
@given(timelines(), st.data())
def test_order_files_new_ids_and_new_entries_change_nothing(base: list[Entry], data: st.DataObject) -> None:
    head = [dict(entry) for entry in data.draw(st.permutations(base))]
    for number, entry in enumerate(head):
        if "id" not in entry and data.draw(st.booleans()):
            entry["id"] = f"new-{number}"
    head += [{key: entry[key] for key in entry if key != "id"} for entry in data.draw(timelines(most=3))]
    assert found(_folded(base, data), _folded(head, data)) == []


def _all_of_it(entry: Entry) -> str:
    """What an entry says; which of the two ways to write one instant it was does not matter."""
    same = {**entry, "at": entry.get("at", "").replace("09:50:00+01:00", "08:50:00Z")}
    return json.dumps({key: same[key] for key in sorted(same) if key != "id"})


@few
@given(timelines(least=1), st.data())
def test_each_entry_that_goes_is_found_unless_its_twin_stays(base: list[Entry], data: st.DataObject) -> None:
    head = [entry for entry in base if data.draw(st.booleans())]
    kept = {_all_of_it(entry) for entry in head}
    gone = Counter(map(_all_of_it, base)) - Counter(map(_all_of_it, head))
    lost = sum(count for entry, count in gone.items() if entry not in kept)
    assert found(files(base), files(head)) == ["HW302"] * lost


@few
@given(timelines(least=1), st.data())
def test_an_entry_that_is_rewritten_is_found_once_and_is_not_gone(base: list[Entry], data: st.DataObject) -> None:
    head = [dict(entry) for entry in base]
    entry = head[data.draw(st.integers(0, len(head) - 1))]
    match data.draw(st.sampled_from(["at", "by", "kind"])):
        case "at":
            entry.pop("between", None)
            entry["at"] = "2026-11-23T08:52:30Z"
        case "by" if "by" in entry:
            entry["by"] = "erin"
        case _:
            for key in _OWN.get(entry["kind"], {}):
                del entry[key]
            entry |= {"kind": "escalation", "to": "bob"}
    codes_found = found(files(base), files(head))
    assert (codes_found.count("HW303"), codes_found.count("HW302")) == (1, 0)


_OLD = st.sampled_from(
    [*_TEXTS, "2026-11-23T08:49Z", {"at": "2026-11-23T08:49Z"}, {"after": "2026-11-23"}, [], _BOUNDS[0]]
)
_CORRECTION = st.fixed_dictionaries(
    {
        "was": st.dictionaries(
            st.sampled_from(["at", "between", "by", "kind", "text", "audience", "zzz"]), _OLD, max_size=3
        ),
        "why": st.sampled_from(["...", "The log says so"]),
    }
)


@few
@given(timelines(), timelines(), st.data())
def test_two_timelines_that_have_nothing_to_do_with_each_other_are_compared_all_the_same(
    base: list[Entry], head: list[Entry], data: st.DataObject
) -> None:
    for entry in (*base, *head):
        if data.draw(st.booleans()):
            entry["corrected"] = data.draw(_CORRECTION)
    found(files(base), files(head))


def test_many_entries_are_compared_one_by_one() -> None:
    """A comparison of each with each would be twenty million."""
    lines = [
        f"- {{at: 2026-11-23T0{6 + number // 3600}:{number // 60 % 60:02}:{number % 60:02}Z, kind: note, text: n}}\n"
        for number in range(4_500)
    ]
    base, head = records({"timeline.yaml": "".join(lines)}), records({"timeline.yaml": "".join(reversed(lines[1:]))})
    assert found(base, head) == ["HW302"]
