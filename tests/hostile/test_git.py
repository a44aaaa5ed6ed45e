"""A hostile repository, revision or environment: nothing of theirs is run, fetched or written (threats P2, P5, P6)."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builders import FOLDER, ID, NOW, records
from tests.command import hotwash
from tests.gitrepo import begin, commit, git, plant, put, raw_commit, raw_tree, write
from tests.hostile.inputs import CANARY
from tests.hostile.knobs import KNOBS, turn
from tests.hostile.repository import assert_harmless

if TYPE_CHECKING:
    from tests.command import Ran
    from tests.gitrepo import Held
    from tests.hostile.knobs import Knob

AT = ("--now", NOW.isoformat())
INCIDENT = f"{FOLDER}/incident.yaml"
TITLE = "title: Checkout cannot take cards\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The complete incident on `main`, and a change of it on the branch that is checked out."""
    root = begin(tmp_path / "repository", records())
    git(root, "switch", "--quiet", "--create", "change")
    write(root, records({"incident.yaml": TITLE}))
    commit(root, "change")
    return root


def judged(root: Path, *more: str, base: str = "main") -> tuple[Ran, Ran]:
    """What is said of the change from the work tree, and from the commits."""
    told = hotwash("-C", str(root), "check", "--base", base, *AT, *more)
    committed = hotwash("-C", str(root), "check", "--base", base, "--head", "HEAD", *AT, *more)
    for ran in (told, committed):
        assert_harmless(ran)
    return told, committed


def assert_judged(root: Path) -> None:
    """Both say that the one incident is touched, and nothing else."""
    for ran in judged(root):
        assert (ran.code, ran.err) == (0, "")
        assert re.search(r"^changes since main \([0-9a-f]{12}\)$", ran.out, re.MULTILINE)
        assert "1 incident," in ran.out
        assert FOLDER in ran.out


def test_the_change_is_judged_where_nothing_is_hostile(folder: Path) -> None:
    assert_judged(folder)


# --- P6: what a repository tells git to run


@pytest.mark.parametrize("knob", KNOBS.values(), ids=KNOBS)
def test_no_knob_of_a_repository_runs_a_program(folder: Path, canary: Path, knob: Knob) -> None:
    turn(folder, knob, canary)
    assert_judged(folder)


@pytest.mark.parametrize("name", [name for name, knob in KNOBS.items() if knob.fires])
def test_the_canary_sings_where_git_itself_is_called(folder: Path, tmp_path: Path, name: str) -> None:
    """Else the test above would prove nothing."""
    program, note = tmp_path / "bird", tmp_path / "song"
    program.write_text(f'#!/bin/sh\necho x >> "{note}"\nexit 1\n', encoding="ascii")
    program.chmod(0o755)
    turn(folder, KNOBS[name], program)
    subprocess.run(
        ["git", *KNOBS[name].fires], cwd=folder, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=60
    )
    assert note.exists()


@pytest.fixture
def burning(folder: Path) -> Path:
    """The same, with a later state of the incident on a branch of its own."""
    git(folder, "switch", "--quiet", "--create", f"incident/{ID}")
    write(folder, records({"incident.yaml": "title: All of checkout is down\n"}))
    commit(folder, "change")
    git(folder, "switch", "--quiet", "change")
    return folder


def assert_shown(root: Path) -> None:
    """The newest state of the incident is shown, from its branch."""
    ran = hotwash("-C", str(root), "status", *AT)
    assert_harmless(ran)
    assert (ran.code, ran.err) == (0, "")
    assert "All of checkout is down" in ran.out
    assert f"\non incident/{ID}\n" in ran.out


@pytest.mark.parametrize("knob", KNOBS.values(), ids=KNOBS)
def test_no_knob_of_a_repository_runs_a_program_for_who_looks_at_its_branches(
    burning: Path, canary: Path, knob: Knob
) -> None:
    turn(burning, knob, canary)
    assert_shown(burning)


