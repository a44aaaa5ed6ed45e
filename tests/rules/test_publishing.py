"""What must not leave the repository, and what would not arrive: secrets, invisible characters, raw HTML, links."""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.records.invisible import invisible
from hotwash.records.markup import unsafe_scheme
from hotwash.report import FORMATS
from tests.builders import FOLDER, ID, POLICY, POSTMORTEM_TEXT, SERVICES, codes, judged, records
from tests.facts.test_secrets import PLANTED, in_line

if TYPE_CHECKING:
    from hotwash.diagnostics import Report

PASSWORD = "hunter" + "22Xyz"
TOKEN = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"
LOG = "evidence/logs.txt"


def found(report: Report, code: str) -> list[tuple[str, int, int, int]]:
    """File below the incident, line, column and end of all findings of a rule."""
    return [
        (one.path.removeprefix(f"{FOLDER}/"), one.span.line, one.span.column, one.span.end_column)
        for one in report.diagnostics
        if one.code == code
    ]


def shown(report: Report) -> str:
    """All that any format prints."""
    return "\n".join(render(report) for render in FORMATS.values())


def described(description: str) -> dict[str, str | None]:
    """The incident with a text under `impact.users.description`, from column 41 on."""
    return {
        "incident.yaml": "impact:\n"
        "  business: {reputation: Press enquiry at 10:00}\n"
        "  scope: {description: Card payments only}\n"
        f"  users: {{affected: 12400, description: {description}}}\n"
    }


# --- HW701


def test_a_secret_is_found_in_every_kind_of_file() -> None:
    files = records(
        {
            "incident.yaml": f"labels: {{login: '{TOKEN}'}}\n",
            "timeline.d/0852-abcd.yaml": f"at: 2026-11-23T08:52:00Z\nby: dave\nkind: note\ntext: used {TOKEN}\n",
            "postmortem.md": f"---\nstatus: draft\nauthors: [alice]\n---\n\n## Summary\n\nWith {TOKEN}\n",
            LOG: f"one\ntwo {TOKEN}\n",
            SERVICES: "checkout-api: {owner: team-pay, runbook: docs/runbooks/checkout.md, "
            f'queries: {{logs: "token={TOKEN}"}}}}\n',
            POLICY: f"format: 1\norganisation: Shop {TOKEN}\n",
        }
    )
    report = judged(files)
    assert {path.removeprefix("incidents/") for path, *_ in found(report, "HW701")} == {
        "incident.yaml",
        "timeline.d/0852-abcd.yaml",
        "postmortem.md",
        LOG,
        "services.yaml",
        "policy.yaml",
    }
    assert (LOG, 2, 5, 5 + len(TOKEN)) in found(report, "HW701")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"incident.yaml": f"status: x {TOKEN}\n"}, id="a value that is not allowed"),
        pytest.param({"incident.yaml": f"{TOKEN}: x\n"}, id="a key that is unknown"),
        pytest.param({"incident.yaml": f"{TOKEN}{'zyxwvutsrq' * 6}: x\n"}, id="a long key that a message cuts"),
        pytest.param({"incident.yaml": f"labels: {{a: b, {TOKEN}}}\n"}, id="a comma that cuts a text"),
        pytest.param({"incident.yaml": f"services: [{TOKEN}]\n"}, id="a service that nobody knows"),
        pytest.param({"incident.yaml": f"title: &a {TOKEN}\n"}, id="an anchor"),
        pytest.param({"incident.yaml": f"title: <b>{TOKEN}</b>\n"}, id="HTML beside it"),
        pytest.param({"incident.yaml": f"references: ['javascript:{TOKEN}']\n"}, id="a link"),
        pytest.param({"incident.yaml": f"title: 'a\u200bb {TOKEN}'\n"}, id="invisible beside it"),
        pytest.param({"incident.yaml": f"times: {{declared: {TOKEN}}}\n"}, id="a time"),
        pytest.param({"incident.yaml": f"title: {TOKEN}\ntitle: {TOKEN}\n"}, id="twice"),
        pytest.param({"incident.yaml": f"title: [{TOKEN}\n"}, id="no YAML"),
        pytest.param({LOG: f"{TOKEN} {TOKEN}\n"}, id="twice in one line"),
        pytest.param({LOG: f"postgres://a:{PASSWORD}@db/o {PASSWORD}\n"}, id="once with its form and once without"),
        pytest.param({POLICY: f"format: 1\nland: {TOKEN}\n"}, id="policy"),
    ],
)
def test_a_secret_is_in_no_output_whichever_rule_speaks_of_its_line(changes: dict[str, str | None]) -> None:
    report = judged(records(changes))
    assert "HW701" in codes(report)
    for secret in (TOKEN, PASSWORD):
        assert secret[:12] not in shown(report)
        assert secret[6:] not in shown(report)


