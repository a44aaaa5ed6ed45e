"""What `declare` and `dismiss` ask."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hotwash.edits.questions.question import Choice, Question, answer_at, by_flag
from hotwash.edits.questions.reading import link, login, one_line, one_of, reason, several_of, title, words
from hotwash.facts.clocks import severity_policy
from hotwash.model.base import LEVELS, SLUG_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.edits.amendment import Plain
    from hotwash.edits.questions.question import Answers
    from hotwash.edits.questions.setting import Setting
    from hotwash.model.policy import Service

VIA = (
    Choice("alert", "a monitor fired"),
    Choice("customer", "somebody who uses it told us"),
    Choice("employee", "one of us saw it"),
    Choice("partner", "somebody we work with told us"),
    Choice("other"),
)
_SHOWN = 9  # services in a list
_WORD = re.compile(r"[a-z0-9]{3,}")


def declare(setting: Setting, answers: Answers) -> Iterator[Question]:
    """What is broken, how badly, where, and how it was noticed; the rest comes from the clock."""
    past = setting.here.past
    yield Question(("title",), "--title", "What is broken, for whom?", title)
    yield Question(("severity",), "--severity", "How bad is it?", one_of(severities(setting)), severities(setting))
    yield _services(setting, str(answer_at(answers, "title") or ""))
    yield Question(
        ("via",),
        "--via",
        "How was it noticed? (a word, then what was seen)",
        noticed,
        VIA,
        default="alert",
        offered=True,
        optional=True,
        beside=True,
    )
    yield by_flag(("slug",), "--slug", slug)
    yield by_flag(("kind",), "--kind", one_of((Choice("incident"), Choice("drill"))))
    yield by_flag(("commander",), "--commander", login)
    yield by_flag(("roles", "communications"), "--communications", login)
    yield by_flag(("started",), "--started", past)
    yield by_flag(("detected",), "--detected", past)
    yield by_flag(("visibility",), "--visibility", one_of((Choice("public"), Choice("internal"))))
    yield by_flag(("references",), "--reference", lambda text: (link(text),))


def severities(setting: Setting) -> tuple[Choice, ...]:
    """The four, with what the policy means by them."""
    found = []
    for level in LEVELS:
        asked = severity_policy(setting.policy, level)
        found.append(Choice(level, f"{asked.means}; respond within {asked.respond}"))
    return tuple(found)


def _services(setting: Setting, about: str) -> Question:
    services = setting.services
    names = sorted(services or {}, key=lambda name: _weight((services or {})[name]))
    named = [name for name in names if _names(about, name)]
    shown = [*named, *(name for name in names if name not in named)][:_SHOWN]
    choices = tuple(Choice(name, _owner((services or {})[name])) for name in shown)
    more = f", or another of {len(names)}" if len(names) > _SHOWN else ""
    return Question(
        ("services",),
        "--services",
        f"Which services are hit? (numbers or names{more})",
        several_of(choices, services, noun="service"),
        choices,
        default=" ".join(named),
        offered=True,
    )


def _weight(service: Service) -> tuple[bool, int]:
    return service.external, 9 if service.tier is None else service.tier


def _owner(service: Service) -> str:
    return "run by others" if service.external else service.owner or ""


def _names(about: str, service: str) -> bool:
    """Whether a title speaks of a service, by the first word of its name that says something."""
    said = set(_WORD.findall(about.lower()))
    first = _WORD.findall(service.lower().rsplit("/", 1)[-1])[:1]
    return bool(first) and first[0] in said


def noticed(text: str) -> Mapping[str, Plain]:
    """`alert`, `2 two customers called`: how it was noticed, and in what words."""
    first, _, rest = text.strip().partition(" ")
    via = one_of(VIA)(first.rstrip(":,"))
    return {"via": via, **({"noticed": words(rest)} if rest.strip() else {})}


def slug(text: str) -> str:
    """The name of a folder."""
    if not re.fullmatch(SLUG_PATTERN, text, re.ASCII):
        message = "write it like checkout-500: a to z, digits, hyphens"
        raise ValueError(message)
    return text


def dismiss(setting: Setting, answers: Answers) -> Iterator[Question]:  # noqa: ARG001 - the form of all forms
    """Why it was no incident."""
    yield Question(("reason",), "--reason", "Why is it none? (a false alarm, a duplicate, ...)", reason)
    yield by_flag(("duplicate_of",), "--duplicate-of", one_line)
