"""A clone and its remote: where it is, fetch, push without force; the only commands that reach for the network.

They run apart from the configuration of the clone (`records/apart.py`), of which only the address is taken. An address
is text of whoever made the clone: it may use https, ssh, git or a path, and it may not lead back into the clone, whose
hooks would run then. What stands in it before an `@` is told to nobody (threats G9).
"""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from hotwash.errors import RepositoryError
from hotwash.records.apart import apart
from hotwash.records.commits import reference, references, symbolic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hotwash.records.apart import Places
    from hotwash.records.git import Git

PROTOCOLS = ("https", "ssh", "git", "file")
_SECONDS = 90  # of one call; a server that says nothing is given up
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", re.ASCII)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://", re.ASCII)
_HELPER = re.compile(r"[A-Za-z0-9+.-]+::", re.ASCII)
# `host:path` and `user@host:path`, as ssh has it.
_SHORT = re.compile(r"(?:[A-Za-z0-9._-]+@)?(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):(?P<path>[^\\].*)", re.ASCII)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]", re.ASCII)
_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]+@")
_BRANCHES = "refs/heads/"


class Remote(NamedTuple):
    """A remote of a clone.

    Attributes:
        name: As the clone calls it.
        url: Where it is fetched from, without a password.
        push_url: Where it is pushed to, without a password.
        headers: What the addresses say before an `@` where they are of https: origin to header.
        why: Why it is not used, and what to do; empty where it is.
    """

    name: str
    url: str
    push_url: str
    headers: tuple[tuple[str, str], ...] = ()
    why: str = ""

    def tracking(self, branch: str) -> str:
        """The reference under which the clone remembers a branch of it."""
        return f"refs/remotes/{self.name}/{branch}"


def remote_of(git: Git, config: Mapping[str, str], branch: str | None) -> Remote | None:
    """The remote that a branch goes to: its own, else `origin`, else the only one; None where the clone has none."""
    names = [key.removeprefix("remote.").removesuffix(".url") for key in config if _is_url(key)]
    names = [name for name in names if _NAME.fullmatch(name) and ".." not in name]
    own = config.get(f"branch.{branch}.remote", "") if branch else ""
    name = own if own in names else "origin" if "origin" in names else names[0] if len(names) == 1 else ""
    if not name:
        return None
    url = config[f"remote.{name}.url"]
    push_url = config.get(f"remote.{name}.pushurl", url)
    if kind := _refusal(git.top, url) or _refusal(git.top, push_url):
        remedy = f"git remote set-url {name} ADDRESS, with https, ssh, or a path that begins at the root of the disk"
        return Remote(name, "", "", why=f"the remote {name} {kind}: {remedy}")
    headers: list[tuple[str, str]] = _of_the_workflow((url, push_url))
    told = [_address(one, headers) for one in (url, push_url)]
    return Remote(name, told[0], told[1], tuple(headers))


def _is_url(key: str) -> bool:
    return key.startswith("remote.") and key.endswith(".url") and len(key) > len("remote.") + len(".url")


def _refusal(top: Path, url: str) -> str:
    """Why an address is not used; empty where it is."""
    scheme = _SCHEME.match(url)
    if url.startswith("-") or _HELPER.match(url) or (scheme and scheme[1].lower() not in PROTOCOLS):
        return f"has an address of a kind that is not used, {without_secrets(url)[:80]!r}"
    if scheme is None and _SHORT.fullmatch(url) and not _DRIVE.match(url):
        return ""
    if scheme is None or scheme[1].lower() == "file":
        path = Path(url) if scheme is None else Path(unquote(urlsplit(url).path))
        # A path that counts from the clone leads to what came along with it, and so would run its hooks.
        if not path.is_absolute() or _is_inside(path, top):
            return f"is at a path that came with the clone, {url[:80]!r}"
    return ""


