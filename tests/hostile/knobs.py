"""What makes git run a program when a repository says so (threats P6)."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

from tests.builders import FOLDER, records
from tests.gitrepo import git, write

if TYPE_CHECKING:
    from pathlib import Path

INCIDENT = f"{FOLDER}/incident.yaml"
TITLE = "title: Checkout cannot take cards\n"


class Knob(NamedTuple):
    """A way to make git run a program.

    Attributes:
        config: Key and value; CANARY stands for the program.
        files: In the repository, path -> content.
        fires: A command that would run it, so that the canary is known to sing; none where that takes a server.
    """

    config: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    fires: tuple[str, ...] = ()


_ATTRIBUTES = (".git/info/attributes", "* filter=x diff=x merge=x\n")
KNOBS = {
    "fsmonitor": Knob((("core.fsmonitor", "CANARY"),), fires=("status",)),
    "external diff": Knob((("diff.external", "CANARY"),), fires=("diff", "main", "HEAD")),
    "text of a diff": Knob((("diff.x.textconv", "CANARY"),), (_ATTRIBUTES,), ("diff", "main", "HEAD")),
    "driver of a diff": Knob((("diff.x.command", "CANARY"),), (_ATTRIBUTES,), ("diff", "main", "HEAD")),
    "filter": Knob(
        (("filter.x.clean", "CANARY"), ("filter.x.smudge", "CANARY"), ("filter.x.process", "CANARY")),
        (_ATTRIBUTES, (INCIDENT, records({"incident.yaml": TITLE})[INCIDENT])),
        ("hash-object", INCIDENT),
    ),
    "filter that must not fail": Knob(
        (("filter.x.clean", "CANARY"), ("filter.x.required", "true")), (_ATTRIBUTES,), ("hash-object", INCIDENT)
    ),
    "hooks": Knob((("core.hooksPath", ".git/h"),), fires=("checkout", "--quiet", "change")),
    "pager": Knob((("core.pager", "CANARY"), ("pager.rev-parse", "CANARY"), ("pager.cat-file", "CANARY"))),
    "ssh": Knob((("core.sshCommand", "CANARY"), ("remote.origin.url", "ssh://host.example/x")), fires=("fetch", "origin")),
    "ext": Knob((("remote.origin.url", "ext::CANARY"), ("protocol.ext.allow", "always")), fires=("fetch", "origin")),
    "upload-pack": Knob(
        (("remote.origin.url", "."), ("remote.origin.uploadpack", "CANARY")), fires=("fetch", "origin")
    ),
    "credentials": Knob((("credential.helper", "!CANARY"), ("core.askPass", "CANARY"))),
    "proxy": Knob((("core.gitProxy", "CANARY"), ("remote.origin.url", "git://host.example/x")), fires=("fetch", "origin")),
    "alias": Knob((("alias.rev-parse", "!CANARY"), ("alias.x", "!CANARY")), fires=("x",)),
    "alternates": Knob((("core.alternateRefsCommand", "CANARY"),), ((".git/objects/info/alternates", "/nowhere\n"),)),
    "signatures": Knob((("gpg.program", "CANARY"), ("log.showSignature", "true"))),
    "editor": Knob((("core.editor", "CANARY"), ("sequence.editor", "CANARY"), ("merge.x.driver", "CANARY"))),
    "another file": Knob((("include.path", "hostile"),), ((".git/hostile", "[core]\nfsmonitor = CANARY\n"),), ("status",)),
    "each work tree its own": Knob(
        (("extensions.worktreeConfig", "true"),), ((".git/config.worktree", "[core]\nfsmonitor = CANARY\n"),), ("status",)
    ),
    "house-keeping": Knob((("gc.auto", "1"), ("gc.autoDetach", "false"), ("gc.recentObjectsHook", "CANARY"))),
}  # fmt: skip


def turn(root: Path, knob: Knob, canary: Path) -> None:
    for key, value in knob.config:
        git(root, "config", "--add", key, value.replace("CANARY", str(canary)))
    write(root, {path: text.replace("CANARY", str(canary)) for path, text in knob.files})
    hooks = root / ".git/h"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc"):
        shutil.copy(canary, hooks / name)
