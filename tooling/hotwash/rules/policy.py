"""9xx: what a team's policy takes away from the rules, and silences."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hotwash.diagnostics import Finding, Help, Place
from hotwash.rules.rule import may_be_lowered, page, rule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from hotwash.diagnostics import Route
    from hotwash.facts.register import Register
    from hotwash.model.policy import Duration, Policy, Silence
    from hotwash.rules.rule import Context, Rule

POLICY = "incidents/policy.yaml"
# The rules whose findings rest on services.yaml, while that cannot be read.
_OF_SERVICES = frozenset({"HW801", "HW804", "HW805"})


def _known_rules() -> Mapping[str, Rule[Any]]:
    from hotwash.rules import ALL_RULES  # noqa: PLC0415 - the table names this module's rules

    return {rule.code: rule for rule in ALL_RULES}


def _ended(silence: Silence, context: Context) -> bool:
    return silence.until < context.now.date()


def _of_what(silence: Silence) -> str:
    return f"{silence.rule} for {silence.incident}" if silence.incident else f"{silence.rule}"


@rule("HW901", "silence-expired", level="warning")
def silence_expired(_register: Register, context: Context) -> Iterator[Finding]:
    """A silence is past its last day and silences nothing any more.

    ## What it asks

    The `until` of every silence is today or later (in UTC).

    ## Why

    A silence is a promise with an end. When the end has come, either the matter
    is mended and the line can go, or somebody decides again.

    ## Wrong

    ```yaml
    # incidents/policy.yaml
    silences:
      - rule: HW501
        incident: 2026-11-23-checkout-500
        reason: The vendor delivers in November
        until: 2026-11-20
    ```

    ## Right

    ```yaml
    # incidents/policy.yaml
    silences: []
    ```

    ## Source

    guide 7
    """
    today = context.now.date()
    for index, silence in enumerate(context.policy.silences):
        if _ended(silence, context):
            days = (today - silence.until).days
            yield Finding(
                Place(POLICY, ("silences", index, "until")),
                f"the silence of {_of_what(silence)} ended {days} {'day' if days == 1 else 'days'} ago",
                label="its last day",
                help=(Help("delete it, or agree on a new day"),),
            )


@rule("HW902", "silence-unused", level="warning")
def silence_unused(register: Register, context: Context) -> Iterator[Finding]:
    """A line of the policy does nothing, because what it speaks of is not there.

    ## What it asks

    Every silence silences at least one finding, now or of the next step. It
    names a rule and an incident that exist, and so does every line of `levels`.

    ## Why

    A silence that nobody needs any more would silence the next finding, which
    nobody has seen. And a misspelt one leaves its writer in the belief that it
    works.

    ## Wrong

    ```yaml
    # incidents/policy.yaml
    silences:
      - rule: HW501
        incident: 2026-11-23-checkout-500
        reason: The vendor delivers in January
        until: 2027-01-31
    ```

    ## Right

    ```yaml
    # incidents/policy.yaml
    silences: []
    ```

    ## Policy

    Whether a silence is used is judged when all incidents are: not with named
    paths, and not while a record that it may speak of cannot be read.

    ## Source

    guide 7
    """
    rules = _known_rules()
    for code, level in context.policy.levels.items():
        if code not in rules and (may_be_lowered(code) or level == "error"):
            yield _unknown_rule(("levels", code), code, rules, "the line changes nothing")
        elif code in rules and not may_be_lowered(code) and (level, rules[code].level) == ("error", "warning"):
            yield Finding(
                Place(POLICY, ("levels", code)),
                f"the level of {code} {rules[code].name} is fixed: the line changes nothing",
                label="stays a warning",
                help=(Help("delete the line"),),
            )
    for index, silence in enumerate(context.policy.silences):
        if _ended(silence, context) or not may_be_lowered(silence.rule):
            continue
        if silence.rule not in rules:
            yield _unknown_rule(("silences", index, "rule"), silence.rule, rules, "the silence counts for nothing")
        elif silence.incident is not None and silence.incident not in context.incidents:
            near = _nearest(silence.incident, context.incidents)
            yield Finding(
                Place(POLICY, ("silences", index, "incident")),
                f"there is no incident `{silence.incident}`: the silence counts for nothing",
                label=f"did you mean `{near}`?" if near else "no folder has this name",
                help=(Help(f"write `{near}`, or delete the silence" if near else "delete the silence"),),
            )
        # Of a gate that is silenced HW903 speaks anyway, and says whether that is of any use.
        elif not _is_gate(silence.rule) and _is_unused(index, silence, register, context):
            off = context.policy.levels.get(silence.rule) == "off"
            yield Finding(
                Place(POLICY, ("silences", index, "rule")),
                f"the silence of {_of_what(silence)} silences nothing",
                label="`levels` has switched it off already" if off else "nothing speaks of it",
                help=(Help("delete it, so that it hides nothing that comes later"),),
            )


def _is_unused(index: int, silence: Silence, register: Register, context: Context) -> bool:
    return index not in register.used_silences and _all_was_asked(silence, register, context)


def _all_was_asked(silence: Silence, register: Register, context: Context) -> bool:
    """Whether a finding that the silence is for would have been seen in this run."""
    # What this very rule finds comes after the question.
    if not register.complete or silence.rule == silence_unused.code:
        return False
    if silence.rule in _OF_SERVICES and context.services is None:
        return False
    ids = register.ids.values() if silence.incident is None else (silence.incident,)
    return all(id_ in register.summaries for id_ in ids)


def _unknown_rule(route: Route, code: str, rules: Mapping[str, Rule[Any]], so_that: str) -> Finding:
    near = _transposed(code, rules)
    return Finding(
        Place(POLICY, route, "key" if route[0] == "levels" else "value"),
        f"there is no rule {code}: {so_that}",
        label=f"did you mean {near} {rules[near].name}?" if near else "no rule has this code",
        help=(
            Help(f"write {near}, or delete the line" if near else "delete the line"),
            Help("the rules by code: hotwash explain"),
        ),
    )


def _transposed(code: str, rules: Mapping[str, Rule[Any]]) -> str:
    """The code that two neighbouring digits make when they change places; any other likeness of numbers is chance."""
    swapped = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(2, len(code) - 1)} & rules.keys()
    return swapped.pop() if len(swapped) == 1 else ""


def _nearest(name: str, known: Collection[str]) -> str:
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.75)), "")


@dataclass(frozen=True, slots=True)
class _Promise:
    """A length of time that the guide gives by number.

    Attributes:
        route: Where policy may set another.
        asked: What the policy asks.
        guide: What the guide asks.
        what: What is to be done within it, in words that follow "policy gives".
        section: Of the guide.
    """

    route: Route
    asked: Duration
    guide: str
    what: str
    section: str


@rule("HW903", "gate-weakened", level="warning")
def gate_weakened(register: Register, context: Context) -> Iterator[Finding]:
    """Policy asks for less than the response guide does.

    ## What it asks

    Policy leaves the gates (HW2xx) as they are, those that it may lower too. It
    gives no more time than the guide for the response to an incident, for the
    first actions and for status updates, asks for a post-mortem of P0 to P2,
    and lets nobody record in retrospect what is not long over.

    ## Why

    A team may have good reasons. It is said on every run, so that nobody
    forgets: this warning can be neither silenced nor lowered.

    ## Wrong

    ```yaml
    # incidents/policy.yaml
    severities:
      P1: {respond: 2h}
    ```

    ## Right

    ```yaml
    # incidents/policy.yaml
    severities:
      P1: {respond: 30m}
    ```

    ## Source

    guide 2, 3.3, 5 and 6
    """
    policy = context.policy
    rules = _known_rules()
    for code, level in policy.levels.items():
        if _is_gate(code) and code in rules and _lowers(level, rules[code]):
            done = "switches off" if level == "off" else "lowers"
            yield Finding(
                Place(POLICY, ("levels", code)),
                f"policy {done} {code} {rules[code].name}",
                label="a gate stands open" if level == "off" else f"{rules[code].level} by itself",
                help=(Help("delete the line as soon as you can do without it"),),
                source=page(rules[code]).source,
            )
    for index, silence in enumerate(policy.silences):
        if _is_gate(silence.rule) and silence.rule in rules and not _ended(silence, context):
            where = f"for {silence.incident}" if silence.incident else "for all incidents"
            # That there is no such incident is said by HW902.
            is_known = silence.incident is None or silence.incident in context.incidents
            unused = is_known and _is_unused(index, silence, register, context)
            yield Finding(
                Place(POLICY, ("silences", index, "rule")),
                f"policy silences {silence.rule} {rules[silence.rule].name} {where}",
                label=f"until {silence.until}",
                notes=("it silences nothing at present",) if unused else (),
                help=(
                    Help(
                        "delete it, so that it hides nothing that comes later"
                        if unused
                        else "delete the silence as soon as you can do without it"
                    ),
                ),
                source=page(rules[silence.rule]).source,
            )
    for promise in _promises(policy):
        if _is_longer(promise.asked, promise.guide):
            yield Finding(
                Place(POLICY, promise.route),
                f"policy gives {promise.asked} for {promise.what}; the guide says {promise.guide}",
                label="longer than the guide",
                help=(Help(f"write {promise.guide} or less, or leave it out"),),
                source=f"guide {promise.section}",
            )
    yield from _records_let_off(policy)


def _is_gate(code: str) -> bool:
    return code.startswith("HW2") and may_be_lowered(code)


def _lowers(level: str, rule: Rule[Any]) -> bool:
    return level == "off" or (level == "warning" and rule.level == "error")


# Guide 6, 2 and 3.3. Not the defaults of the model, which policy may be given others of one day.
RESPOND = {"P0": "5m", "P1": "1h", "P2": "4h", "P3": "1bd"}
FIRST_ACTIONS = "5m"
UPDATES = "15m"
# Up to here the guide's cadence holds whatever policy says of long incidents.
LONG = timedelta(hours=4)
POSTMORTEM_ASKED = ("P0", "P1", "P2")
RETROSPECTIVE_DAYS = 30


def _promises(policy: Policy) -> Iterator[_Promise]:
    from hotwash.model.policy import Duration  # noqa: PLC0415 - `explain` loads no models

    for level, guide in RESPOND.items():
        severity = getattr(policy.severities, level)
        at = ("severities", level)
        yield _Promise((*at, "respond"), severity.respond, guide, f"the response to {level}", "6")
        yield _Promise((*at, "updates"), severity.updates, UPDATES, f"the next status update of {level}", "3.3")
    within = policy.first_actions.within
    yield _Promise(("first_actions", "within"), within, FIRST_ACTIONS, "the four first actions", "2")
    for after, cadence in policy.updates.after.items():
        if Duration.parse(after).span < LONG:
            yield _Promise(
                ("updates", "after", after), cadence, UPDATES, f"the next status update after only {after}", "3.3"
            )


def _is_longer(asked: Duration, guide: str) -> bool:
    """Whether a policy gives more time than the guide, however the business days may fall."""
    from hotwash.model.policy import Duration  # noqa: PLC0415 - `explain` loads no models

    limit = Duration.parse(guide)
    if asked.business_days and limit.business_days:
        return asked.business_days > limit.business_days
    if asked.business_days:
        # The next business day is further away than any number of hours that the guide gives.
        return True
    # A business day lasts a day at least, and nobody is early who takes no longer than that.
    return asked.span > (limit.span or timedelta(days=limit.business_days))


def _records_let_off(policy: Policy) -> Iterator[Finding]:
    """What policy does not ask of some records at all."""
    for level in POSTMORTEM_ASKED:
        if getattr(policy.severities, level).postmortem == "none":
            yield Finding(
                Place(POLICY, ("severities", level, "postmortem")),
                f"policy asks for no post-mortem of {level}",
                label="nothing is learnt from it",
                help=(Help("give it a time, like 5bd, or leave it out"),),
                source="guide 5",
            )
    age = policy.retrospective.min_age
    week = len(set(policy.calendar.days)) or 1
    days = age.span / timedelta(days=1) if not age.business_days else age.business_days * 7 / week
    if days < RETROSPECTIVE_DAYS:
        yield Finding(
            Place(POLICY, ("retrospective", "min_age")),
            f"policy lets an incident be recorded in retrospect after {age} already",
            label="no first action is asked of such a record",
            help=(Help(f"write {RETROSPECTIVE_DAYS}d or more, or leave it out"),),
            source="guide 1",
        )


@rule("HW904", "gate-off")
def gate_off(_register: Register, context: Context) -> Iterator[Finding]:
    """Policy tries to silence or to lower a rule that is fixed.

    ## What it asks

    No line of `levels` and no silence names a rule that holds the gate: the
    STOP gate itself (HW201, HW202, HW204, HW205), what a change must not do to
    merged records (HW3xx), what makes a record unreadable (HW001 to HW007,
    HW011, HW013), and what names such an attempt (HW903, HW904).

    ## Why

    Such a line has no effect: whoever wrote it believes in something that is
    not so. And a record whose gate could be switched off would prove nothing.

    ## Wrong

    ```yaml
    # incidents/policy.yaml
    levels: {HW201: warning}
    ```

    ## Right

    ```yaml
    # incidents/policy.yaml
    levels: {HW501: error}
    ```

    ## Policy

    A rule that must not be lowered may still be met: where somebody went ahead
    of the gate with good reason, the entry says `ahead_of_gate: why`.

    ## Source

    guide 1
    """
    rules = _known_rules()
    for code, level in context.policy.levels.items():
        # Family 3 is fixed as a whole, codes that nobody has given to a rule yet too.
        if not may_be_lowered(code) and (_lowers(level, rules[code]) if code in rules else level != "error"):
            done = "switched off" if level == "off" else "lowered"
            yield _fixed(("levels", code), code, rules, done, "line")
    for index, silence in enumerate(context.policy.silences):
        if not may_be_lowered(silence.rule) and not _ended(silence, context):
            yield _fixed(("silences", index, "rule"), silence.rule, rules, "silenced", "silence")


def _fixed(route: Route, code: str, rules: Mapping[str, Rule[Any]], done: str, what: str) -> Finding:
    known = f"{code} {rules[code].name}" if code in rules else code
    return Finding(
        Place(POLICY, route),
        f"{known} cannot be {done}: the {what} has no effect",
        label="this rule is fixed",
        help=(Help(f"delete the {what}, and mend what the rule finds"),),
    )