def test_of_branches_nothing_but_ids_is_told_to_git(burning: Path, spoken: Path) -> None:
    assert_shown(burning)
    # Which branch all others go into is asked by its whole name, behind the end of options.
    commands = assert_only_ids(spoken, {"HEAD", "refs/heads/change"})
    assert set(commands) == {"for-each-ref", "rev-parse", "merge-base", "cat-file", "config", "symbolic-ref"}


SETTINGS = {
    "order of files": ("diff.orderFile", "/nowhere"),
    "no prefix": ("diff.noprefix", "true"),
    "quoted paths": ("core.quotePath", "true"),
    "relative": ("diff.relative", "true"),
    "submodules": ("diff.ignoreSubmodules", "all"),
    "renames": ("diff.renames", "copies"),
    "colour": ("color.ui", "always"),
    "trace": ("trace2.normalTarget", "/dev/stdout"),
    "old trace": ("trace2.eventTarget", "/dev/stderr"),
    "file modes": ("core.fileMode", "false"),
    "case": ("core.ignoreCase", "true"),
    "sparse": ("core.sparseCheckout", "true"),
    "abbreviation": ("core.abbrev", "4"),
    "short ids": ("core.disambiguate", "tree"),
    "ambiguous names": ("core.warnAmbiguousRefs", "true"),
    "bare": ("core.bare", "false"),
    "work tree elsewhere": ("core.worktree", "/"),
    "work tree above": ("core.worktree", "../.."),
    "replacements elsewhere": ("core.useReplaceRefs", "true"),
    "ends of lines": ("core.autocrlf", "true"),
    "advice": ("advice.graftFileDeprecated", "true"),
    "notes": ("notes.displayRef", "*"),
    "mail map": ("mailmap.file", "/dev/zero"),
    "size of packs": ("core.packedGitLimit", "1"),
    "submodules of a fetch": ("fetch.recurseSubmodules", "true"),
    "untracked cache": ("core.untrackedCache", "true"),
    "names of commits": ("log.date", "format:x"),
    "order of commits": ("log.follow", "true"),
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_no_setting_changes_a_verdict(folder: Path, setting: tuple[str, str]) -> None:
    git(folder, "config", *setting)
    assert_judged(folder)


def test_what_git_refuses_to_read_is_told(folder: Path) -> None:
    """A repository that this git does not understand, or whose settings it cannot read, is never clean."""
    config = folder / ".git/config"
    whole = config.read_text(encoding="utf-8")
    for broken in ("[core]\nrepositoryformatversion = 99\n", "[extensions]\nnobodyKnowsThis = x\n", "[core\n"):
        config.write_text(whole.replace("repositoryformatversion = 0", "repositoryformatversion = 1") + broken, "utf-8")
        for ran in judged(folder):
            assert ran.code == 2, broken
            assert "git takes" in ran.err
            assert "help: " in ran.err


# --- what a repository says that it holds


def test_a_repository_that_is_committed_is_none(folder: Path, canary: Path) -> None:
    """A folder that looks like a bare repository is taken for one by git, with its settings and its branches."""
    shop = folder / "shop"
    put(shop, {"incidents/a.txt": ("100644", b"x")})
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "shop")
    git(folder, "push", "--quiet", "./shop", "main", "change")
    git(folder, "--git-dir=shop", "config", "core.fsmonitor", str(canary))
    for ran in judged(shop):
        assert (ran.code, ran.out) == (2, "")
        assert "cannot use bare repository" in ran.err


def test_replaced_objects_are_what_their_ids_say(folder: Path) -> None:
    """A reference below `refs/replace/` shows another commit, tree or file in the place of one."""
    other = git(folder, "hash-object", "-w", "--stdin", stdin=b"title: [\n")
    empty = raw_tree(folder)
    for name, stands_for in (
        (f"HEAD:{INCIDENT}", other),
        ("HEAD:incidents", empty),
        ("HEAD", raw_commit(folder, empty, "main")),
    ):
        git(folder, "replace", "--force", git(folder, "rev-parse", name), git(folder, "rev-parse", stands_for))
    assert_judged(folder)


