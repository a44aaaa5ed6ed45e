"""Where the lines of a new entry go."""

from __future__ import annotations

import yaml

from hotwash.facts.additions import to_timeline
from tests.builders import case

NOTE = "at: 2026-11-23T09:20:30Z\nkind: note\ntext: Two people are on it\n"
NEW = "- at: 2026-11-23T09:21:00Z\n  by: YOUR-LOGIN\n  kind: status-update\n  audience:\n    - public\n  text: We are on it"


def test_an_entry_goes_into_the_list_that_is_there() -> None:
    found = to_timeline(case(), NEW, once="tell them, and ")
    assert (found.say, found.paste, found.file) == ("tell them, and add to timeline.yaml:", NEW, "timeline.yaml")


def test_the_first_entry_of_all_makes_the_list() -> None:
    found = to_timeline(case({"timeline.yaml": None}), NEW)
    assert (found.say, found.paste) == ("add to timeline.yaml, a new file:", NEW)


def test_where_each_entry_is_a_file_a_new_one_is_too() -> None:
    found = to_timeline(case({"timeline.yaml": None, "timeline.d/0920-k3f9.yaml": NOTE}), NEW)
    assert (found.say, found.file) == (
        "add as timeline.d/0921-status-update.yaml, a new file:",
        "timeline.d/0921-status-update.yaml",
    )
    assert [yaml.safe_load(found.paste)] == yaml.safe_load(NEW)


def test_no_file_that_is_there_is_named() -> None:
    files = {f"timeline.d/0921-{name}.yaml": NOTE for name in ("Status-Update", "status-update-2")}
    assert to_timeline(case({"timeline.yaml": None, **files}), NEW).file == "timeline.d/0921-status-update-3.yaml"


def test_several_entries_go_into_one_list() -> None:
    found = to_timeline(case({"timeline.yaml": None, "timeline.d/0920-k3f9.yaml": NOTE}), NEW, NEW)
    assert (found.say, found.paste) == ("add to timeline.yaml, a new file:", f"{NEW}\n{NEW}")
