"""The table of rules. A rule that does not stand here does not exist; codes are never used again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotwash.rules import (
    action_items,
    clocks,
    closing,
    documents,
    entries,
    exposure,
    files,
    gates,
    links,
    merged,
    policy,
    policy_change,
    postmortems,
    progress,
    publishing,
    reasons,
    records,
    recurrence,
    sources,
    timeline,
    transitions,
    whole_change,
)

if TYPE_CHECKING:
    from hotwash.facts.difference import IncidentChange, RepositoryChange
    from hotwash.facts.public_files import PublicFile
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
    documents.ambiguous_scalar,
    documents.front_matter,
    documents.comma_in_flow_text,
)
# Asked of the text of each file, evidence too, readable as a record or not.
TEXT_RULES: tuple[Rule[Document], ...] = (
    documents.cut_at_hash,
    publishing.secret,
    publishing.raw_html_in_prose,
    publishing.invisible_characters,
    publishing.unsafe_link,
)
# Asked of each file of an incident that everybody may read, evidence too, where its records can be read.
PUBLIC_RULES: tuple[Rule[PublicFile], ...] = (
    exposure.personal_data,
    exposure.internal_name,
)
# Asked of each incident whose files can be read.
INCIDENT_RULES: tuple[Rule[Case], ...] = (
    files.unexpected_file,
    files.malformed_id,
    records.times_out_of_order,
    records.time_in_future,
    timeline.timeline_out_of_order,
    records.status_disagrees,
    records.severity_disagrees,
    records.role_disagrees,
    entries.repeated_entry,
    records.severity_against_impact,
    entries.entry_outside_incident,
    reasons.unknown_not_allowed,
    sources.fact_without_source,
    entries.relapse_after_mitigated,
    entries.unknown_entry_id,
    gates.first_actions_incomplete,
    gates.first_action_unsupported,
    gates.first_actions_late,
    gates.proceeded_before_first_actions,
    gates.sign_off_not_observed,
    reasons.empty_reason,
    progress.identified_without_finding,
    progress.monitoring_without_mitigation,
    progress.fix_incomplete,
    progress.harm_not_answered,
    progress.resolved_without_times,
    progress.outcome_pending,
    progress.resolution_not_communicated,
    closing.closed_without_postmortem,
    closing.closed_without_root_cause,
    closing.closed_without_action_items,
    closing.closed_without_runbooks,
    closing.dismissed_without_reason,
    timeline.fragments_not_folded,
    progress.resolved_without_resolution,
    progress.investigation_thin,
    closing.temporary_left,
    closing.timeline_thin,
    progress.ending_left_over,
    clocks.late_response,
    clocks.update_gap,
    clocks.update_overdue,
    clocks.audience_not_told,
    clocks.eta_passed,
    clocks.postmortem_overdue,
    clocks.long_update,
    clocks.no_eta,
    action_items.action_item_overdue,
    action_items.dropped_without_reason,
    action_items.done_without_date,
    action_items.repeated_id,
    action_items.nothing_prevents,
    action_items.due_before_incident,
    action_items.done_without_proof,
    action_items.proof_broken,
    postmortems.missing_section,
    postmortems.placeholder_text,
    postmortems.unreviewed,
    postmortems.human_error,
    postmortems.published_before_resolved,
    postmortems.broken_link,
    links.unknown_service,
    links.unknown_incident,
    links.evidence_file,
    exposure.internal_in_public_repository,
)
# Asked of the repository as a whole, after all incidents; one after the other, since a silence may be used late.
REPOSITORY_RULES: tuple[Rule[Register], ...] = (
    files.clashing_paths,
    recurrence.came_again,
    links.runbook_missing,
    links.service_incomplete,
    links.duplicate_cycle,
    policy.silence_expired,
    policy.silence_unused,
    policy.gate_weakened,
    policy.gate_off,
)
# Asked of each incident that a change touches, where both sides can be read.
CHANGE_RULES: tuple[Rule[IncidentChange], ...] = (
    transitions.illegal_transition,
    transitions.severity_changed_silently,
    transitions.made_public,
    transitions.closed_incident_edited,
    transitions.recording_changed,
    transitions.retrospective_too_soon,
    transitions.dated_back,
    transitions.severity_lowered_when_over,
    merged.timeline_entry_removed,
    merged.timeline_entry_rewritten,
    merged.timeline_text_edited,
    merged.sign_off_altered,
    merged.clock_time_rewritten,
    merged.action_item_deleted,
    merged.issue_number_changed,
)
# Asked of a change of the repository as a whole.
WHOLE_CHANGE_RULES: tuple[Rule[RepositoryChange], ...] = (
    whole_change.incident_renamed_or_deleted,
    policy_change.policy_changed_with_incidents,
)
ALL_RULES: tuple[Rule[Any], ...] = tuple(
    sorted(
        (
            *DOCUMENT_RULES,
            *TEXT_RULES,
            *PUBLIC_RULES,
            *INCIDENT_RULES,
            *REPOSITORY_RULES,
            *CHANGE_RULES,
            *WHOLE_CHANGE_RULES,
        ),
        key=lambda rule: rule.code,
    )
)
