"""What may be changed in a sound record without anybody being told, and why that is right.

A line: where (file and route, `*` for any part of a name; only in one story where its name and a colon come first), in
which ways, and the reason. What stands in no line must be found by a rule.
"""

from __future__ import annotations

ANY_WORDS = "misspell-value"

LEGAL: tuple[tuple[str, str, str], ...] = (
    # --- text that only people can judge
    ("*.title|*.text|*.summary|*.description|*.note|*.what|*.statement|*.trigger", ANY_WORDS, "prose has no right spelling"),
    ("*.none|*.unknown|*.not_applicable|*.not_observed|*.reason", ANY_WORDS, "as prose: still a reason of ten characters"),
    ("*.tested|*.rollout|*.monitored_by|*.rollback_plan|*.documented_in", f"{ANY_WORDS} swap", "as prose; one for another reads oddly and is no fault of form"),
    ("*.text|*.title|*.trigger|*.what|*.ref", "swap", "two texts in each other's place: only people can tell"),
    ("*.regions.*|*.target|*.ref|*.organisation|*.publisher|*.source_level", ANY_WORDS, "names that no catalogue holds"),
    ("*.url", f"{ANY_WORDS} delete", "no link is opened, and none is required"),
    ("*.labels*", f"{ANY_WORDS} misspell delete empty", "fields of your own"),
    ("*.contributing_factors*", f"{ANY_WORDS} delete empty", "prose, and not required"),
    # --- people: the forge knows its logins, the records do not
    ("*.by|*.owner|*.to|*.authors.*|incident.yaml.roles.*", ANY_WORDS, "a login that the records cannot know"),
    ("incident.yaml.roles.*", "swap", "who had which role is for people to say; a handover fixes it"),
    ("incident.yaml.roles.communications", "delete misspell", "only the commander is required; roles are your own words"),
    ("timeline.yaml.*.by", "delete", "an entry may have nobody: where nobody acted"),
    # --- what is not required
    ("*.note|*.target|*.ref|*.what|*.service|*.caused_by|*.answers|*.id|*.temporary|*.eta|*.share", "delete empty", "may be left out where no gate asks for it"),
    ("timeline.yaml.*.id", ANY_WORDS, "an id that nobody refers to is as good as another"),
    ("timeline.yaml.*.temporary", "flip", "a judgement"),
    ("timeline.yaml.*", "delete", "what was never merged may go; what was is guarded by the rules over a change"),
    ("timeline.yaml.*.audience*", "delete", "fewer were told; the gates and HW217, HW404 ask for those who must be"),
    ("*.source", "retype", "one source, or a list of one"),
    ("*.source.*", "delete", "one source fewer, where there are several"),
    ("action-items.yaml.*", "delete", "one item fewer: HW220 and HW505 ask that there is one, and one that prevents"),
    ("incident.yaml.services.*", "delete", "one service fewer; at least one must stay"),
    ("incident.yaml.evidence.*.file", "delete", "a pointer fewer; the summary stays"),
    ("incident.yaml.evidence.*|incident.yaml.evidence.*.*", "swap", "logs for metrics: only people can tell"),
    ("incident.yaml.kind", "delete", "an incident when it does not say; a drill that loses it is a change of kind, HW313"),
    ("incident.yaml.impact.business*", "delete empty", "asked of P0 and P1 only"),
    ("incident.yaml.impact.users.affected", "delete", "a share may stand for it"),
    ("incident.yaml.resolution*", "delete", "a note is not required; retrospective records need not know how it ended"),
    # --- first actions of an incident that was dismissed, or of which nobody was there
    ("incident.yaml.first_actions*", "delete empty", "dismissed: no gate was passed; retrospective: not judged"),
    ("incident.yaml.first_actions.*", "swap", "both are signed; only people know who did which"),
    # --- times that may be so
    ("retrospective:incident.yaml.times.*", "swap", "odd orders are not asked of what others recorded"),
    ("drill:incident.yaml.times.*", "earlier swap", "odd orders are asked of real incidents: an exercise sets its own times"),
    ("incident.yaml.times.started*|incident.yaml.times.detected*", "delete earlier", "no gate asks for it, and trouble may begin days before it is seen"),
    ("incident.yaml.times.acknowledged|incident.yaml.times.declared", "delete swap", "people take an incident before they declare it, and after"),
    ("action-items.yaml.*.due", "earlier later future", "a day that people agree on"),
    ("timeline.yaml.*.at", "earlier", "a change may be long before; others are HW103, HW109, HW204"),
    ("timeline.yaml.*.between.*", "later", "wider bounds"),
    ("timeline.yaml.*.at.approx|*.approx", "delete flip", "how sure a source is"),
    # --- retrospective records: what the sources do not say may be absent
    ("incident.yaml.impact|incident.yaml.impact.users|incident.yaml.impact.measures*|incident.yaml.impact.windows*", "delete empty", "the sources may not state it"),
    ("incident.yaml.impact.*.qualifier|incident.yaml.severity.basis", "delete", "not required"),
    ("incident.yaml.impact.*.source|incident.yaml.severity.source|incident.yaml.resolution.source|incident.yaml.impact.users.source", "delete retype", "words need no source, numbers have theirs (HW111)"),
    ("incident.yaml.impact.windows.*", "earlier later delete", "a window may be wider, or open"),
    ("incident.yaml.times|incident.yaml.times.*", "delete empty", "a source may state no time"),
    ("incident.yaml.times.*.after|incident.yaml.times.*.before|timeline.yaml.*.at.after|timeline.yaml.*.at.before|incident.yaml.impact.data.*", "later earlier", "a bound may be wider, or narrower"),
    ("incident.yaml.impact.data|incident.yaml.impact.security", "delete swap", "the sources may not state it, and only people know what a reason is for"),
    ("timeline.yaml.*.audience", "retype", "one audience, or a list of one"),
    ("incident.yaml.times.*.at|incident.yaml.times.*.also.*.at|timeline.yaml.*.at.at", "later earlier", "of an outage of long ago nobody here can tell"),
    ("incident.yaml.times.*.also*", "delete empty", "what another source says is not required"),
    ("incident.yaml.sources.*", "swap delete", "one source for another, or one that nothing names"),
    ("incident.yaml.sources.*.read|incident.yaml.sources.*.published|incident.yaml.recorded.at", "earlier later", "the day of reading is the editor's word"),
    ("incident.yaml.sources.*.kind|incident.yaml.sources.*.title", "swap delete", "texts in each other's place"),
    ("incident.yaml.status", "swap", "resolved or closed: a retrospective record is not judged by gates"),
)  # fmt: skip