def _of_the_workflow(urls: tuple[str, ...]) -> list[tuple[str, str]]:
    """In a workflow: its token, for the server that it belongs to and no other; in no file and no argument (threats G9)."""
    token = os.environ.get("GITHUB_TOKEN", "").strip()
    server = urlsplit(os.environ.get("GITHUB_SERVER_URL", "").strip())
    origin = f"https://{server.netloc}/"
    if os.environ.get("GITHUB_ACTIONS") != "true" or not token or server.scheme != "https":
        return []
    if not all(url.startswith(origin) for url in urls):
        return []
    return [(origin, f"Authorization: Basic {base64.b64encode(f'x-access-token:{token}'.encode()).decode('ascii')}")]


def _address(url: str, headers: list[tuple[str, str]]) -> str:
    """An address without what is secret in it, which goes into the headers."""
    scheme = _SCHEME.match(url)
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    if scheme is None or scheme[1].lower() != "https" or not at:
        return url
    user, _, password = login.partition(":")
    # In an argument of a program everybody on the machine could read it.
    secret = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode("ascii")
    headers.append((f"https://{host}/", f"Authorization: Basic {secret}"))
    return parts._replace(netloc=host).geturl()


def _is_inside(path: Path, top: Path) -> bool:
    try:
        place = path.resolve()
    except (OSError, ValueError):
        return True
    return place == top or top in place.parents


def without_secrets(text: str) -> str:
    """A text in which no address names who logs in, and no token of the environment stands."""
    text = _IN_ADDRESS.sub("***@", text)
    for name in ("GITHUB_TOKEN", "GH_TOKEN"):
        if token := os.environ.get(name):
            text = text.replace(token, "***")
    return text


def default_branch(git: Git, remote: Remote | None) -> str | None:
    """The branch that all others go into: of the remote as far as the clone knows it, else the one that is checked out."""
    here = symbolic(git, "HEAD")
    current = here.removeprefix(_BRANCHES) if here is not None and here.startswith(_BRANCHES) else None
    if remote is not None:
        prefix = remote.tracking("")
        told = symbolic(git, f"{prefix}HEAD")
        if told is not None and told.startswith(prefix):
            return told.removeprefix(prefix)
        for name in ("main", "master", current):
            if name and reference(git, remote.tracking(name)):
                return name
    if current:
        return current
    heads = [name.removeprefix(_BRANCHES) for name in references(git, _BRANCHES)]
    return next((name for name in ("main", "master") if name in heads), heads[0] if len(heads) == 1 else None)


class Gone(NamedTuple):
    """Why a server was not reached, or would not answer."""

    why: str


