"""The people whom an incident and the policy know, and where a text names them (threats V5)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hotwash.facts.first_actions import ACTIONS, sign_off
from hotwash.model.names import is_login

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hotwash.model.policy import Policy
    from hotwash.model.repository import Case

_WORD = re.compile(r"[^\W_]+")
# What stands between words becomes a blank, so that a text of English is cut into its words at once.
_BLANKS = str.maketrans({chr(sign): " " for sign in range(0x80) if not chr(sign).isalnum()})
_LEAST = 3  # letters of a name that is looked for as a word
_GAP = 24  # characters between the words of a name, where lines are broken and indented
# What may stand between the words of a name: `alice-example`, `Alice Example`, `example.alice`.
_BETWEEN = frozenset("-._+ \n\t\u00a0'’")  # noqa: RUF001 - an apostrophe of printers
# After these a word in a link is somebody's login.
_OF_LOGINS = ("@", "~", "/u/", "/user/", "/users/", "/people/", "/members/", "/profile/", "/profiles/", "/in/")

# Words of incidents, and names that are words: as a login each means a person only where it is written as a login.
# fmt: off
_WORDS = frozenset({
    "about", "add", "admin", "administrator", "after", "agent", "alert", "alerting", "alerts", "all", "and",
    "anonymous", "ansible", "any", "api", "app", "apps", "april", "are", "art", "august", "auth", "backend",
    "backup", "bank", "bill", "bot", "brook", "browser", "bug", "build", "builder", "but", "cache", "call", "can",
    "cdn", "chance", "chase", "chat", "check", "chip", "chuck", "client", "cliff", "clock", "cloud", "code",
    "commander", "console", "core", "cpu", "cron", "customer", "customers", "dale", "data", "database", "dawn",
    "day", "dba", "dean", "default", "demo", "deploy", "deployer", "dev", "developer", "devops", "disk", "dns",
    "docker", "done", "down", "drew", "edge", "edit", "editor", "engineer", "engineering", "event", "faith", "fix",
    "for", "frank", "frontend", "full", "gate", "gene", "git", "github", "gitlab", "glen", "gmt", "grace",
    "grafana", "grant", "group", "guest", "guy", "hall", "has", "head", "heath", "help", "helpdesk", "her", "hill",
    "his", "home", "hook", "hope", "host", "hour", "how", "hunter", "ice", "incident", "incidents", "info", "infra",
    "ingress", "internal", "iris", "its", "ivy", "jack", "jay", "jenkins", "job", "jobs", "joy", "june", "key",
    "king", "kube", "kubernetes", "lab", "lance", "lane", "lead", "les", "lily", "load", "log", "login", "logs",
    "long", "mail", "main", "manager", "march", "mark", "master", "max", "may", "mercy", "metric", "miles", "min",
    "mobile", "mod", "monitor", "monitoring", "name", "net", "network", "new", "nobody", "node", "norm", "not",
    "now", "off", "office", "old", "on", "oncall", "one", "ops", "order", "orders", "our", "out", "owner", "page",
    "pager", "pagerduty", "park", "pat", "patch", "path", "pay", "payments", "people", "person", "pierce",
    "pipeline", "platform", "point", "pool", "port", "post", "press", "price", "prod", "production", "prometheus",
    "proxy", "public", "queue", "ray", "redis", "reed", "release", "rep", "reporter", "rest", "rex", "rich", "rob",
    "robot", "rod", "role", "root", "rose", "router", "run", "rush", "rusty", "sale", "sales", "saw", "scale",
    "search", "security", "server", "service", "services", "set", "shop", "show", "site", "skip", "sky", "slack",
    "soc", "sql", "sre", "staff", "stage", "staging", "star", "start", "state", "status", "stone", "stop",
    "storage", "store", "story", "sue", "sunny", "support", "sync", "sys", "system", "team", "tech", "temp",
    "terraform", "test", "tester", "tests", "the", "three", "time", "tls", "token", "tool", "traffic", "two",
    "unknown", "update", "upstream", "url", "use", "user", "users", "utc", "vault", "vpn", "wade", "was", "way",
    "web", "webhook", "who", "why", "will", "win", "wood", "work", "worker", "writer", "year", "yes", "young",
    "zone",
})
# fmt: on


class Mention(NamedTuple):
    """A person named in a text.

    Attributes:
        person: The login, or the name that the policy gives, by which the person is known.
    """

    person: str
    start: int
    end: int


class _Form(NamedTuple):
    """A way in which somebody is written.

    Attributes:
        words: The words in small letters and without accents.
        large: The words begin with a large letter, or they are others.
        plainly: They are no words of everyday; else they count only where a login stands.
    """

    person: str
    words: tuple[str, ...]
    large: bool
    plainly: bool


@dataclass(frozen=True, slots=True)
class People:
    """Who is known.

    Attributes:
        forms: The ways of writing them, by the first word of each.
        words: With which words any of them begins in a text.
    """

    forms: Mapping[str, tuple[_Form, ...]]
    words: frozenset[str]

    def named(self, text: str) -> Iterator[Mention]:
        """Where a text names one of them, in order, as words of their own and never within another word."""
        if not self.forms:
            return
        plain = _plain(text)
        # Most texts name nobody, and of those no word needs a place.
        if self.words.isdisjoint(plain.translate(_BLANKS).split() if plain.isascii() else _WORD.findall(plain)):
            return
        words = [found.span() for found in _WORD.finditer(plain)]
        done = 0
        for index, (start, end) in enumerate(words):
            word = plain[start:end]
            if start < done or word not in self.words:
                continue
            for form in self._forms(word, large=text[start].isupper()):
                last = _last(form, plain, words, index)
                if last is not None and _counts(form, text, plain, start):
                    done = last
                    yield Mention(form.person, start, last)
                    break

    def _forms(self, word: str, *, large: bool) -> Iterator[_Form]:
        yield from self.forms.get(word, ())
        # `Alices` without an apostrophe, as some languages have it.
        if large and word.endswith("s"):
            yield from (form for form in self.forms.get(word[:-1], ()) if len(form.words) == 1 and form.plainly)


def known_people(case: Case, policy: Policy) -> People:
    """Those whose login stands in an incident, and those whom the policy names under `people`."""
    everyday = _everyday(case)
    names = tuple(policy.people.items())
    of_policy = _of_policy(names, everyday & _words_of(names))
    forms = [form for login in dict.fromkeys(logins(case)) for form in _written(login, login, everyday)]
    # All others of the policy are taken as they are, since they may be hundreds.
    alike = [form for word in {form.words[0]: None for form in forms} for form in of_policy.forms.get(word, ())]
    of_both = _people((*forms, *alike))
    return People({**of_policy.forms, **of_both.forms}, of_policy.words | of_both.words)


@lru_cache(maxsize=32)
def _of_policy(names: tuple[tuple[str, str], ...], everyday: frozenset[str]) -> People:
    """Those whom the policy names; of the words of everyday only those that stand in their names."""
    # Kept, since nearly all incidents ask the same.
    forms = [form for login, _ in names for form in _written(login, login, everyday)]
    for login, name in names:
        parts = _WORD.findall(name)
        # `Grace Hope` is somebody, whatever `grace` and `hope` are.
        whole = _written(name, login, everyday if len(parts) == 1 else frozenset())
        forms += (form._replace(large=everyday.issuperset(form.words)) for form in whole)
        for part in parts if len(parts) > 1 else ():
            if part[:1].isupper():
                forms += (form._replace(large=True) for form in _written(part, login, everyday) if form.plainly)
    return _people(forms)


@lru_cache(maxsize=2)
def _words_of(names: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """All words of the logins and names of a policy, and of their parts."""
    return frozenset(word for pair in names for written in pair for word in _WORD.findall(_plain(written)))


def _people(forms: Iterable[_Form]) -> People:
    # The longest first: `Alice Example` is one mention.
    by_word: dict[str, dict[_Form, None]] = {}
    for form in sorted(forms, key=lambda form: -len(form.words)):
        by_word.setdefault(form.words[0], {})[form] = None
    words = frozenset((*by_word, *(f"{word}s" for word in by_word)))
    return People({word: tuple(found) for word, found in by_word.items()}, words)


def logins(case: Case) -> Iterator[str]:
    """Every login that stands in an incident where a person is meant."""
    return (who for who in _everybody(case) if who is not None and is_login(who))


def _everybody(case: Case) -> Iterator[str | None]:
    incident = case.incident
    yield from incident.roles.values()
    if incident.recorded is not None:
        yield incident.recorded.by
    for action in ACTIONS:
        yield sign_off(incident, action).by
    for logged in case.timeline:
        yield logged.entry.by
        if logged.entry.kind in ("escalation", "handover"):
            yield logged.entry.to
    for item in case.action_items:
        yield item.owner
    if case.postmortem is not None:
        yield from case.postmortem.front.authors
        yield case.postmortem.front.reviewed.by if case.postmortem.front.reviewed else None


def _everyday(case: Case) -> frozenset[str]:
    """Words that mean something else in this incident."""
    incident = case.incident
    others = (*incident.services, *incident.roles, *incident.labels)
    return _WORDS.union(*(_WORD.findall(_plain(other)) for other in others))


def _written(name: str, person: str, everyday: frozenset[str]) -> Iterator[_Form]:
    words = tuple(_WORD.findall(_plain(name)))
    if not words:
        return
    joined = "".join(words)
    plainly = len(joined) >= _LEAST and not joined.isdigit() and not everyday.issuperset(words)
    yield _Form(person, words, large=False, plainly=plainly)
    if len(words) > 1:
        yield _Form(person, (joined,), large=False, plainly=plainly)


def _last(form: _Form, plain: str, words: list[tuple[int, int]], index: int) -> int | None:
    """Where a way of writing somebody ends that begins with a word; None where the next words are others."""
    end = words[index][1]
    for further, word in enumerate(form.words[1:], start=1):
        if index + further >= len(words):
            return None
        start, after = words[index + further]
        gap = plain[end:start]
        if plain[start:after] != word or len(gap) > _GAP or not _BETWEEN.issuperset(gap):
            return None
        end = after
    return end


def _counts(form: _Form, text: str, plain: str, start: int) -> bool:
    if form.plainly:
        return not form.large or text[start].isupper()
    before = plain[max(0, start - 12) : start]
    return before.endswith(_OF_LOGINS)


def _plain(text: str) -> str:
    """A text in small letters and without accents, as long as it was."""
    return (text if text.isascii() else text.translate(_BASES)).lower()


class _Bases(dict[int, str]):
    """Signs without their accents, each worked out when it is met first."""

    def __missing__(self, sign: int) -> str:
        first = unicodedata.normalize("NFD", chr(sign))[0]
        base = first if first.isascii() else chr(sign)
        if len(self) < _MOST:
            self[sign] = base
        return base


_MOST = 4096  # signs that are kept, so that a text of all there are fills no memory
_BASES = _Bases()