def test_a_private_key_is_in_no_output() -> None:
    lines = [hashlib.sha256(bytes([number])).hexdigest() for number in range(9)]
    block = "-----BEGIN RSA PRIVATE KEY-----\n" + "\n".join(lines) + "\n-----END RSA PRIVATE KEY-----\n"
    text = "title: |\n" + "".join(f"  {line}\n" for line in block.splitlines()) + f"statu: '{lines[3]}'\n"
    report = judged(records({"incident.yaml": text, LOG: block}))
    assert codes(report).count("HW701") == 2
    assert [line for line in lines if line[:12] in shown(report)] == []


def test_a_masked_line_keeps_its_length_so_that_the_caret_stays_under_its_word() -> None:
    report = judged(records({LOG: f"x {TOKEN} y\n"}))
    (one,) = report.diagnostics
    assert one.source == (f"x {TOKEN[:4]}{'*' * (len(TOKEN) - 4)} y",)
    assert f"`{TOKEN[:4]}…`, {len(TOKEN)} characters" in one.message


@pytest.mark.parametrize(
    "policy", ["levels: {HW701: 'off'}", "silences: [{rule: HW701, reason: known, until: 2026-12-31}]"]
)
def test_a_secret_stays_masked_where_the_rule_is_silent(policy: str) -> None:
    changes = {POLICY: f"format: 1\n{policy}\n", "incident.yaml": f"title: <b>{TOKEN}</b>\n"}
    report = judged(records(changes))
    assert codes(report) == ["HW703"]
    assert TOKEN[:12] not in shown(report)


def test_a_secret_of_one_incident_hides_nothing_in_another() -> None:
    other = records({LOG: f"password={PASSWORD}\n"})
    plain = records({"incident.yaml": f"title: <b>{PASSWORD}\n"}, folder=f"incidents/2026/{ID}-again")
    report = judged(other | plain)
    assert sorted(codes(report)) == ["HW701", "HW703"]
    assert f"<b>{PASSWORD}" in next(one.source[0] for one in report.diagnostics if one.code == "HW703")


def test_a_known_value_is_let_pass_and_no_other() -> None:
    known = hashlib.sha256(TOKEN.encode()).hexdigest()
    policy = f"format: 1\npublishing: {{known_secrets: [{known}]}}\n"
    assert codes(judged(records({POLICY: policy, LOG: f"{TOKEN}\n"}))) == []
    assert codes(judged(records({POLICY: policy, LOG: f"{TOKEN[:-1]}x\n"}))) == ["HW701"]


def test_the_digest_in_the_help_is_the_one_that_the_policy_takes() -> None:
    (one,) = judged(records({LOG: f"{TOKEN}\n"})).diagnostics
    policy = f"format: 1\n{one.help[-1].paste}\n"
    assert codes(judged(records({POLICY: policy, LOG: f"{TOKEN}\n"}))) == []


def test_no_digest_is_shown_of_what_a_person_chose() -> None:
    report = judged(records({LOG: f"password={PASSWORD}\n"}))
    assert hashlib.sha256(PASSWORD.encode()).hexdigest() not in shown(report)


def test_a_value_that_stands_often_is_one_finding_and_many_values_are_twenty() -> None:
    (one,) = judged(records({LOG: f"{TOKEN}\n" * 300})).diagnostics
    assert one.notes == ("it stands here 300 times",)
    many = judged(records({LOG: "".join(f"{TOKEN[:-4]}{number:04}\n" for number in range(500))}))
    assert len(many.diagnostics) == 20
    assert many.diagnostics[-1].notes == ("480 more in this file",)
    assert TOKEN[:12] not in shown(many)


