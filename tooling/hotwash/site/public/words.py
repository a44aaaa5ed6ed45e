"""Codes of records -> words that a stranger understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hotwash.model.actions import ItemKind
    from hotwash.model.incident import Ending
    from hotwash.model.postmortem import Category

CATEGORIES: Mapping[Category, str] = {
    "change": "a change that went out",
    "configuration": "configuration",
    "capacity": "too little capacity",
    "dependency": "something that it depends on",
    "software-defect": "a defect in the software",
    "hardware": "hardware",
    "network": "the network",
    "data": "the data",
    "security": "security",
    "operation": "work on the running system",
    "third-party": "somebody else's service",
    "unknown": "cause not known",
}
PURPOSES: Mapping[ItemKind, str] = {
    "prevent": "to prevent it",
    "detect": "to detect it sooner",
    "mitigate": "to mitigate it faster",
    "process": "to improve the process",
    "runbook": "to improve a runbook",
}
# What a finding is about (guide 3.1).
SUBJECTS: Mapping[str, str] = {
    "error-pattern": "pattern of the errors",
    "metric": "a metric",
    "change": "a recent change",
    "cascade": "how it spread",
    "hypothesis": "hypothesis",
    "root-cause": "root cause",
}
ENDINGS: Mapping[Ending, str] = {
    "mitigated": "mitigated",
    "fixed": "fixed",
    "self-resolved": "it ended by itself",
    "external": "somebody else ended it",
    "unknown": "how it ended is not known",
}
