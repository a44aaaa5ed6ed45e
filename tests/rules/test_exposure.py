"""What everybody may read, and should not: people, internal names, and internal records in a public repository."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hotwash.records.snapshot import FolderSnapshot
from hotwash.report import FORMATS
from hotwash.rules.check import check
from tests.builders import FOLDER, ID, NOW, NOW_AT, POLICY, codes, judged, records, snapshot
from tests.site.records import NOW as BUILT
from tests.site.records import PEOPLE, files, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.diagnostics import Diagnostic, Report
    from tests.site.records import Form

ROOT = Path(__file__).parents[2]
LOG = "evidence/logs.txt"
MAIL = "erika.muster@post.shop"
PHONE = "+49 171 9876543"
ACCOUNT = "DE89 3704 0044 0532 0130 00"
MACHINE = str(IPv4Address(0x5102458E))
PUBLIC = {"incident.yaml": "visibility: public\n"}


def of(report: Report, code: str) -> list[Diagnostic]:
    return [one for one in report.diagnostics if one.code == code]


def public(changes: Mapping[str, str | None], **kwargs: str) -> Report:
    """What is said of the complete incident, public, with changes."""
    head = f"visibility: public\n{changes.get('incident.yaml') or ''}"
    stage = kwargs.pop("stage", "investigating")
    return judged(records({**changes, "incident.yaml": head}, stage=stage), now=NOW_AT[stage])


def found(report: Report, code: str = "HW702") -> list[tuple[str, int, int, int]]:
    """File below the incident, line, column and end of all findings of a rule."""
    return [
        (one.path.removeprefix(f"{FOLDER}/"), one.span.line, one.span.column, one.span.end_column)
        for one in of(report, code)
    ]


def note(text: str) -> dict[str, str | None]:
    return {"timeline.yaml …": f"- at: 2026-11-23T08:52:00Z\n  by: dave\n  kind: note\n  text: {text}\n"}


# --- HW702


def test_a_place_is_exact_in_every_way_of_writing() -> None:
    for style, line, column in (("{}", 21, 11), ("'{}'", 21, 12), ('"\\t{}"', 21, 14), ("|\n    one\n    {}", 23, 7)):
        (place,) = found(public(note(style.replace("{}", f"x {MAIL}"))))
        assert place == ("timeline.yaml", line, column, column + len(MAIL))
    assert found(public({LOG: f"one\nby {MAIL} 2\n"})) == [(LOG, 2, 4, 4 + len(MAIL))]
    text = f"---\nstatus: draft\nauthors: [alice]\n---\n\n## Summary\n\nAsk {MAIL}\n"
    assert found(public({"postmortem.md": text})) == [("postmortem.md", 8, 5, 5 + len(MAIL))]


@pytest.mark.parametrize("value", [MAIL, PHONE, ACCOUNT, MACHINE])
def test_a_value_is_in_no_output(value: str) -> None:
    report = public(
        {**note(f"for {value}"), LOG: f"x {value} y {value}\n", "incident.yaml": f"title: <b>{value}</b>\n"}
    )
    assert len(of(report, "HW702")) == 3
    assert "HW703" in codes(report)
    shown = "\n".join(render(report) for render in FORMATS.values())
    assert value not in shown
    assert value[6:] not in shown


def test_internal_incidents_are_not_searched() -> None:
    for head in ("visibility: internal\n", ""):
        assert codes(judged(records({"incident.yaml": head, LOG: f"{MAIL} Alice\n"}))) == []


def test_the_default_of_the_policy_counts() -> None:
    policy = "format: 1\npublishing: {default: public}\n"
    assert codes(judged(records({POLICY: policy, LOG: f"{MAIL}\n"}))) == ["HW702"]


def test_a_live_incident_is_searched_long_before_it_is_shown_in_full() -> None:
    assert codes(public(note("Alice looks"))) == ["HW702"]


def test_a_name_is_one_finding_a_file_and_many_are_twenty() -> None:
    (one,) = of(public({LOG: "alice ALICE Alice's\n" * 50}), "HW702")
    assert one.notes == ("it stands here 150 times",)
    many = of(public({LOG: "".join(f"k{number}@post.shop\n" for number in range(500))}), "HW702")
    assert len(many) == 20
    assert many[-1].notes == ("480 more in this file",)


def test_names_that_the_policy_publishes_are_not_looked_for() -> None:
    policy = "format: 1\npublishing: {default: public, names: as-written}\n"
    assert codes(judged(records({POLICY: policy, LOG: f"Alice and {MAIL}\n"}))) == ["HW702"]


def test_a_login_in_an_address_is_told_once() -> None:
    (one,) = of(public({LOG: "alice@post.shop\n"}), "HW702")
    assert "an e-mail address" in one.message


def test_who_did_something_is_no_finding_and_a_label_is_one() -> None:
    assert codes(public({})) == []
    ((file, _, *columns),) = found(public({"incident.yaml": "labels: {owner: alice}\n"}))
    assert (file, columns) == ("incident.yaml", [17, 22])


def test_a_name_in_the_id_is_found() -> None:
    folder = "incidents/2026/2026-11-23-alice-laptop"
    report = judged(records({"incident.yaml": "visibility: public\n"}, folder=folder))
    assert [one.message for one in of(report, "HW702")] == ["the id names a person: `alice`"]


def test_the_level_may_be_raised_and_the_rule_silenced() -> None:
    raised = "format: 1\npublishing: {default: public}\nlevels: {HW702: error}\n"
    (one,) = judged(records({POLICY: raised, LOG: f"{MAIL}\n"})).diagnostics
    assert one.level == "error"
    silent = (
        "format: 1\npublishing: {default: public}\n"
        f"silences: [{{rule: HW702, incident: {ID}, reason: They agreed to it, until: 2026-12-31}}]\n"
    )
    report = judged(records({POLICY: silent, LOG: f"{MAIL}\n", "incident.yaml": f"title: <b>{MAIL}</b>\n"}))
    assert codes(report) == ["HW703"]
    assert MAIL not in "\n".join(render(report) for render in FORMATS.values())


FORMS = (
    *("Anna-1", "ANNA-1's", "@anna-1", "see https://x.example/bert-2/", "by Bert-2", "Bert Muster"),
    *(MAIL, PHONE, ACCOUNT, MACHINE),
)


def test_recall_and_precision_over_every_field() -> None:
    """What is planted in more than eighty fields is found in all of them, and nothing else is."""
    policy = {"people": {"bert-2": "Bert Muster"}}
    fields: list[str] = []

    def fill(field: str, form: Form) -> str:
        if field not in fields:
            fields.append(field)
        number = fields.index(field)
        planted = FORMS[number % len(FORMS)]
        return f"https://x.example/{PEOPLE[number % 6]}/{number}" if form == "link" else f"{planted} of it"

    clean = check(snapshot(files({ID: whole()}, policy)), now=BUILT).report
    assert of(clean, "HW702") == []
    planted = files({ID: whole(fill)}, policy)
    assert len(fields) > 80
    # A field that is filled twice is planted twice.
    texts = sum(text.count(" of it") + text.count("https://x.example/") for text in planted.values())
    links_in_texts = sum(text.count("see https://x.example/") for text in planted.values())
    told = of(check(snapshot(planted), now=BUILT).report, "HW702")
    assert sum(_times(one) for one in told) == texts - links_in_texts


def _times(one: Diagnostic) -> int:
    return next((int(note.split()[3]) for note in one.notes if note.startswith("it stands here")), 1)


@pytest.mark.parametrize("root", [ROOT, ROOT / "examples" / "shop"], ids=["here", "shop"])
def test_no_false_alarm_in_real_records(root: Path) -> None:
    report = check(FolderSnapshot(root), now=NOW).report
    assert len(report.incidents) > 10
    assert [(one.path, one.message) for one in report.diagnostics if one.code in ("HW702", "HW705", "HW707")] == []


# --- HW705


def internal(changes: Mapping[str, str | None], patterns: str = '["*.corp.example", "project heron"]') -> Report:
    policy = f"format: 1\npublishing: {{default: public, internal_patterns: {patterns}}}\n"
    return judged(records({POLICY: policy, **changes}))


def test_an_internal_name_is_found_in_texts_links_and_evidence() -> None:
    report = internal(
        {
            "incident.yaml": "references: ['https://wiki.corp.example:8443/x']\nlabels: {at: a.CORP.example}\n",
            **note("Seen on db-1.corp.example."),
            LOG: "x db-2.corp.example y\nProject Heron\n",
        }
    )
    assert [place[0] for place in found(report, "HW705")] == [
        LOG,
        LOG,
        "incident.yaml",
        "incident.yaml",
        "timeline.yaml",
    ]
    assert found(report, "HW705")[0] == (LOG, 1, 3, 20)
    assert codes(report) == ["HW705"] * 5


def test_without_patterns_and_in_internal_incidents_nothing_is_found() -> None:
    assert codes(internal({LOG: "db-2.corp.example\n"}, "[]")) == []
    assert codes(internal({LOG: "db-2.corp.example\n", "incident.yaml": "visibility: internal\n"})) == []


def test_an_internal_name_that_stands_often_is_one_finding_and_many_are_twenty() -> None:
    (one,) = internal({LOG: "db.corp.example DB.corp.example\n" * 30}).diagnostics
    assert one.notes == ("it stands here 60 times",)
    many = internal({LOG: "".join(f"db-{number}.corp.example\n" for number in range(300))}).diagnostics
    assert len(many) == 20
    assert many[-1].notes == ("280 more in this file",)


# --- HW707


@pytest.mark.parametrize(
    ("repository", "default", "says", "wrong"),
    [
        ("public", "internal", "", True),
        ("public", "public", "", False),
        ("public", "public", "visibility: internal\n", True),
        ("public", "internal", "visibility: public\n", False),
        ("private", "internal", "", False),
        ("private", "public", "visibility: internal\n", False),
    ],
)
def test_an_internal_record_in_a_public_repository_is_an_error(
    repository: str, default: str, says: str, *, wrong: bool
) -> None:
    policy = f"format: 1\nrepository: {repository}\npublishing: {{default: {default}}}\n"
    report = judged(records({POLICY: policy, "incident.yaml": says or "severity: P1\n"}))
    assert codes(report) == (["HW707"] if wrong else [])


def test_the_line_of_the_help_mends_it() -> None:
    policy = "format: 1\nrepository: public\n"
    (one,) = judged(records({POLICY: policy})).diagnostics
    assert codes(judged(records({POLICY: policy, "incident.yaml": f"{one.help[-1].paste}\n"}))) == []