def test_planted_secrets_of_all_kinds_are_found_in_records_and_evidence_and_are_in_no_output() -> None:
    changes: dict[str, str | None] = {}
    for number, planted in enumerate(PLANTED):
        text = json.dumps(f"we saw {in_line(planted)}")
        entry = f"at: 2026-11-23T08:52:00Z\nby: dave\nkind: note\ntext: {text}\n"
        changes[f"timeline.d/0852-{number:04}.yaml"] = entry
        changes[f"evidence/{number:04}.txt"] = f"one\n{in_line(planted)}\n"
    report = judged(records(changes))
    told = {one.path.removeprefix(f"{FOLDER}/") for one in report.diagnostics if one.code == "HW701"}
    assert len(told) >= 0.95 * len(changes)
    # SARIF brings the page of the rule along, with its example.
    printed = shown(report).replace("postgres://shop:hunter22@", "")
    assert [planted.secret for planted in PLANTED if planted.secret in printed] == []


# --- HW704


def escaped(sign: str) -> str:
    return f"\\U{ord(sign):08x}"


# Marks that stand above or under numbers, and are seen.
SEEN = {*map(chr, range(0x600, 0x606)), "\u06dd", "\u070f", "\u0890", "\u0891", "\u08e2", "\U000110bd", "\U000110cd"}
HIDDEN = [
    chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Co")
]
# A few surrogates and private signs, so that they do not fill the table.
SAMPLES = [
    sign
    for sign in HIDDEN
    if sign not in SEEN
    and (unicodedata.category(sign) in ("Cc", "Cf") or ord(sign) % 4099 == 0 or sign in "\ud800\udfff\ue000\uf8ff")
]


def test_every_hidden_character_of_unicode_is_known() -> None:
    refused = [sign for sign in HIDDEN if unicodedata.category(sign) in ("Cf", "Co") and sign not in SEEN | {"\ufeff"}]
    assert [f"{ord(sign):x}" for sign in refused if list(invisible(f"é{sign}b")) != [1]] == []


@pytest.mark.parametrize("group", range(0, len(SAMPLES), 40))
def test_hidden_characters_are_refused_written_out_and_as_an_escape(group: int) -> None:
    for sign in SAMPLES[group : group + 40]:
        if sign in "\t\n\r":
            continue
        for value in (f'"a{sign}b"', f'"a{escaped(sign)}b"'):
            if unicodedata.category(sign) == "Cs" and sign in value:
                continue  # it cannot be UTF-8
            report = judged(records(described(value)))
            assert set(codes(report)) & {"HW001", "HW002", "HW704"}, f"U+{ord(sign):04X} in {value!r}"
            assert sign not in shown(report)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a\u202eb", [1]),
        ("a\u202eb\u202c", [1, 3]),
        ("\u200ba", [0]),
        ("pay\u00adments", [3]),
        ("a\u200db", [1]),
        ("a\u200cb", [1]),
        ("👩\u200d", [1]),
        ("👩\u200da", [1]),
        ("a\u200d👩", [1]),
        ("👩\u200d\u200d👩", [1, 2]),
        ("a\ufe0f", [1]),
        ("❤\ufe0f\ufe0f", [2]),
        ("❤\U000e0100", [1]),
        ("❤\U000e0061\U000e007f", [1, 2]),
        ("🏴\U000e0067\U000e0062\U000e0078\U000e007f", [1, 2, 3, 4]),
        ("ab\u3164", [2]),
        ("ab\u2800", [2]),
        ("م\u200c\u200cخ", [2]),
        ("\u05d0\u200f", [1]),
        ("\ue000", [0]),
    ],
    ids=ascii,
)
def test_what_hides_is_found_at_its_place(text: str, at: list[int]) -> None:
    assert list(invisible(text)) == at


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "Zürich – 12 µs, naïve, 5\u00a0ms, a\u202fb\u3000c",  # noqa: RUF001 - they are what is tested
        "👩\u200d🚒 and 👩🏽\u200d💻 and 👨\u200d👩\u200d👧\u200d👦",
        "❤\ufe0f\u200d🔥 🏳\ufe0f\u200d🌈 🏴\u200d☠\ufe0f ⚠\ufe0f ©\ufe0f ℹ\ufe0f ↔\ufe0f ✅ 🆗",  # noqa: RUF001 - they are what is tested
        "1\ufe0f\u20e3 #\ufe0f\u20e3",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می\u200cخواهم, نامه\u200cها",  # noqa: RUF001 - they are what is tested
        "क्\u200dष and क्\u200cष, ശ്രീ, ന്\u200d",
        "葛\U000e0100 辻\ufe00",
        "\u1820\u180b",
        "\u0600\u0661\u0662",
    ],
    ids=ascii,
)
def test_joiners_and_selectors_where_they_belong_are_let_pass(text: str) -> None:
    assert list(invisible(text)) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_invisible_characters_are_found_in_any_text_without_an_exception(text: str) -> None:
    assert all(0 <= at < len(text) for at in invisible(text))


