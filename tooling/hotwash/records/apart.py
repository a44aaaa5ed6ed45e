"""A git directory of our own over the objects of a clone: what writes or reaches out obeys the person, never the clone.

Fetching, pushing and signing start programs that a configuration names: `core.sshCommand`, `credential.helper`,
`remote.*.uploadpack`, `gpg.program`, hooks, and more with each version of git. Which of them a person chose and which
came with a copied repository, git does not tell apart (threats P6). So these commands run where the configuration of
the clone is never read: that of the person and of the system counts, and what is written here.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hotwash.errors import RepositoryError
from hotwash.records.git import call, own_surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hotwash.records.git import Answer, Git

_PREFIX = "hotwash-"
_OLD = 3_600  # seconds; what a process left behind that was killed
_QUIET = (
    # No house-keeping: it would take for litter whatever our own references do not reach.
    "-c", "gc.auto=0",
    "-c", "maintenance.auto=false",
    "-c", "fetch.writeCommitGraph=false",
    "-c", "core.logAllRefUpdates=false",
    # What was written is on the disk before anybody is told so.
    "-c", "core.fsync=all",
)  # fmt: skip
_FORMATS = frozenset({"sha1", "sha256"})
_SHARED = re.compile(r"group|all|world|everybody|true|false|umask|0?[0-7]{3}", re.ASCII)


class Places(NamedTuple):
    """Where a clone keeps what.

    Attributes:
        own: The git directory of this work tree.
        common: The one that all work trees of the clone share.
        objects: Its objects.
    """

    own: Path
    common: Path
    objects: Path


def places(git: Git) -> Places:
    """Where a clone keeps what.

    Raises:
        RepositoryError: It is none that git reads.
    """
    told = git.ask("rev-parse", "--path-format=absolute", "--git-dir", "--git-common-dir", "--git-path", "objects")
    lines = told.out.decode("utf-8", "surrogateescape").splitlines()
    if told.code or len(lines) != len(Places._fields):
        git.must_be_usable()
        message = f"git does not say where it keeps the objects of {git.top}: {told.why}"
        raise RepositoryError(message)
    return Places(*(Path(line) for line in lines))


class Apart:
    """A git directory of our own."""

    def __init__(self, folder: Path, where: Places, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._where = where
        self._environment = environment

    def index_of(self, top: Path) -> dict[str, str]:
        """What leads a call to the index and the work tree of the clone.

        Raises:
            RepositoryError: What belongs to the index cannot be reached.
        """
        for part in self._where.own.glob("sharedindex.*"):
            try:
                (self.folder / part.name).symlink_to(part)
            except FileExistsError:
                continue
            except OSError as error:
                message = f"{self.folder} cannot be written: {error.strerror}"
                raise RepositoryError(message, "see that the disk has room") from error
        return {"GIT_INDEX_FILE": str(self._where.own / "index"), "GIT_WORK_TREE": str(top)}

    @cached_property
    def signs(self) -> bool:
        """Whether the person signs their commits; what the clone says of it counts for nothing."""
        return self.ask("config", "--type=bool", "--get", "commit.gpgsign").text == "true"

    def ask(
        self, *arguments: str, stdin: bytes = b"", more: Mapping[str, str] | None = None, seconds: float | None = None
    ) -> Answer:
        """Call git here.

        Args:
            arguments: What it is asked.
            stdin: What it reads.
            more: To the environment.
            seconds: How long it may take.
        """
        environment = {**self._environment, **(more or {})}
        return call(self.folder, environment, *_QUIET, *arguments, stdin=stdin, seconds=seconds)

    def need(self, *arguments: str, stdin: bytes = b"", more: Mapping[str, str] | None = None) -> str:
        """What git answers here.

        Raises:
            RepositoryError: It failed.
        """
        answer = self.ask(*arguments, stdin=stdin, more=more)
        if answer.code:
            message = f"git {arguments[0]} failed: {answer.why}"
            raise RepositoryError(message, "see that the disk has room, and that the repository may be written")
        return answer.text


@contextmanager
def apart(
    where: Places,
    config: Mapping[str, str],
    *,
    references: Mapping[str, str] | None = None,
    remote: Mapping[str, str] | None = None,
) -> Iterator[Apart]:
    """A git directory of our own for as long as it is needed, inside that of the clone.

    Inside, so that what a person set up for all repositories below a folder (`includeIf "gitdir:…"`) counts here too.

    Args:
        where: Where the clone keeps what.
        config: Its configuration; only the format of its objects and who shares them are taken from it.
        references: Those that a server is told of, so that it sends only what is missing: name to id.
        remote: The keys of a remote that is called `there`.

    Raises:
        RepositoryError: It cannot be made.
    """
    form = config.get("extensions.objectformat", "sha1")
    lines = ["[core]", f"\trepositoryformatversion = {int(form != 'sha1')}", "\tbare = true"]
    if _SHARED.fullmatch(shared := config.get("core.sharedrepository", "")):
        lines.append(f"\tsharedRepository = {shared}")
    if form != "sha1" and form in _FORMATS:
        lines += ["[extensions]", f"\tobjectFormat = {form}"]
    if remote:
        lines += ['[remote "there"]', *(f"\t{key} = {_quoted(value)}" for key, value in remote.items())]
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=where.common))
    except OSError as error:
        message = f"{where.common} cannot be written: {error.strerror}"
        raise RepositoryError(message, "see that the disk has room, and that the folder may be written") from error
    try:
        _sweep(folder)
        try:
            (folder / "refs").mkdir()
            (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
            (folder / "config").write_text("\n".join(lines) + "\n", encoding="utf-8")
            held = "".join(f"{id_} {name}\n" for name, id_ in sorted((references or {}).items()))
            (folder / "packed-refs").write_text(f"# pack-refs with: sorted \n{held}", encoding="utf-8")
            # A history that is cut short ends where the clone says so.
            if (where.common / "shallow").is_file():
                shutil.copyfile(where.common / "shallow", folder / "shallow")
        except OSError as error:
            message = f"{folder} cannot be written: {error.strerror}"
            raise RepositoryError(message, "see that the disk has room") from error
        environment = own_surroundings(None) | {
            "GIT_DIR": str(folder),
            "GIT_OBJECT_DIRECTORY": str(where.objects),
        }
        yield Apart(folder, where, environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(new: Path) -> None:
    """Take away what a killed process left."""
    with suppress(OSError):
        made = new.stat().st_mtime
        for folder in new.parent.glob(f"{_PREFIX}*"):
            if folder.is_dir() and not folder.is_symlink() and folder.stat().st_mtime < made - _OLD:
                shutil.rmtree(folder, ignore_errors=True)


def _quoted(value: str) -> str:
    """A value as a configuration file takes it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
