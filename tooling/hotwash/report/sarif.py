"""Report -> SARIF 2.1.0, for code scanning and other readers of static analysis.

Source: OASIS SARIF 2.1.0; GitHub takes 25,000 results a run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from hotwash.diagnostics import counted, dotted, visible

if TYPE_CHECKING:
    from hotwash.diagnostics import Diagnostic, Report, RuleInfo, Span

RESULTS_LIMIT = 25_000
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINT = "hotwash/v1"


def render(report: Report) -> str:
    """A report as SARIF; it is written when clean too, so that what was found before is seen to be mended."""
    text = json.dumps(as_sarif(report), indent=2, ensure_ascii=True) + "\n"
    # `##[` can only stand in a string, and there the escape is the same text (threats T6).
    return text.replace("##[", "##\\u005b")


def as_sarif(report: Report) -> dict[str, Any]:
    """A report as the plain values of a SARIF log with one run."""
    tool, _, version = report.tool.partition(" ")
    known = zip(report.diagnostics, _fingerprints(report.diagnostics), strict=True)
    # Errors first, so that none is cut away.
    ranked = sorted(known, key=lambda found: found[0].level != "error")[:RESULTS_LIMIT]
    used = {diagnostic.code for diagnostic, _ in ranked}
    rules = [rule for rule in report.rules if rule.code in used]
    places = {rule.code: index for index, rule in enumerate(rules)}
    left = len(report.diagnostics) - len(ranked)
    told = [*report.notices, *([f"{counted(left, 'more finding')}: see the text of the check"] if left else [])]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": tool, "semanticVersion": version, "rules": [_rule(rule) for rule in rules]}
                },
                "automationDetails": {"id": "hotwash/check/"},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": _plain(notice)}} for notice in told
                        ],
                    }
                ],
                "results": [
                    _result(diagnostic, places.get(diagnostic.code), fingerprint)
                    for diagnostic, fingerprint in sorted(ranked, key=lambda found: found[0].sort_key)
                ],
            }
        ],
    }


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {
            "text": f"{rule.summary} See: hotwash explain {rule.code}",
            "markdown": rule.page or f"{rule.summary} `hotwash explain {rule.code}`",
        },
        "defaultConfiguration": {"level": rule.level},
    }


def _result(diagnostic: Diagnostic, rule: int | None, fingerprint: str) -> dict[str, Any]:
    advice = diagnostic.advice
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        **({} if rule is None else {"ruleIndex": rule}),
        "level": diagnostic.level,
        "message": {"text": _plain(diagnostic.message + (f"\n{advice}" if advice else ""))},
        "locations": [{"physicalLocation": _place(diagnostic.path, diagnostic.span)}],
        # GitHub knows a finding by the first alone, and makes one of the place where it is missing.
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, _FINGERPRINT: fingerprint},
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _place(other.path, other.span),
                "message": {"text": _plain(other.message)},
            }
            for number, other in enumerate(diagnostic.related, start=1)
        ]
    return result


def _place(path: str, span: Span) -> dict[str, Any]:
    return {
        # A path is a URI reference here: what steers one is written as an escape.
        "artifactLocation": {"uri": quote(path.encode("utf-8", "surrogatepass"))},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _plain(text: str) -> str:
    """A text that links to nothing: in a message brackets and backslashes are signs of SARIF's own."""
    shown = visible(text)
    for sign in ("\\", "[", "]"):
        shown = shown.replace(sign, f"\\{sign}")
    # Braces hold the places of arguments.
    return shown.replace("{", "{{").replace("}", "}}")


# How long, how late and how many: what the clock changes in a message. A number within a name or a time stays.
_COUNTED = re.compile(
    r"(?<![\w.:-])\d{1,3}(?:,\d{3}){0,3}(?: (?:business days?|days?|d|h|min|s)\b)?(?: \d+ (?:h|min|s)\b)?(?![\w-]|[.:]\w)",
    re.ASCII,
)


def _fingerprints(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    """Of each diagnostic what it is known by when lines move, the clock goes on, and other findings come or go.

    That is the rule, the file, the keys of the route, what is said and the line that it is said of, and which of such it
    is. Places in a list are left out: they change when an entry comes before.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found: list[str] = []
    for diagnostic in diagnostics:
        keys = dotted(tuple(part for part in diagnostic.route if isinstance(part, str)))
        said = _COUNTED.sub("", diagnostic.message)
        line = diagnostic.source[0].strip() if diagnostic.source else ""
        known = (diagnostic.code, diagnostic.path, keys, said, line)
        seen[known] += 1
        told = json.dumps((*known, seen[known])).encode()
        found.append(hashlib.sha256(told).hexdigest()[:32])
    return found