def test_an_invisible_character_has_an_exact_place() -> None:
    files = records({**described('"a\\u202eb"'), LOG: "a\u202eb\n"})
    line = (
        files[f"{FOLDER}/incident.yaml"].split("\n").index('  users: {affected: 12400, description: "a\\u202eb"}') + 1
    )
    report = judged(files)
    assert found(report, "HW704") == [("incident.yaml", line, 43, 49)]
    assert "right-to-left override" in report.diagnostics[0].message


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("sign", "width"), [("\u200b", 1), ("\\u200b", 6), ("\\x{}".format("ad"), 4), ("\\U0000200b", 10)]
)
def test_places_are_right_in_front_matter_and_after_a_carriage_return(newline: str, sign: str, width: int) -> None:
    text = f'---\nstatus: draft\nauthors: [alice]\ncontributing_factors:\n  - "😀 \\\\u200b a{sign}b"\n---\n\n## Summary\n\nx\n'
    report = judged(records({"postmortem.md": text.replace("\n", newline)}))
    assert found(report, "HW704") == [("postmortem.md", 5, 17, 17 + width)]


def test_many_invisible_characters_are_one_finding_a_line_and_twenty_a_file() -> None:
    body = "a\u200bb\u200bc\n" * 5_000
    report = judged(records({"postmortem.md": f"---\nstatus: draft\nauthors: [alice]\n---\n\n## Summary\n\n{body}"}))
    told = [one for one in report.diagnostics if one.code == "HW704"]
    assert len(told) == 20
    assert "and 1 more on this line" in told[0].message
    assert told[-1].notes == ("4,980 more lines of this file hold such characters",)


# --- HW703


def post_mortem(summary: str) -> dict[str, str | None]:
    """A post-mortem with a summary that begins on line 12, column 1."""
    head, _, rest = POSTMORTEM_TEXT.partition("Card payments in Europe failed for 17 minutes.")
    return {"postmortem.md": f"{head}{summary}{rest}"}


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("a <b>c</b>", [3]),
        ("a<br>b<br/>c", [2, 7]),
        ("`<b>` and <b>", [11]),
        ("a <!-- note --> b", [3]),
        ("<div>x</div>", [1]),
        ("<img src=x onerror=alert(1)>", [1]),
        ("<SCRIPT>x</SCRIPT>", [1]),
        ("</b> alone", [1]),
        ('<address class="x">', [1]),
        ("<main id=x>y</main>", [1]),
        ("- item <i>x</i>", [8]),
    ],
)
def test_html_is_found_where_it_stands(text: str, columns: list[int]) -> None:
    report = judged(records(post_mortem(text)))
    line = POSTMORTEM_TEXT[: POSTMORTEM_TEXT.index("Card payments in")].count("\n") + 1
    assert [(place[1], place[2]) for place in found(report, "HW703")] == [(line, column) for column in columns]


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "<https://status.example/42> and <ops@shop.example>",
        "restart <service> on <host-name>, then <address> and <main>",
        "`<b>x</b>`",
        "```\n<b>x</b>\n<!-- x -->\n```",
        "    <b>indented code</b>",
        "\\<b>",
        "&lt;b&gt;",
        "List<String> and Map<K, V>",
        "x <- y -> z <3",
    ],
)
def test_what_is_no_html_is_let_pass(text: str) -> None:
    assert found(judged(records(post_mortem(text))), "HW703") == []


def test_html_is_found_in_every_way_of_writing_a_text() -> None:
    for value in ("a <b>c", '"a <b>c"', "'a <b>c'"):
        ((_, _, column, end),) = found(judged(records(described(value))), "HW703")
        assert (column, end) == (41 + value.index("<"), 44 + value.index("<"))
    entry = "- at: 2026-11-23T08:49:00Z\n  by: carol\n  kind: mitigation\n  action: rollback\n  outcome: effective\n  text: {}\n"
    for style in ("|", ">"):
        files = records({"timeline.yaml …": entry.replace("{}", f"{style}\n    one\n    two <b>three")})
        assert found(judged(files), "HW703") == [("timeline.yaml", 8, 9, 12)]


def test_much_html_is_twenty_findings() -> None:
    report = judged(records(post_mortem("<b>x</b>\n" * 300)))
    assert len(found(report, "HW703")) == 20
    assert report.diagnostics[-1].notes == ("280 more in this file",)


