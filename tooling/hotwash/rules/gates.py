"""2xx: the gates. The STOP gate speaks in the words of the response guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.diagnostics import Finding, Help, Note, Place
from hotwash.facts.clocks import late_sign_offs
from hotwash.facts.first_actions import ACTIONS, sign_off
from hotwash.facts.gates import STOP, early_help, early_message, gaps, to_come, went_ahead
from hotwash.model.repository import INCIDENT
from hotwash.model.time import short_span, utc_text
from hotwash.rules.rule import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hotwash.facts.gates import Gap
    from hotwash.model.repository import Case
    from hotwash.rules.rule import Context


def _finding(gap: Gap, message: str) -> Finding:
    _, section = ACTIONS[gap.action]
    return Finding(
        gap.at, message, label=gap.label, notes=gap.notes, help=gap.help, related=gap.related, source=section
    )


@rule("HW201", "first-actions-incomplete", judged_from="investigating", modes="LAD")
def first_actions_incomplete(case: Case, context: Context) -> Iterator[Finding]:
    """The four mandatory first actions are not all signed off.

    ## What it asks

    Before an incident goes beyond `declared`, each of the four first actions is
    signed with `by` and `at`: assess severity and user impact, stabilize the
    system, gather data, communicate status. An empty line is not signed, nor
    one that still holds the blank of the help line.

    ## Why

    People who skip these steps fix before they know what is broken and tell
    nobody. In an incident speed matters, but accuracy matters more: a wrong fix
    makes things worse. So this rule can be neither silenced nor lowered.

    ## Wrong

    ```yaml
    # incident.yaml
    first_actions:
      assess: {by: alice, at: 2026-11-23T08:47:30Z, note: card payments fail}
      stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back}
      gather: {}
      communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told both}
    ```

    ## Right

    ```yaml
    # incident.yaml
    first_actions:
      assess: {by: alice, at: 2026-11-23T08:47:30Z, note: card payments fail}
      stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back}
      gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}
      communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told both}
    ```

    ## Source

    guide 1
    """
    for gap in gaps(case, context.now):
        if not gap.signed:
            yield _finding(gap, f"{STOP}: {gap.message}")


@rule("HW202", "first-action-unsupported", judged_from="investigating", modes="LAD")
def first_action_unsupported(case: Case, context: Context) -> Iterator[Finding]:
    """A first action is signed off and nothing in the records shows it.

    ## What it asks

    *Assess* rests on `impact.users` (how many or which share, and a
    description) and `impact.scope`, for P0 and P1 also `impact.business`.
    *Stabilize* rests on a mitigation entry, or says with `none` which options
    were looked at. *Gather* rests on logs, metrics, changes and similar
    incidents, each with an item or `none: why`. *Communicate* rests on a
    status-update entry. In live records the entry is not later than the
    sign-off, whose time is to the minute. A sign-off is by a login, and not
    still to come. Placeholders such as TODO count as nothing.

    ## Why

    A signature without the thing is a tick in a box. The gate holds back until
    the four are really done.

    ## Wrong

    ```yaml
    # incident.yaml
    evidence:
      logs: [{summary: 4102 x connection refused}]
      metrics: [{summary: 5xx rate from 0.2 % to 31 %}]
      changes: [{summary: v413 deployed at 08:40}]
    ```

    ## Right

    ```yaml
    # incident.yaml
    evidence:
      logs: [{summary: 4102 x connection refused}]
      metrics: [{summary: 5xx rate from 0.2 % to 31 %}]
      changes: [{summary: v413 deployed at 08:40}]
      similar: {none: Searched for checkout and payment 500s}
    ```

    ## Source

    guide 2.1, 2.2 and 2.3
    """
    for gap in gaps(case, context.now):
        if gap.signed:
            yield _finding(gap, gap.message)


@rule("HW203", "first-actions-late", level="warning", judged_from="investigating", modes="LD")
def first_actions_late(case: Case, context: Context) -> Iterator[Finding]:
    """The first actions took longer than the first five minutes.

    ## What it asks

    Each of the four first actions is signed off within five minutes after
    `declared`, as far as the precision of the times can tell. It is one finding,
    at the last of them. A record that was written up late is not asked: its
    sign-offs are made when it is written.

    ## Why

    The five minutes are short so that they are done first. Who needs longer
    every time has found something to prepare: a dashboard, a list of whom to
    tell.

    ## Wrong

    ```yaml
    # incident.yaml
    first_actions:
      assess: {by: alice, at: 2026-11-23T08:42:00Z, note: card payments fail}
      stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back}
      gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}
      communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told both}
    times:
      started: 2026-11-23T08:38:00Z
      detected: 2026-11-23T08:40:10Z
      declared: 2026-11-23T08:41:00Z
      acknowledged: 2026-11-23T08:41:40Z
    ```

    ## Right

    ```yaml
    # incident.yaml
    first_actions:
      assess: {by: alice, at: 2026-11-23T08:47:30Z, note: card payments fail}
      stabilize: {by: carol, at: 2026-11-23T08:49:00Z, note: rolled back}
      gather: {by: dave, at: 2026-11-23T08:50:10Z, note: begins with v413}
      communicate: {by: bob, at: 2026-11-23T08:50:40Z, note: told both}
    times:
      started: 2026-11-23T08:41:00Z
      detected: 2026-11-23T08:44:10Z
      declared: 2026-11-23T08:46:00Z
      acknowledged: 2026-11-23T08:46:40Z
    ```

    ## Policy

    `first_actions.within`.

    ## Source

    guide 2
    """
    # Before it is judged there is nothing to come: what is late already cannot be mended by the next status.
    late = late_sign_offs(case, context.policy) if case.incident.status != "declared" else ()
    # One that is still to come is no sign-off, and the gate says so.
    late = tuple(one for one in late if not to_come(one.at, context.now))
    if not late:
        return
    last = late[-1]
    more = f", and {len(late) - 1} more of the four came late" if len(late) > 1 else ""
    yield Finding(
        Place(INCIDENT, ("first_actions", last.action, "at")),
        f"{last.action} was signed off {short_span(last.after)} after `declared` ({short_span(last.late_by)} too late){more}",
        label=f"due by {utc_text(last.due)}",
        help=(Help("if it was done sooner, write when; if not, leave it and ask in the post-mortem what held it up"),),
        related=(
            Note(Place(INCIDENT, ("times", "declared")), "declared"),
            *(Note(Place(INCIDENT, ("first_actions", sign.action, "at")), "late as well") for sign in late[:-1]),
        ),
    )


@rule("HW204", "proceeded-before-first-actions", judged_from="investigating", modes="LD")
def proceeded_before_first_actions(case: Case, context: Context) -> Iterator[Finding]:
    """The response went on before the last of the four first actions was signed off.

    ## What it asks

    The status-change out of `declared`, a fix, and a confirmed root cause are
    not earlier than the last sign-off. Where somebody went ahead with good
    reason, the entry says so with `ahead_of_gate`: the error becomes a warning,
    and the verdict stays `passed late` for good, whatever time or signature is
    corrected afterwards.

    ## Why

    The order is the point of the gate. Signatures that are put there afterwards
    do not undo a fix that was made blind.

    ## Wrong

    ```yaml
    # timeline.yaml
    - at: 2026-11-23T08:48:00Z
      by: alice
      kind: status-change
      from: declared
      to: investigating
      text: Going on
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: Card payments fail; we have rolled back and are looking on
    ```

    ## Right

    ```yaml
    # timeline.yaml
    - at: 2026-11-23T08:49:00Z
      by: carol
      kind: mitigation
      action: rollback
      outcome: effective
      text: Rolled back to v412
    - at: 2026-11-23T08:50:00Z
      by: bob
      kind: status-update
      audience: [engineers, stakeholders]
      text: Card payments fail; we have rolled back and are looking on
    - at: 2026-11-23T08:51:00Z
      by: alice
      kind: status-change
      from: declared
      to: investigating
      text: The four first actions are done
    ```

    ## Source

    guide 1 and 7
    """
    for ahead in went_ahead(case, context.now):
        place = Place(ahead.logged.file, (*ahead.logged.route, "at"))
        if ahead.reason:
            yield Finding(
                place,
                early_message(ahead),
                label="ahead of the gate, with a reason",
                notes=(f"the reason: {ahead.reason}",),
                level="warning",
            )
        else:
            yield Finding(place, early_message(ahead), label="too early", help=early_help(ahead))


@rule("HW205", "sign-off-not-observed", modes="R")
def sign_off_not_observed(case: Case, _context: Context) -> Iterator[Finding]:
    """A retrospective record claims a sign-off that nobody saw.

    ## What it asks

    In a record of mode retrospective no first action is signed; instead
    `first_actions: {not_observed: why}` stands there.

    ## Why

    Nobody who signs was there. An invented sign-off would make the record of a
    famous outage look like a proof that the gate works.

    ## Wrong

    ```yaml
    # incident.yaml
    status: closed
    recorded: {mode: retrospective, at: 2026-11-23, by: role:editor, basis: public-sources}
    first_actions:
      assess: {by: alice, at: 2019-07-02T13:50Z, note: everything is down}
    ```

    ## Right

    ```yaml
    # incident.yaml
    status: closed
    recorded: {mode: retrospective, at: 2026-11-23, by: role:editor, basis: public-sources}
    first_actions:
      not_observed: The sources do not say who assessed what
    ```

    ## Source

    guide 7
    """
    signed = [action for action in ACTIONS if sign_off(case.incident, action).model_fields_set]
    if not signed:
        return
    first, *others = (Place(INCIDENT, ("first_actions", action), "key") for action in signed)
    listed = " and ".join(filter(None, (", ".join(signed[:-1]), signed[-1])))
    delete = "delete what is signed" if others else "delete the line"
    if case.incident.first_actions.not_observed is None:
        remedy = Help(f"{delete}, and say why instead:", '  not_observed: "..."', INCIDENT)
    else:
        remedy = Help(delete)
    yield Finding(
        first,
        f"{listed} {'are' if others else 'is'} signed in a retrospective record",
        label="nobody who signs was there",
        help=(remedy,),
        related=(
            *(Note(other, "signed as well") for other in others),
            Note(Place(INCIDENT, ("recorded",), "key"), "recorded afterwards"),
        ),
    )
