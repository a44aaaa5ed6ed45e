"""Docstrings, schemas, policy and exit codes -> the pages of the reference. Their text is ours, never a record's."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from hotwash.errors import EXIT_CODES
from hotwash.model.policy_file import default_policy_text
from hotwash.model.schema import json_schema
from hotwash.report.json_v1 import ReportV1
from hotwash.rules import ALL_RULES
from hotwash.rules.rule import markdown, page
from hotwash.site.feeds.published import IncidentsV1, IncidentV1
from hotwash.site.pages.every_page import ReferencePage, RulePage
from hotwash.site.public.fields import fields, forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.model.repository import RecordKind

FIELDS = "reference/fields"
# Page -> which record, its title, what it is for.
_RECORDS: dict[str, tuple[RecordKind, str, str]] = {
    "incident": ("incident", "incident.yaml", "What is true now of an incident"),
    "timeline": ("timeline", "timeline.yaml and timeline.d/", "What happened, as typed entries"),
    "action-items": ("action-items", "action-items.yaml", "What must change: a list, or `{none: why}`"),
    "postmortem": ("postmortem", "postmortem.md", "The front matter; the sections follow below it"),
    "services": ("services", "services.yaml", "What this team runs and depends on"),
}
_POLICY = "reference/policy.md"


@cache
def rule_pages() -> tuple[RulePage, ...]:
    """A page for each rule, by code."""
    rules = sorted(ALL_RULES, key=lambda rule: rule.code)
    return tuple(RulePage(rule.code, rule.name, rule.level, page(rule).summary, markdown(rule)) for rule in rules)


@cache
def reference_pages() -> tuple[ReferencePage, ...]:
    """The keys of each record, the policy, the JSON of `check` and of the site, the exit codes."""
    return (_fields_index(), *_records(), _policy(), _json(), *_published(), _exit_codes())


def _fields_index() -> ReferencePage:
    rows = "\n".join(f"| [{title}]({name}.md) | {about} |" for name, (_, title, about) in _RECORDS.items())
    told = "\n".join(forms(json_schema("incident")))
    text = f"| file | what it holds |\n|---|---|\n{rows}\n| [policy.yaml](../policy.md) | {_POLICY_ABOUT} |\n\n{told}"
    return ReferencePage(f"{FIELDS}/index.md", "Keys of the records", "Every key, what it takes and means", text)


_POLICY_ABOUT = "What this team asks of its incidents; every key is optional"


def _records() -> tuple[ReferencePage, ...]:
    return tuple(
        ReferencePage(f"{FIELDS}/{name}.md", title, about, fields(json_schema(kind), shared="index.md"))
        for name, (kind, title, about) in _RECORDS.items()
    )


def _policy() -> ReferencePage:
    keys = fields(json_schema("policy"), shared="fields/index.md")
    text = (
        f"{keys}\n## The defaults\n\nA file that says what holds without one:\n\n```yaml\n{default_policy_text()}```\n"
    )
    return ReferencePage(_POLICY, "policy.yaml", _POLICY_ABOUT, text)


def _json() -> ReferencePage:
    schema = TypeAdapter(ReportV1).json_schema()
    text = fields(schema, shared="fields/index.md", written=False)
    return ReferencePage("reference/json.md", "JSON of check", "What `hotwash check --format json` prints", text)


def _published() -> Iterator[ReferencePage]:
    for name, shape, title, about in (
        ("incident-json", IncidentV1, "JSON of an incident", "What `incidents/<id>.json` of a site holds"),
        ("incidents-json", IncidentsV1, "JSON of all incidents", "What `incidents.json` of a site holds"),
    ):
        text = fields(TypeAdapter[object](shape).json_schema(), shared="fields/index.md", written=False)
        yield ReferencePage(f"reference/{name}.md", title, about, text)


def _exit_codes() -> ReferencePage:
    rows = "\n".join(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())
    text = (
        f"| code | means |\n|---|---|\n{rows}\n\n"
        "Warnings do not change the exit code. The result goes to stdout, everything else to stderr.\n"
    )
    return ReferencePage("reference/exit-codes.md", "Exit codes", "What a command ends with", text)
