"""The table of rules. A rule that does not stand here does not exist; codes are never used again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotwash.rules import action_items, documents, gates, links, records

if TYPE_CHECKING:
    from hotwash.facts.register import Register
    from hotwash.model.repository import Case
    from hotwash.records.document import Document
    from hotwash.rules.rule import Rule

# Asked of each file in which the reader found something.
DOCUMENT_RULES: tuple[Rule[Document], ...] = (
    documents.unreadable_file,
    documents.yaml_syntax,
    documents.duplicate_key,
    documents.yaml_feature,
    documents.unknown_key,
    documents.missing_key,
    documents.wrong_value,
    documents.front_matter,
    documents.comma_in_flow_text,
)
# Asked of the text of each file, evidence too, readable as a record or not.
TEXT_RULES: tuple[Rule[Document], ...] = ()
# Asked of each incident whose files can be read.
INCIDENT_RULES: tuple[Rule[Case], ...] = (
    records.times_out_of_order,
    records.status_disagrees,
    gates.first_actions_incomplete,
    gates.first_action_unsupported,
    gates.proceeded_before_first_actions,
    gates.sign_off_not_observed,
    action_items.action_item_overdue,
    links.unknown_service,
)
# Asked of the repository as a whole, after all incidents.
REPOSITORY_RULES: tuple[Rule[Register], ...] = ()
ALL_RULES: tuple[Rule[Any], ...] = tuple(
    sorted((*DOCUMENT_RULES, *TEXT_RULES, *INCIDENT_RULES, *REPOSITORY_RULES), key=lambda rule: rule.code)
)