def test_grafted_parents_are_not_believed(folder: Path) -> None:
    stranger = raw_commit(folder, git(folder, "rev-parse", "main^{tree}"), at="2026-11-22T10:00Z")
    (folder / ".git/info/grafts").write_text(f"{git(folder, 'rev-parse', 'HEAD')} {stranger}\n", encoding="ascii")
    assert_judged(folder)


def test_the_list_of_commits_that_git_makes_for_itself_is_not_believed(folder: Path) -> None:
    """It says the parents of each commit, and nobody compares it with the commits."""
    git(folder, "commit-graph", "write", "--reachable", "--no-progress")
    file = folder / ".git/objects/info/commit-graph"
    data = bytearray(file.read_bytes())
    begin_ids, begin_commits = (_chunk(data, name) for name in (b"OIDL", b"CDAT"))
    ids = sorted(git(folder, "rev-list", "--all").split())
    assert data[begin_ids : begin_ids + 20].hex() == ids[0]
    entry = begin_commits + ids.index(git(folder, "rev-parse", "HEAD")) * 36
    data[entry + 20 : entry + 24] = (0x70000000).to_bytes(4, "big")  # no parent, in the place of the first
    file.chmod(0o644)
    file.write_bytes(data)
    assert git(folder, "rev-list", "--count", "HEAD") == "1"  # so that git itself believes it
    assert_judged(folder)


def _chunk(data: bytearray, name: bytes) -> int:
    """Where a part of a list of commits begins."""
    at = data.index(name, 8) + len(name)
    return int.from_bytes(data[at : at + 8], "big")


# --- the network


@pytest.fixture
def partial(folder: Path, tmp_path: Path) -> Path:
    """A clone that lacks all files, and whose remote is another host."""
    git(folder, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    url = folder.as_uri()
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", "--branch=change", url, "clone")
    git(clone, "update-ref", "refs/heads/main", "refs/remotes/origin/main")
    (clone / "incidents").mkdir()
    return clone


# Old versions of git do not know the first; the second alone has to do there. And the other way round.
@pytest.mark.parametrize("forgotten", ["GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL", "nothing"])
def test_what_a_partial_clone_lacks_is_not_fetched_and_not_clean(
    partial: Path, canary: Path, spoken: Path, forgotten: str
) -> None:
    _without(spoken.parent / "in-front/git", forgotten)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        for key, value in (
            ("protocol.ext.allow", "always"),
            ("core.sshCommand", canary),
            ("http.proxy", f"http://{host}"),
        ):
            git(partial, "config", key, str(value))
        for url in (f"ext::{canary}", "ssh://host.example/x", f"http://{host}/x", f"git://{host}/x", str(partial)):
            git(partial, "config", "remote.origin.url", url)
            git(partial, "config", "remote.origin.uploadpack", str(canary))
            for ran in judged(partial):
                assert ran.code == 2, url
                assert ran.out == ""
                assert re.fullmatch(
                    r"hotwash: the object [0-9a-f]{12} is not in this clone, or cannot be read\n"
                    r"  help: a partial clone lacks some: git fetch --refetch --no-filter, .*\n",
                    ran.err,
                )
            assert select.select([listening], [], [], 0)[0] == []


def _without(program: Path, name: str) -> None:
    """Let a git in front of the real one know nothing of a variable."""
    text = program.read_text(encoding="ascii")
    program.write_text(text.replace("#!/bin/sh\n", f"#!/bin/sh\nunset {name}\n", 1), encoding="ascii")


def test_what_the_remedy_says_fetches_all(partial: Path) -> None:
    git(partial, "fetch", "--quiet", "--refetch", "--no-filter")
    git(partial, "checkout", "--quiet", "change")
    assert_judged(partial)


# --- P5: revisions


_REVISIONS = {
    "an option": "--output=FILE",
    "a short option": "-x",
    "all": "--all",
    "the end of options": "--end-of-options",
    "a dash": "-",
    "the branch before": "@{-9}",
    "a text": ":/base",
    "a folder": "HEAD^{tree}",
    "a file": f"HEAD:{INCIDENT}",
    "nothing": "",
    "a new line": "main\nHEAD",
    "a colour": "\u001b[31mmain",
    "a command": "::error::x",
    "an old command": "##[error]x",
    "turned round": "\u202eniam",
    "not UTF-8": "\udcff",
    "long": "x" * 10_000,
    "very long": "x" * 3_000_000,
    "a range": "main..HEAD",
    "another range": "main...HEAD",
    "not this": "^main",
    "its parents": "HEAD^@",
    "a shell": "$(touch FILE)",
    "a pipe": "main|touch FILE",
    "a remote": "ext::touch FILE",
    "a glob": "refs/heads/*",
    "two": "main HEAD",
}


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to which a git in front of the real one writes its arguments, and what it is asked afterwards."""
    real = shutil.which("git")
    place = tmp_path / "in-front"
    place.mkdir()
    log = tmp_path / "spoken"
    program = place / "git"
    program.write_text(
        f"""#!/bin/sh
{{ for argument; do printf '%s\\0' "$argument"; done; printf '\\n\\0'; }} >> "{log}"
case " $* " in
  *" cat-file "*)
    # What is asked goes through a pipe of its own, so that the real one alone answers, and its end is seen.
    mkfifo "{log}.$$" && exec 3<&0
    tee -a "{log}.asked" <&3 >"{log}.$$" &
    exec "{real}" "$@" 3<&- <"{log}.$$" ;;
  *) exec "{real}" "$@" ;;