# --- HW706


@pytest.mark.parametrize(
    ("link", "scheme"),
    [
        ("javascript:alert(1)", "javascript"),
        ("JaVaScRiPt:alert(1)", "javascript"),
        (" javascript:x", "javascript"),
        ("java\tscript:x", "javascript"),
        ("java\u200bscript:x", "javascript"),
        ("javascript&#58;x", "javascript"),
        ("javascript&colon;x", "javascript"),
        ("javascript:1", "javascript"),
        ("data:text/html,x", "data"),
        ("vbscript:x", "vbscript"),
        ("file:///etc/passwd", "file"),
        ("ftp://x/y", "ftp"),
        ("ssh://git@x/y", "ssh"),
        ("urn:isbn:1", "urn"),
        ("//evil.example", ""),
        ("\\\\evil.example", ""),
        ("/\\evil.example", ""),
        ("https://x", None),
        ("HTTPS://x", None),
        ("http:x", None),
        ("mailto:a@b.example", None),
        ("docs/a:b.md", None),
        ("../x.md#y", None),
        ("#part", None),
        ("grafana.example:3000/d/1", None),
        ("git@github.com:o/r", None),
        ("", None),
    ],
    ids=ascii,
)
def test_a_scheme_is_seen_as_a_browser_sees_it(link: str, scheme: str | None) -> None:
    assert unsafe_scheme(link) == scheme


@pytest.mark.parametrize(
    "link", ["checkout-api:v413", "sha256:abc", "v413", "docs/x.md", "arn:aws:x", "host.example:80"]
)
def test_what_may_be_a_version_is_no_link(link: str) -> None:
    assert unsafe_scheme(link, only_known=True) is None


@pytest.mark.parametrize("link", ["javascript:x", "data:x", "x://y", "file:/x", "javascript:1"])
def test_what_may_be_a_version_may_still_be_an_unsafe_link(link: str) -> None:
    assert unsafe_scheme(link, only_known=True)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("[x](javascript:alert(1))", 1),
        ("![x](data:image/png;base64,AA)", 1),
        ("[x](<java\tscript:x>)", 1),
        ("[x](javascript&#58;x)", 1),
        ("[x](javascript\\:x)", 1),
        ("[x][r]\n\n[r]: vbscript:x", 1),
        ("<javascript:x>", 1),
        ("[![a](file:///x)](https://y)", 1),
        ("[x](//evil.example)", 1),
        ("[a](https://x) [b](javascript:y) [c](data:z)", 2),
        ("> - [x](javascript:y)", 1),
        ("| a |\n|---|\n| [x](javascript:y) |", 1),
        ("`[x](javascript:y)`", 0),
        ("```\n[x](javascript:y)\n```", 0),
        ("[x](https://y) [z](mailto:a@b.example) [r](docs/x.md)", 0),
        ("the link javascript:x is not one", 0),
        ("<image:tag> and [note]: nothing", 0),
        ("[x]\\(javascript:y)", 0),
    ],
)
def test_links_in_markdown_are_judged_as_the_parser_reads_them(text: str, count: int) -> None:
    assert len(found(judged(records(post_mortem(text))), "HW706")) == count


def test_an_unsafe_link_is_found_in_fields_and_texts_of_all_records() -> None:
    entry = "- at: 2026-11-23T08:49:00Z\n  by: carol\n  kind: mitigation\n  action: rollback\n  outcome: effective\n"
    files = records(
        {
            "incident.yaml": 'references: ["file:///x"]\nevidence:\n'
            '  logs: [{summary: x, url: "javascript:x"}]\n  metrics: [{summary: "see [y](data:x)"}]\n'
            "  changes: [{summary: v413}]\n  similar: {none: Searched for checkout}\n",
            "timeline.yaml …": entry + '  url: "vbscript:x"\n  text: "[a](javascript:b)"\n',
            SERVICES: "checkout-api: {owner: team-pay, runbook: docs/runbooks/checkout.md, url: 'javascript:x'}\n",
            LOG: "[x](javascript:y)\n",
        }
    )
    places = [path.rsplit("/", 1)[-1] for path, *_ in found(judged(files), "HW706")]
    assert sorted(places) == ["incident.yaml"] * 3 + ["services.yaml"] + ["timeline.yaml"] * 2


def test_escapes_do_not_hide_a_scheme() -> None:
    assert codes(judged(records({"incident.yaml": 'references: ["javascript\\u003aalert"]\n'}))) == ["HW706"]
