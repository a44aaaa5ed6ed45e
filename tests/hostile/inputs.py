r"""The hostile inputs that are the content of one file: their name, the threat that they are, and where they go.

They are kept as text here and not as files, so that a reader sees `\u202e` rather than what it does. What is no content
of a file (links, special files, names, sizes that no repository should hold) is in `places.py`.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

CANARY = "canary-that-sings-7f3a"  # what lies outside the records, and may be in no output
RUNS = "/hotwash-hostile-ran"  # what a tag would make, if it ran


class Hostile(NamedTuple):
    """One hostile file.

    Attributes:
        threat: The line of threats that it tries.
        path: Where it goes: below the incident's folder, or from the root.
        refused: It must be refused: an error in this very file. Otherwise it may mean something, and is judged.
    """

    name: str
    threat: str
    path: str
    data: bytes
    refused: bool = True


INCIDENT, TIMELINE, ENTRY = "incident.yaml", "timeline.yaml", "timeline.d/0930-abcd.yaml"
ITEMS, POSTMORTEM = "action-items.yaml", "postmortem.md"
POLICY, SERVICES = "incidents/policy.yaml", "incidents/services.yaml"


def incident(**changes: str) -> str:
    """incident.yaml of a small live incident with some keys replaced, each by YAML text."""
    keys = {
        "title": "Checkout is down",
        "status": "declared",
        "visibility": "public",
        "severity": "P1",
        "services": "[checkout-api]",
        "times": "{declared: 2026-11-23T08:46:00Z}",
        "roles": "{commander: alice}",
    }
    return "".join(f"{key}: {value}\n" for key, value in (keys | changes).items())


def note(**changes: str) -> str:
    """timeline.yaml with one entry, with some keys replaced."""
    keys = {"at": "2026-11-23T08:49:00Z", "by": "alice", "kind": "note", "text": "x"}
    return "- " + "  ".join(f"{key}: {value}\n" for key, value in (keys | changes).items() if value)


def item(**changes: str) -> str:
    """action-items.yaml with one item, with some keys replaced."""
    keys = {
        "id": "AI-1",
        "title": "x",
        "kind": "detect",
        "priority": "P1",
        "status": "open",
        "owner": "alice",
        "due": "2026-12-01",
    }
    return "- " + "  ".join(f"{key}: {value}\n" for key, value in (keys | changes).items() if value)


def prose(body: str) -> str:
    """postmortem.md with a body."""
    return f"---\nstatus: draft\nauthors: [alice]\n---\n{body}"


# Each record with room for one hostile value; with a harmless one in it, nothing is wrong with it.
AROUND = {
    INCIDENT: incident(title="{}"),
    TIMELINE: note(text="{}"),
    ENTRY: note(text="{}").replace("- ", "  ", 1).replace("  ", ""),
    ITEMS: item(title="{}"),
    POSTMORTEM: "---\nstatus: draft\nauthors: [alice]\ncontributing_factors:\n  - {}\n---\n\n## Summary\n",
    POLICY: "format: 1\norganisation: {}\n",
    SERVICES: "checkout-api:\n  owner: {}\n",
}


def everywhere(threat: str, values: Mapping[str, str], *, refused: bool = True) -> tuple[Hostile, ...]:
    """A value in every record."""
    return tuple(
        Hostile(f"{name}, {path}", threat, path, around.replace("{}", value).encode(), refused)
        for name, value in values.items()
        for path, around in AROUND.items()
    )


def in_turn(threat: str, values: Mapping[str, str], *, refused: bool = True) -> tuple[Hostile, ...]:
    """Each value in one record, the records in turn: what is read by one reader for all."""
    places = list(AROUND.items())
    return tuple(
        Hostile(
            f"{name}, {places[number % len(places)][0]}",
            threat,
            places[number % len(places)][0],
            places[number % len(places)][1].replace("{}", value).encode(),
            refused,
        )
        for number, (name, value) in enumerate(values.items())
    )


def at(path: str, threat: str, contents: Mapping[str, str | bytes], *, refused: bool = True) -> tuple[Hostile, ...]:
    """Whole files."""
    return tuple(
        Hostile(f"{name}, {path}", threat, path, content if isinstance(content, bytes) else content.encode(), refused)
        for name, content in contents.items()
    )


def bomb(levels: int, width: int) -> str:
    """Aliases of aliases: `width` to the power of `levels` values, were they resolved."""
    lines = [f"l0: &l0 [{', '.join('x' * width)}]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * width)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\n"


# --- R1: anchors, aliases, merge keys, tags

R1 = (
    *everywhere(
        "R1",
        {
            "anchor": "&a text",
            "alias of nothing": "*a",
            "program by a tag": f'!!python/object/apply:os.system ["touch {RUNS}"]',
            "tag of our own": "!secret x",
        },
    ),
    *in_turn(
        "R1",
        {
            "list that holds itself": "&a [*a]",
            "mapping that holds itself": "&a {a: *a}",
            "anchor on nothing": "&a",
            "anchor twice": "[&a x, &a y, *a]",
            "merge": "{<<: {owner: x}}",
            "merge of a list": "{<<: [{owner: x}, {owner: y}]}",
            "class": "!!python/object/new:os.system [x]",
            "name": "!!python/name:os.system",
            "module": "!!python/module:os",
            "tuple": "!!python/tuple [a, b]",
            "bytes": "!!binary aGVsbG8=",
            "time": "!!timestamp 2026-11-23",
            "set": "!!set {a, b}",
            "pairs": "!!omap [a: b]",
            "text by a tag": "!!str 1",
            "number by a tag": '!!int "5"',
            "no tag": "! x",
            "tag written out": "!<tag:example.com,2026:x> y",
            "tag of a handle that is not declared": "!e!x y",
            "tag with an escape": "!%21%00 x",
            "anchor with a colour": "&\u001b[31m x",
            "anchor of a thousand letters": f"&{'a' * 1000} x",
        },
    ),
    *at(
        SERVICES,
        "R1",
        {
            "bomb of nine levels": bomb(9, 9),
            "merge key": "base: &base {owner: x}\ncheckout-api:\n  <<: *base\n",
            "anchor on a key": "&a checkout-api: {owner: x}\n",
            "alias as a key": "a: &a checkout-api\n*a : {owner: x}\n",
            "handle of a tag": "%TAG !e! tag:example.com,2026:\n---\ncheckout-api: !e!x {owner: x}\n",
        },
    ),
)

# --- R2: deep and many

R2 = (
    *everywhere("R2", {"brackets": "[" * 3000, "brackets that close": "[" * 33 + "]" * 33}),
    *in_turn(
        "R2",
        {
            "sixty thousand brackets": "[" * 60_000,
            "sixty thousand brackets that close": "[" * 60_000 + "]" * 60_000,
            "braces": "{a: " * 30_000,
            "braces that close": "{a: " * 40 + "x" + "}" * 40,
            "brackets in braces": "[{a: " * 5_000,
            "many values": f"[{'x,' * 50_000}]",
            "many empty lists": f"[{'[],' * 25_000}]",
            "many quotes": "'" * 100_001,
        },
    ),
    *at(
        TIMELINE,
        "R2",
        {
            "dashes": "- " * 60_000,
            "question marks": "? " * 20_000,
            "both": "- ? " * 20_000,
            "colons": ": " * 20_000,
            "steps": "".join(f"{' ' * n}a:\n" for n in range(200)),
            "one key": "a:\n" * 20_000,
            "documents": "---\n" * 60_000,
            "ends of documents": "...\n" * 60_000,
            "directives": "%TAG !a! tag:x\n" * 20_000,
            "comment lines, and nothing closed": "#\n" * 100_000 + "[",
        },
    ),
)

# --- R3: long

ENTRY_LINE = "- {at: 2026-11-23T08:49:00Z, kind: note, text: x}\n"
ITEM_LINE = "- {{id: AI-{}, title: x, kind: detect, priority: P1, status: open, owner: alice, due: 2026-12-01}}\n"

R3 = (
    *everywhere("R3", {"text of a hundred thousand letters": "x" * 100_000}),
    *at(
        TIMELINE,
        "R3",
        {
            "entries": ENTRY_LINE * 5_001,
            "one megabyte and a byte": "#" * (1024 * 1024) + "\n",
            "line that never ends": f'- {{at: 2026-11-23T08:49:00Z, kind: note, text: "{"x" * 1_000_000}"}}\n',
        },
    ),
    *at(ITEMS, "R3", {"items": "".join(map(ITEM_LINE.format, range(1, 102)))}),
    *at(
        INCIDENT,
        "R3",
        {
            "title": incident(title="x" * 201),
            "line": incident(impact=f"{{scope: {{regions: [{'x' * 301}]}}}}"),
            "services": incident(services=f"[{', '.join(f's{n}' for n in range(101))}]"),
            "key": incident(**{"k" * 900: "x"}),
            "ten thousand unknown keys": incident() + "".join(f"k{n}: x\n" for n in range(10_000)),
        },
    ),
    *at(
        POSTMORTEM,
        "R3",
        {"front matter without an end": "---\n" + "a: b\n" * 50_000, "a megabyte of prose": prose("x" * (1024 * 1024))},
    ),
    *at(TIMELINE, "R3", {"entries at the limit": ENTRY_LINE * 5_000}, refused=False),
    *at(POSTMORTEM, "R3", {"prose at the limit": prose("x" * (1024 * 1024 - len(prose(""))))}, refused=False),
    *at(
        SERVICES,
        "R3",
        {"two thousand services": "checkout-api: {}\n" + "".join(f"s{n}: {{}}\n" for n in range(2_000))},
        refused=False,
    ),
)

# --- R4: what readers disagree about

R4 = (
    *everywhere("R4", {"two keys in one": "{a: 1, a: 2}", "unclosed": '"x'}),
    *in_turn(
        "R4",
        {
            "number as a key": "{1: x}",
            "truth as a key": "{true: x}",
            "nothing as a key": "{null: x}",
            "tilde as a key": "{~: x}",
            "list as a key": "{[a]: x}",
            "mapping as a key": "{{a: b}: x}",
            "no key": "{: x}",
            "comma in text": "{note: P0, all down}",
            "same key by an escape": '{a: 1, "\\x61": 2}',
            "half an escape": '"\\u12"',
            "surrogate by an escape": '"\\ud800"',
            "surrogates by escapes": '"\\ud83d\\ude00"',
            "sign that is no sign by an escape": '"\\uffff"',
            "beyond all signs": '"\\U00110000"',
            "unknown escape": '"\\q"',
            "reserved": "@x",
            "backtick": "`x`",
            "colon in text": "a: b: c",
            "a list where text is": "- x",
        },
    ),
    *at(
        INCIDENT,
        "R4",
        {
            "key twice": incident() + "severity: P3\n",
            "key twice, once in quotes": incident() + '"severity": P3\n',
            "key twice, of a mapping": incident(times="\n  declared: 2026-11-23T08:46:00Z\n  declared: 2026-11-22"),
            "two documents": incident() + "---\n" + incident(severity="P3"),
            "document that ends, and another": incident() + "...\n" + incident(severity="P3"),
            "words after the end": incident() + "...\nx\n",
            "YAML 1.1": "%YAML 1.1\n---\n" + incident(),
            "YAML 9.9": "%YAML 9.9\n---\n" + incident(),
            "UTF-16 with a mark": incident().encode("utf-16"),
            "UTF-16": incident().encode("utf-16-be"),
            "UTF-32": incident().encode("utf-32"),
            "UTF-7": incident(title="+AHs-").encode() + b"\xff",
            "Latin-1": incident(title="Caf\u00e9").encode("latin-1"),
            "half a sign": incident(title="x").encode() + b"# \xe2\x82",
            "sign written too long": incident().encode() + b"# \xc0\xaf\n",
            "surrogate": incident().encode() + b"# \xed\xa0\x80\n",
            "beyond Unicode": incident().encode() + b"# \xf4\x90\x80\x80\n",
            "two marks": codecs.BOM_UTF8 * 2 + incident().encode(),
            "mark in the middle": incident().encode() + codecs.BOM_UTF8,
            "nought": incident().encode() + b"\0",
            "nought first": b"\0" + incident().encode(),
            "only noughts": b"\0" * 4096,
            "lone carriage returns": incident().replace("\n", "\r"),
            "tab for blanks": incident(times="\n\tdeclared: 2026-11-23T08:46:00Z"),
            "line separator": incident(title="a\u2028severity: P3"),
            "new line of IBM": incident(title="a\u0085severity: P3"),
            "form feed": incident() + "\f",
            "text alone": "x\n",
            "number alone": "1\n",
            "list": "- a\n",
            "nothing": "",
            "mark alone": codecs.BOM_UTF8,
            "comment alone": "# x\n",
            "dashes alone": "---\n",
            "a program": b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8,
            "an archive": b"\x1f\x8b\x08\x00" + bytes(range(255, -1, -1)) * 8,
            "half merged": f"<<<<<<< HEAD\n{incident()}=======\n{incident(severity='P3')}>>>>>>> other\n",
            "JSON with a comma too many": '{"title": "x",,}',
            "XML": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        },
    ),
    *at(
        POSTMORTEM,
        "R4",
        {
            "no front matter": "## Summary\n",
            "front matter that is a list": "---\n- a\n---\n",
            "front matter that is text": "---\nx\n---\n",
            "front matter that ends otherwise": "---\nstatus: draft\nauthors: [alice]\n...\n",
            "front matter on its second line": "\n---\nstatus: draft\n---\n",
            "front matter of another kind": "+++\nstatus = 'draft'\n+++\n",
            "nothing": "",
            "Latin-1": prose("").encode() + b"caf\xe9\n",
        },
    ),
    *at(POLICY, "R4", {"list": "- format: 1\n", "other format": "format: 2\n", "text": "x\n"}),
    *at(SERVICES, "R4", {"list": "- checkout-api\n", "text": "x\n"}),
    *at(
        INCIDENT,
        "R4",
        {
            "mark first": codecs.BOM_UTF8 + incident().encode(),
            "carriage returns": incident().replace("\n", "\r\n"),
            "text that is no text elsewhere": incident(
                title="no", labels="{a: 012, b: 1:30, c: 1_000, d: 0b1, e: .inf}"
            ),
            "end of a document": "---\n" + incident() + "...\n",
        },
        refused=False,
    ),
)

# --- R5: numbers and times

DIGITS = "9" * 5_000
_TIMES = {
    "seconds": "1700000000",
    "seconds as text": '"1700000000"',
    "day that is not": "2026-02-30",
    "month that is not": "2026-13-01",
    "hour that is not": "2026-11-23T24:00:00Z",
    "second that leaps": "2026-11-23T08:46:60Z",
    "year nought": "0000-01-01T00:00:00Z",
    "first year, before itself": "0001-01-01T00:00:00+14:00",
    "last year, after itself": "9999-12-31T23:59:59-14:00",
    "far away": "2026-11-23T08:46:00+99:99",
    "a day away": "2026-11-23T08:46:00+24:00",
    "no offset": "2026-11-23T08:46:00",
    "five digits": "12026-11-23T08:46:00Z",
    "digits of another script": '"\uff12\uff10\uff12\uff16-11-23"',
    "digits of a third": '"\u0662\u0660\u0662\u0666-11-23"',
    "digits without end": f'"2026-11-23T08:46:00.{"0" * 9_000}x"',
    "number": DIGITS,
    "not a number": ".nan",
    "truth": "true",
    "list": "[2026-11-23]",
    "blank for the T": "2026-11-23  08:46:00Z",
    "new line at its end": '"2026-11-23\\n"',
}
_NUMBERS = {
    "digits": DIGITS,
    "digits below nought": f"-{DIGITS}",
    "65 digits": "9" * 65,
    "64 digits": "9" * 64,
    "power": "1e999",
    "infinite": ".inf",
    "infinite below": "-.inf",
    "not a number": ".nan",
    "below nought": "-1",
    "text": '"1"',
    "a half": "0.5",
    "leading nought": "012",
    "of base 16": f"0x{'f' * 60}",
    "beyond the limit": str(10**15 + 1),
}

R5 = (
    *(
        Hostile(f"time: {name}", "R5", INCIDENT, incident(times=f"{{declared: {value}}}").encode())
        for name, value in _TIMES.items()
    ),
    *(
        Hostile(f"count: {name}", "R5", INCIDENT, incident(impact=f"{{users: {{affected: {value}}}}}").encode())
        for name, value in _NUMBERS.items()
    ),
    *at(
        INCIDENT,
        "R5",
        {
            "share of more": incident(impact="{users: {share: 1.0000001}}"),
            "share of not a number": incident(impact="{users: {share: .nan}}"),
            "amount of the infinite": incident(impact="{business: {revenue_loss: {amount: 1e400, currency: EUR}}}"),
        },
    ),
    *at(
        POLICY,
        "R5",
        {
            "target of nothing": "severities: {P0: {respond: 0m}}\n",
            "target below nothing": "severities: {P0: {respond: -5m}}\n",
            "target of a number": f"severities: {{P0: {{respond: {DIGITS}}}}}\n",
            "zone that is a path": "calendar: {time_zone: ../../../../etc/passwd}\n",
            "zone that is a path below": "calendar: {time_zone: Europe/../../../../etc/passwd}\n",
            "zone that is a folder": "calendar: {time_zone: Europe}\n",
            "zone that is the root": "calendar: {time_zone: /etc/localtime}\n",
            "zone with a nought": 'calendar: {time_zone: "Europe/Berlin\\0"}\n',
            "zone of many letters": f"calendar: {{time_zone: {'E' * 5_000}}}\n",
            "zone of no letters": 'calendar: {time_zone: ""}\n',
            "hours that are not": 'calendar: {hours: "25:00-26:00"}\n',
            "hours backwards": 'calendar: {hours: "17:00-09:00"}\n',
            "holidays of nowhere": "calendar: {holidays: XX-YY}\n",
            "holidays by a path": "calendar: {holidays: ../x}\n",
            "holidays of a module": "calendar: {holidays: __init__}\n",
            "days that are not": "calendar: {days: [someday]}\n",
            "limit below nought": "tracker: {limit: -1}\n",
            "limit of digits": f"tracker: {{limit: {DIGITS}}}\n",
        },
    ),
    *at(
        POLICY,
        "R5",
        {
            "no day of work": "calendar: {days: []}\n",
            "silence for ever": "silences: [{rule: HW402, reason: For ever and ever, until: 9999-12-31}]\n",
        },
    ),
    *at(
        POLICY,
        "R5",
        {
            "targets without end": "severities: {P0: {respond: 99999bd, updates: 99999d, postmortem: 99999bd}}\n",
            "silence for long": "silences: [{rule: HW402, reason: For a very long time, until: 2199-12-31}]\n",
        },
        refused=False,
    ),
    *(
        Hostile(f"{name}: {what}", "R5", path, text.replace("{}", moment).encode(), refused)
        for what, moment, refused in (
            ("the last moment of all", "9999-12-31T23:59:59Z", True),
            ("the first moment of all", "0001-01-01T00:00:00Z", True),
            ("the last day of all", "9999-12-31", True),
            ("the first day of all", "0001-01-01", True),
            ("the last moment", "2199-12-31T23:59:59Z", False),
            ("the first moment", "1970-01-01T00:00:00Z", False),
            ("the last day", "2199-12-31", False),
            ("the first day", "1970-01-01", False),
        )
        for name, path, text in (
            ("time", INCIDENT, incident(times="{declared: {}}")),
            ("about", INCIDENT, incident(times="{declared: {at: {}, approx: true}}")),
            ("entry", TIMELINE, note(at="{}")),
            (
                "change of status",
                TIMELINE,
                note(at="{}", kind="status-change", **{"from": "declared", "to": "investigating"}),
            ),
            ("bounds", TIMELINE, note(at="", between="[{}, {}]")),
            ("promise", TIMELINE, note(kind="status-update", audience="engineers", next_update_by="{}", eta="{}")),
            ("due", ITEMS, item(due="{}")),
        )
        if name != "due" or "T" not in moment
    ),
    *at(
        INCIDENT,
        "R5",
        {
            "digits of a second": incident(times="{declared: 2026-11-23T08:46:00.123456789012345678901234567890Z}"),
        },
    ),
    *at(
        INCIDENT,
        "R5",
        {
            "everything backwards": incident(
                times=(
                    "{started: 2026-11-23T12:00:00Z, mitigated: 2026-11-23T11:00:00Z, resolved: 2026-11-23T10:00:00Z, "
                    "declared: 2026-11-23T09:00:00Z, detected: 2026-11-23T13:00:00Z}"
                ),
            ),
            "less than nothing": incident(impact="{users: {share: -0.0, description: x}}"),
            "very little": incident(impact="{users: {share: 1e-320, description: x}}"),
        },
        refused=False,
    ),
)

# --- R6 and T8: what is not seen, and what steers a terminal

CONTROL = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)]

R6 = (
    *everywhere("R6", {"escape of a terminal": "\u001b[2J\u001b]52;c;eA==\u0007"}),
    *in_turn("R6", {f"control U+{sign:04X}": f"a{chr(sign)}b" for sign in CONTROL[::3]}),
    *in_turn("R6", {f"control U+{sign:04X} by an escape": f'"a\\x{sign:02x}b"' for sign in CONTROL[1::6]}),
    *at(
        INCIDENT,
        "R6",
        {
            "colour in a key": incident() + '"\\e[31mtitle": x\n',
            "login with a letter of another script": incident(roles='{commander: "\u0430lice"}'),
            "login that is turned round": incident(roles='{commander: "\u202eecila"}'),
            "service with a letter of another script": incident(services='["\u0441heckout-api"]'),
            "service of no width": incident(services='["checkout\u200b-api"]'),
            "status of no width": incident(status='"declared\u200b"'),
            "unknown key that is turned round": incident() + '"\u202eeltit": x\n',
            "severity with a tag of signs": incident(severity='"P0\U000e0041"'),
        },
    ),
    *at(SERVICES, "R6", {"key of another script": '"\u0441heckout-api": {}\n', "key of no width": '"a\u2060b": {}\n'}),
    *at(
        INCIDENT,
        "R6",
        {
            "title turned round": incident(title='"\u202e\u2066gnp.exe\u2069"'),
            "title of no width": incident(title='"a\u200bb\u200cc\u200dd\u2060e"'),
            "title of tags": incident(title='"a' + "".join(chr(0xE0000 + ord(sign)) for sign in "hidden") + '"'),
            "title of private signs": incident(title='"\ue000\U000f0000\U0010fffd"'),
            "title under a heap of marks": incident(title='"e' + "\u0301" * 190 + '"'),
            "title of soft hyphens": incident(title='"a' + "\u00ad" * 150 + '"'),
            "title of notes between the lines": incident(title='"\ufff9a\ufffab\ufffb"'),
            "title of an emoji family": incident(title='"\U0001f468\u200d\U0001f469\u200d\U0001f467"'),
            "comment turned round": "# \u202e }evil{\n" + incident(),
        },
        refused=False,
    ),
)

# --- R7: text that makes patterns and parsers slow

_SLOW_MARKDOWN = {
    "open links": "[" * 50_000,
    "links": "[a](" * 20_000,
    "images": "![[" * 20_000,
    "emphasis": "*a **b " * 15_000,
    "stars": "*" * 50_000,
    "mixed stars": "*_" * 30_000,
    "backticks": "".join("`" * n + "a" for n in range(1, 400)),
    "angles": "<a " * 30_000,
    "tags": "<" * 50_000,
    "comments": "<!--" * 20_000,
    "quotes": "> " * 20_000 + "a",
    "quotes, a line each": "".join("> " * min(n, 200) + "a\n" for n in range(300)),
    "lists": "".join("  " * n + "- a\n" for n in range(300)),
    "dashes in a list": "- " * 10_000 + "a",
    "references": "".join(f"[{n}]: x\n" for n in range(10_000)) + "[0]" * 10_000,
    "reference without end": "[a]: " + "(" * 20_000,
    "entities": "&" * 40_000 + "&#x" * 10_000,
    "tables": "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|\n" * 400,
    "headings": "# " * 20_000 + "\n" + "=\n" * 20_000,
    "escapes": "\\" * 50_001,
    "strikes": "~~a" * 20_000,
    "fences": "```\n" * 15_001,
    "links by themselves": "http://a." * 15_000,
    "mailboxes": "a@" * 20_000,
    "blanks": "a" + " " * 60_000 + "b",
    "tabs": "\t" * 30_000 + "a",
    "empty lines": "\n" * 100_000 + "a",
}

R7 = (
    *at(
        POSTMORTEM,
        "R7",
        {name: prose(f"\n## Summary\n\n{body}\n") for name, body in _SLOW_MARKDOWN.items()},
        refused=False,
    ),
    *at(
        TIMELINE,
        "R7",
        {
            "login of hyphens": note(by='"' + "a-" * 50_000 + '"'),
            "role of letters": note(by='"role:' + "a" * 100_000 + '!"'),
            "time of digits": note(at='"' + "2026-11-23T08:46:00." + "1" * 100_000 + 'x"'),
            "link of blanks": note(url='"' + "x " * 50_000 + '"'),
            "id of hyphens": note(id='"' + "a-" * 50_000 + '"'),
        },
    ),
    *at(
        INCIDENT,
        "R7",
        {
            "service of slashes": incident(services='["' + "a/" * 50_000 + '"]'),
            "title of blanks": incident(title='"' + " " * 50_000 + '"'),
            "number of commas": incident(impact="{users: {affected: " + "1, " * 3_000 + "x}}"),
        },
    ),
    *at(POLICY, "R7", {"duration of digits": f'severities: {{P0: {{respond: "{"9" * 50_000}m"}}}}\n'}),
    *at(
        TIMELINE,
        "R7",
        {
            "text of asterisks": note(text='"' + "*a " * 3_333 + '"'),
            "text of brackets": note(text='"' + "[" * 10_000 + '"'),
            "text of blanks": note(text='"a' + " " * 9_998 + 'b"'),
            "text of mentions": note(text='"' + "@a #1 " * 1_600 + '"'),
            "text of links": note(text='"' + "https://github.com/" * 500 + '"'),
        },
        refused=False,
    ),
    *at(ITEMS, "R7", {"title of mentions": item(title='"' + "@a#1 " * 60 + '"')}, refused=False),
)

# --- T3, T4, T6, T8: text that leaves hotwash, here where findings speak of it

_STEERING = {
    "command": "::error::x",
    "command after blanks": "  ::add-mask::x",
    "old command": "a ##[error]x",
    "command on a line of its own": "a\\n::error::x\\n##[error]y",
    "end of a script": "</script><script>alert(1)</script>",
    "end of CDATA": "]]><x>",
    "format": "{0.__class__} %s {why} $(id) `id` ${{ github.token }}",
    "mention": "@team fixes #1 <!-- hotwash:1 -->",
    "markup": "[bold red]x[/] [link=file:///etc/passwd]y[/link]",
}

T = (
    *(
        Hostile(f"status: {name}", "T6", INCIDENT, incident(status=f'"{text}"').encode())
        for name, text in _STEERING.items()
    ),
    *(
        Hostile(f"unknown key: {name}", "T6", INCIDENT, f'{incident()}"{text}": x\n'.encode())
        for name, text in _STEERING.items()
    ),
    *(
        Hostile(f"kind of an entry: {name}", "T6", ENTRY, f'at: 2026-11-23\nkind: "{text}"\ntext: x\n'.encode())
        for name, text in _STEERING.items()
    ),
    *(
        Hostile(
            f"title: {name}",
            "T6",
            INCIDENT,
            incident(title='"' + text.replace("\\n", " ") + '"').encode(),
            refused=False,
        )
        for name, text in _STEERING.items()
    ),
    *(
        Hostile(
            f"action item: {name}",
            "T4",
            ITEMS,
            item(title='"' + text.replace("\\n", " ") + '"').encode(),
            refused=False,
        )
        for name, text in _STEERING.items()
    ),
    *(
        Hostile(f"snippet: {name}", "T6", INCIDENT, f"{incident()}  {text} : [\n".encode())
        for name, text in _STEERING.items()
        if "\\n" not in text
    ),
    *at(
        TIMELINE,
        "T6",
        {
            "commands between the lines of a broken file": "- at: 2026-11-23\n  text: |\n    ::error::x\n    ##[group]y\n : [\n",
            "commands in a comment": "# ::stop-commands::x\n::error file=a::b\n",
        },
    ),
    *at(
        INCIDENT,
        "T6",
        {"labels": incident(labels='{"::error::x": "##[error]", "a\\n::error::": b}')},
    ),
)

# --- P1: paths in records

PATHS = (
    "../../../../outside/secret.txt",
    "../../../outside/secret.txt",
    "../../../secret.txt",
    "../../../../secret.txt",
    "../../policy.yaml",
    "../incident.yaml",
    "incident.yaml",
    "./incident.yaml",
    "evidence/../incident.yaml",
    "evidence/../../../policy.yaml",
    "evidence/../../../../secret.txt",
    "evidence/../../../../../outside/secret.txt",
    "evidence/./../../../../secret.txt",
    "evidence//../../../../secret.txt",
    "evidence/x/../../../../../secret.txt",
    "evidence/logs.txt/../../../../../secret.txt",
    "evidence/linked.txt",
    "evidence/linked/secret.txt",
    "evidence/",
    "evidence",
    "evidence/.",
    "evidence/..",
    "evidence/...",
    "evidence/.../secret.txt",
    "/etc/passwd",
    "//etc/passwd",
    "/../etc/passwd",
    "/proc/self/environ",
    "/dev/stdin",
    "/dev/zero",
    "{outside}/secret.txt",
    "file://{outside}/secret.txt",
    "file:evidence/logs.txt",
    "~/secret.txt",
    "~root/.bashrc",
    "$HOME/secret.txt",
    "${HOME}/secret.txt",
    "%USERPROFILE%\\secret.txt",
    "C:\\secret.txt",
    "C:secret.txt",
    "C:/secret.txt",
    "\\\\server\\share\\secret.txt",
    "//server/share/secret.txt",
    "\\\\?\\C:\\secret.txt",
    "..\\..\\..\\secret.txt",
    "evidence\\..\\..\\..\\..\\secret.txt",
    "evidence\\logs.txt",
    "evidence/..\\..\\secret.txt",
    "%2e%2e/%2e%2e/%2e%2e/secret.txt",
    "evidence/%2e%2e/%2e%2e/secret.txt",
    "evidence%2f..%2fincident.yaml",
    "..%2f..%2f..%2fsecret.txt",
    "%252e%252e/secret.txt",
    "..%c0%af..%c0%afsecret.txt",
    "\uff0e\uff0e/\uff0e\uff0e/secret.txt",
    "\u2024\u2024/secret.txt",
    "evidence\u2215..\u2215secret.txt",
    "evidence/logs.txt\u200b",
    "evidence/\u202etxt.sgol",
    "evidence/logs.txt ",
    " evidence/logs.txt",
    "evidence/logs.txt.",
    "evidence/LOGS.TXT",
    "evidence/logs.txt::$DATA",
    "evidence/logs.txt:x",
    "evidence/con",
    "evidence/nul.txt",
    "evidence/*",
    "evidence/l?gs.txt",
    "evidence/{logs,x}.txt",
    "evidence/|cat /etc/passwd",
    "evidence/$(cat /etc/passwd)",
    "evidence/" + "x/" * 100 + "y",
    "evidence/" + "x" * 280,
    "-",
    "--output=x",
    "timeline.d/../evidence/logs.txt",
    ".git/config",
    "../../../.git/config",
)

ALL = (*R1, *R2, *R3, *R4, *R5, *R6, *R7, *T)