def fetch(
    git: Git, where: Places, config: Mapping[str, str], remote: Remote, patterns: Sequence[str]
) -> dict[str, str] | Gone:
    """Bring the newest of some branches here; the branches and their commits, or why there is no answer.

    Args:
        git: The clone, which remembers what was fetched as `git fetch` does.
        where: Where it keeps what.
        config: Its configuration.
        remote: From where.
        patterns: Names of branches, with `*` for any part of one.

    Raises:
        RepositoryError: Nothing could be written here.
    """
    if remote.why:
        return Gone(remote.why)
    known = references(git, _BRANCHES, remote.tracking(""))
    asked = [f"+{_BRANCHES}{pattern}:refs/got/{pattern}" for pattern in patterns]
    with apart(where, config, references=known, remote=_keys(remote)) as own:
        answer = own.ask(
            *_patience(),
            "fetch",
            *("--no-tags", "--no-auto-maintenance", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet"),
            *("--refmap=", "--no-write-commit-graph", "--no-show-forced-updates"),
            "there",
            *asked,
            more=_network(remote),
            seconds=_SECONDS,
        )
        if answer.code:
            return Gone(_said(answer.err))
        listed = own.ask("for-each-ref", "--format=%(objectname) %(refname)", "refs/got/")
    found = {}
    for line in listed.text.splitlines():
        id_, name = line.split(" ", 1)
        branch = name.removeprefix("refs/got/")
        found[branch] = id_
        # As `git fetch` has it: what a remote says of its branches is what is remembered.
        git.ask("update-ref", "-m", "hotwash: fetch", remote.tracking(branch), id_)
    return found


State = Literal["done", "behind", "refused", "unknown"]


class Pushed(NamedTuple):
    """What became of a push.

    Attributes:
        state: `behind`: somebody was faster. `refused`: the remote takes no such push. `unknown`: the connection was
            lost, before or after the effect.
        why: In words of git or of the remote.
    """

    state: State
    why: str = ""


# What a server says when somebody else holds the branch for a moment, or has just moved it.
_RACE = ("cannot lock ref", "failed to update ref", "fetch first", "non-fast-forward", "stale info", "failed to lock")


def push(git: Git, where: Places, config: Mapping[str, str], remote: Remote, *, commit: str, branch: str) -> Pushed:
    """Push a commit to a branch, never by force.

    Raises:
        RepositoryError: Nothing could be written here.
    """
    if remote.why:
        return Pushed("refused", remote.why)
    with apart(where, config, remote=_keys(remote)) as own:
        try:
            answer = own.ask(
                *_patience(),
                "push",
                *("--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--recurse-submodules=no"),
                "there",
                f"{commit}:{_BRANCHES}{branch}",
                more=_network(remote),
                seconds=_SECONDS,
            )
        except RepositoryError as error:
            return Pushed("unknown", error.message)
    for line in answer.out.decode("utf-8", "replace").splitlines():
        flag, _, told = line.partition("\t")
        if told and flag in (" ", "*", "="):
            git.ask("update-ref", "-m", "hotwash: push", remote.tracking(branch), commit)
            return Pushed("done")
        if told and flag == "!":
            why = told.partition("\t")[2]
            race = any(sign in why for sign in _RACE)
            return Pushed("behind") if race else Pushed("refused", _said(answer.err, why))
    return Pushed("unknown", _said(answer.err))


def _patience() -> tuple[str, ...]:
    return ("-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=30")


def _keys(remote: Remote) -> dict[str, str]:
    return {"url": remote.url, "pushurl": remote.push_url}


def _network(remote: Remote) -> dict[str, str]:
    """What a call needs to reach a remote: the protocols of a plain set-up, and no others; and who logs in."""
    more = {"GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS)}
    begun = os.environ.get("GIT_CONFIG_COUNT", "")
    count = int(begun) if begun.isascii() and begun.isdigit() else 0
    for origin, header in dict(remote.headers).items():
        more |= {f"GIT_CONFIG_KEY_{count}": f"http.{origin}.extraHeader", f"GIT_CONFIG_VALUE_{count}": header}
        count += 1
    return more | ({"GIT_CONFIG_COUNT": str(count)} if remote.headers else {})


_NOT_SAID = ("hint:", "To ", "error: failed to push some refs")


def _said(err: bytes, why: str = "") -> str:
    """What a remote said, in one line and without secrets: what it says itself goes before what git says of it."""
    lines = [line.strip() for line in err.decode("utf-8", "replace").splitlines()]
    told = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    heard = [line for line in told if line] or [line for line in lines if line and not line.startswith(_NOT_SAID)]
    words = ": ".join(part for part in (why, heard[0].removeprefix("fatal: ") if heard else "") if part)
    return without_secrets(words or "it said nothing")[:300]


def compare_link(remote: Remote, base: str, branch: str) -> str:
    """Where a pull request is opened in a browser; empty where the remote is no forge that is known."""
    url = remote.push_url
    short = _SHORT.fullmatch(url) if _SCHEME.match(url) is None else None
    if short is not None:
        host, path = short["host"], short["path"]
    else:
        parts = urlsplit(url)
        host, path = parts.hostname or "", parts.path
    server = urlsplit(os.environ.get("GITHUB_SERVER_URL", "")).hostname
    place = path.strip("/").removesuffix(".git")
    is_known = host == "github.com" or host.startswith("github.") or (server is not None and host == server)
    if not is_known or not re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", place, re.ASCII):
        return ""
    return f"https://{host}/{place}/compare/{base}...{branch}?expand=1"