esac
""",
        encoding="ascii",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    return log


# Said in each call, though the commands that are called obey none of it (threats P6).
_ALWAYS = (
    *("--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.commitGraph=false"),
    *("-c", "protocol.allow=never", "-c", "safe.bareRepository=explicit"),
)
_ID = re.compile(r"\^?[0-9a-f]{40}")
_FIXED = {
    "rev-parse": {"--git-dir", "--is-shallow-repository"},
    "merge-base": set[str](),
    "rev-list": {"--reverse", "--topo-order", "--timestamp", "--max-count=1000"},
    "cat-file": {"--batch-command"},
    "for-each-ref": {
        *("--format=%(objectname) %(refname)", "--count=200", "refs/heads/incident/*", "refs/remotes/*/incident/*"),
    },
    # The settings of the clone, as data: which remote it has.
    "config": {"--null", "--list"},
    "symbolic-ref": {"--quiet", "HEAD"},
    "--version": set[str](),
}


def assert_only_ids(log: Path, revisions: set[str]) -> list[str]:
    """Nothing but ids was told to git, apart from the one question what a revision is; the commands, in order."""
    commands = []
    for line in log.read_bytes().decode("utf-8", "surrogateescape").split("\0\n\0")[:-1]:
        words = line.split("\0")
        assert tuple(words[: len(_ALWAYS)]) == _ALWAYS
        command, *rest = words[len(_ALWAYS) :]
        commands.append(command)
        if rest[:3] == ["--verify", "--quiet", "--end-of-options"]:
            assert command == "rev-parse"
            assert len(rest) == 4
            assert rest[3].removesuffix("^{commit}") in revisions
        else:
            assert all(word in _FIXED[command] or _ID.fullmatch(word) for word in rest), words
    asked = Path(f"{log}.asked")
    for question in asked.read_text(encoding="ascii").splitlines() if asked.exists() else ():
        assert re.fullmatch(r"(info|contents) [0-9a-f]{40}", question)
    return commands


@pytest.mark.parametrize("revision", _REVISIONS.values(), ids=_REVISIONS)
def test_a_hostile_revision_names_nothing_and_does_nothing(folder: Path, spoken: Path, revision: str) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for options in (("--base", revision), ("--base", "main", "--head", revision)):
        ran = hotwash("-C", str(folder), "check", *options, *AT, cwd=folder)
        assert_harmless(ran)
        assert ran.code == 2, ran
        assert ran.out == ""
        assert "revision" in ran.err
        assert len(ran.err) < 3_000
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert_only_ids(spoken, {revision, "main", "HEAD"})


def test_after_its_name_a_revision_is_an_id(folder: Path, spoken: Path) -> None:
    assert_judged(folder)
    once = ["rev-parse", "rev-parse", "merge-base", "rev-list", "cat-file"]
    assert assert_only_ids(spoken, {"main", "HEAD"}) == once * 2


def test_the_words_of_a_commit_that_name_it_steer_nothing(folder: Path) -> None:
    """A revision may be told by what its message says, and stands in the report as it was typed."""
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x\u001b[31m ##[error] ::error::\u202e y")
    for revision in ("HEAD^{/x\u001b}", "HEAD^{/##.error.}", "HEAD^{/::error::}", "HEAD^{/\u202e}", "HEAD^{/x\n*}"):
        for ran in judged(folder, base=revision):
            assert ran.code in (0, 2)
        for form in ("json", "text"):
            judged(folder, "--format", form, base=revision)


def test_a_branch_that_looks_like_an_option_is_judged_as_a_branch(folder: Path, spoken: Path) -> None:
    git(folder, "update-ref", "refs/heads/--output=FILE", "main")
    spoken.unlink()  # what the line above said
    for ran in judged(folder, base="--output=FILE"):
        assert ran.code == 0
    assert not (folder / "FILE").exists()
    assert_only_ids(spoken, {"--output=FILE", "HEAD"})


# --- the environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "OTHER/.git"),
        ("GIT_WORK_TREE", "OTHER"),
        ("GIT_INDEX_FILE", "OTHER/.git/index"),
        ("GIT_OBJECT_DIRECTORY", "OTHER/.git/objects"),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "OTHER/.git/objects"),
        ("GIT_COMMON_DIR", "OTHER/.git"),
        ("GIT_NAMESPACE", "x"),
        ("GIT_PREFIX", "x/"),
        ("GIT_CEILING_DIRECTORIES", "OTHER"),
        ("GIT_REPLACE_REF_BASE", "refs/heads/"),
        ("GIT_SHALLOW_FILE", "OTHER/x"),
        ("GIT_CONFIG", "OTHER/x"),
        ("GIT_CONFIG_PARAMETERS", "'core.worktree=OTHER'"),
        ("GIT_EXTERNAL_DIFF", "CANARY"),
        ("GIT_PAGER", "CANARY"),
        ("GIT_SSH", "CANARY"),
        ("GIT_EXEC_PATH", "OTHER"),
        ("GIT_TRACE", "1"),
        ("GIT_TRACE2", "1"),
        ("GIT_DEFAULT_HASH", "sha256"),
        ("GIT_LITERAL_PATHSPECS", "0"),
        ("GIT_GLOB_PATHSPECS", "1"),
        ("GIT_DIFF_OPTS", "--output=x"),
        ("GIT_QUARANTINE_PATH", "x"),
        ("GIT_OPTIONAL_LOCKS", "1"),
    ],
)
def test_what_git_tells_a_hook_does_not_lead_astray(
    folder: Path, canary: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    other = begin(folder.parent / "other", {"incidents/a.txt": "x"})
    monkeypatch.setenv(name, value.replace("OTHER", str(other)).replace("CANARY", str(canary)))
    assert_judged(folder)


# --- P2: what is no file


_SECRET: dict[str, Held] = {"secret.txt": ("100644", f"{CANARY}\n".encode())}


@pytest.mark.parametrize(
    ("path", "held"),
    [
        (INCIDENT, ("120000", b"../../../secret.txt")),
        (f"{FOLDER}/timeline.yaml", ("120000", b"../../../.git/config")),
        (f"{FOLDER}/timeline.d", ("120000", b"../../..")),
        (f"{FOLDER}/timeline.d", ("160000", b"1" * 40)),
        (INCIDENT, ("160000", b"1" * 40)),
        (FOLDER, ("120000", b"../..")),
        (FOLDER, ("160000", b"1" * 40)),
        (FOLDER, ("100644", CANARY.encode())),
        ("incidents/2026/2026-11-24-new", ("120000", b"2026-11-23-checkout-500")),
        ("incidents/2026/2026-11-24-new", ("160000", b"1" * 40)),
        ("incidents/2026", ("120000", b"..")),
        ("incidents", ("120000", b".")),
        ("incidents/policy.yaml", ("120000", b"../secret.txt")),
        ("incidents/services.yaml", ("160000", b"1" * 40)),
        (INCIDENT, ("100644", b"title: " + b"x" * 3_145_728)),
        (f"{FOLDER}/timeline.d/{'x' * 300}.yaml", ("100644", b"[]\n")),
        (f"incidents/2026/2026-11-24-{'x' * 300}/incident.yaml", ("100644", b"title: x\n")),
        (f"{FOLDER}/timeline.d/\n::error::.yaml", ("100644", b"[]\n")),
        (f"{FOLDER}/timeline.d/\t\udcff.yaml", ("100644", b"[]\n")),
        ("incidents/2026/2026-11-24-\udcff/incident.yaml", ("100644", b"title: x\n")),
        ("incidents/2026/2026-11-24-\u001b[31m/incident.yaml", ("100644", b"title: x\n")),
    ],
    ids=lambda value: repr(value)[-60:],
)
def test_what_is_no_record_is_refused_and_shown_nowhere(tmp_path: Path, path: str, held: Held) -> None:
    base: dict[str, Held] = {name: ("100644", text.encode()) for name, text in records().items()} | _SECRET
    head = {name: what for name, what in base.items() if not name.startswith(f"{path}/")} | {path: held}
    root = tmp_path / "repository"
    plant(root, base, head)
    git(root, "branch", "before", "main~1")
    (root / "incidents").mkdir()
    command = ("-C", str(root), "check", "--base", "before", "--head", "main", *AT)
    told, data = hotwash(*command), hotwash(*command, "--format", "json")
    for ran in (told, data):
        assert_harmless(ran)
        assert ran.code == 1, ran
    errors = [found["path"] for found in json.loads(data.out)["diagnostics"] if found["level"] == "error"]
    assert any(f"{error}/".startswith(f"{path}/") or path.startswith(f"{error}/") for error in errors), errors


def test_what_a_link_led_to_before_is_not_read_either(tmp_path: Path) -> None:
    """A change that puts the record where a link was is judged; a link at the base is not followed for that."""
    head: dict[str, Held] = {name: ("100644", text.encode()) for name, text in records().items()} | _SECRET
    base: dict[str, Held] = head | {INCIDENT: ("120000", b"../../../secret.txt")}
    root = tmp_path / "repository"
    plant(root, base, head)
    put(root, head)
    for ran in judged(root, base="main~1"):
        assert ran.code in (0, 1)
        assert FOLDER in ran.out


@pytest.mark.timeout(120)
def test_a_change_that_unfolds_without_end_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten folders that hold ten times the next, and so on: a few hundred bytes, ten billion files."""
    monkeypatch.setattr("hotwash.records.git.MOST_FILES", 50_000)
    held, mode = git(folder, "hash-object", "-w", "--stdin", stdin=b"x"), "100644"
    for _ in range(10):
        held, mode = raw_tree(folder, *((mode, f"f{number}", held) for number in range(10))), "40000"
    year = raw_tree(folder, ("40000", "2026-11-24-bomb", held))
    records_ = raw_tree(folder, ("40000", "2026", year))
    bomb = raw_commit(folder, raw_tree(folder, ("40000", "incidents", records_)), "main")
    git(folder, "update-ref", "refs/heads/bomb", bomb)
    ran = hotwash("-C", str(folder), "check", "--base", "main", "--head", "bomb", *AT)
    assert_harmless(ran)
    assert ran.code == 2
    assert "more files or folders" in ran.err
