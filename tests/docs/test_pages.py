"""Every command block of the documentation does what its page says, typed as a reader types it."""

from __future__ import annotations

import ast
import json
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

import click
import pytest

from hotwash.cli import COMMANDS
from hotwash.cli import hotwash as commands
from hotwash.rules import ALL_RULES
from tests.command import hotwash
from tests.docs.page import Command, File, Heading, UnknownFormError, begins_after, changed, steps
from tests.docs.reader import ROOT, MismatchError, Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tests.docs.page import Step

DOCS = ROOT / "docs"
# Decisions are history: what they show was so on their day.
PAGES = {
    path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(DOCS.rglob("*.md"))
    if path.relative_to(DOCS).parts[0] != "decisions"
}
TUTORIAL = "tutorial.md"
_LOOKS = ("hotwash check", "echo ")


class Elsewhere(NamedTuple):
    """Why a command does not run here, and the nox session that does the same."""

    why: str
    session: str


INSTALLS = "python3 -m pip install '.[site]'"
ENVIRONMENT = "python3 -m venv .venv && . .venv/bin/activate"
# Not run here. The session named does it, and `test_a_session_does_what_does_not_run_here` holds the two together.
NOT_RUN = {
    INSTALLS: Elsewhere("asks a package registry", "demo"),
    ENVIRONMENT: Elsewhere("makes the environment for the line above; nox makes one for each run", "demo"),
}

# The programs that may run here. They ask no registry, stay in their folder, and end.
RUN = ("hotwash", "mkdocs build", "git", "mkdir", "cd", "ls", "echo")


def follow(reader: Reader, todo: Iterable[Step], *, where: str) -> None:
    """Do the steps of a page, apart from those that are done elsewhere."""
    for step in todo:
        if not (isinstance(step, Command) and step.text in NOT_RUN):
            reader.follow(step, where=where)


def up_to(todo: Iterable[Step], heading: str) -> Iterator[Step]:
    """The steps up to the end of the part below a heading, without those that only look."""
    inside = False
    for step in todo:
        if isinstance(step, Heading):
            if inside:
                return
            inside = step.anchor == heading
        elif not (isinstance(step, Command) and step.text.startswith(_LOOKS)):
            yield step
    assert inside, f"there is no heading #{heading}"


def reader_of(page: str, home: Path) -> Reader:
    """Somebody who is about to read a page, with what it says that they have done before."""
    reader = Reader.in_a_clone(home)
    if heading := begins_after(PAGES[page]):
        follow(reader, up_to(steps(PAGES[TUTORIAL]), heading), where=TUTORIAL)
        reader.written.clear()
    return reader


@pytest.mark.parametrize("page", PAGES)
def test_a_page_does_what_it_shows(page: str, tmp_path: Path) -> None:
    todo = list(steps(PAGES[page]))
    if not any(isinstance(step, Command | File) for step in todo):
        return  # text only; that its blocks have a known form has been seen
    assert strangers(todo) == [], "add the program to RUN, or the command to NOT_RUN with where it is run instead"
    reader = reader_of(page, tmp_path)
    follow(reader, todo, where=page)
    assert not reader.unseen, f"{page}: its last command ended with {reader.code}"
    assert unread_files(reader) == []


def strangers(todo: Iterable[Step]) -> list[str]:
    """Commands that are neither known to be harmless nor known to be run elsewhere."""
    typed = [step.text for step in todo if isinstance(step, Command) and step.text not in NOT_RUN]
    return [
        command for command in typed if any(not part.startswith(RUN) for part in re.split(r" *(?:&&|[;|]) *", command))
    ]


def unread_files(reader: Reader) -> list[str]:
    """Files that a page told to write and that nobody can read, or that no program of the page reads at all."""
    unread = []
    for path in dict.fromkeys(reader.written):
        root = next((folder.parent for folder in path.parents if folder.name == "incidents"), None)
        if root is not None:
            report = json.loads(hotwash("-C", str(root), "check", "--format", "json").out)
            name = path.relative_to(root).as_posix()
            unread += [
                f"{name}:{found['line']}: {found['code']} {found['message']}"
                for found in report["diagnostics"]
                if found["path"] == name and found["code"] < "HW1"
            ]
        elif not is_used(path, reader):
            unread.append(f"{path.name} is read by nothing on the page")
    return unread


def is_used(path: Path, reader: Reader) -> bool:
    """Whether something on the page reads a file that is no record: MkDocs, or a record that names it."""
    if ".github" in path.parts or path.name == ".pre-commit-config.yaml":
        return True  # by what is not here; tests/workflows runs them
    if path.name == "mkdocs.yml":
        return any(command.startswith("mkdocs build") or " mkdocs build" in command for command in reader.ran)
    records = [record.read_text(encoding="utf-8") for record in reader.written if "incidents" in record.parts]
    return any(path.relative_to(reader.folder).as_posix() in record for record in records)


def test_what_does_not_run_is_on_a_page() -> None:
    typed = {step.text for text in PAGES.values() for step in steps(text) if isinstance(step, Command)}
    assert set(NOT_RUN) <= typed


def test_a_session_does_what_does_not_run_here() -> None:
    sessions = {
        node.name: node
        for node in ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    session = sessions[NOT_RUN[INSTALLS].session]
    installed = [
        [ast.literal_eval(argument) for argument in call.args]
        for call in ast.walk(session)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "session.install"
    ]
    assert shlex.split(INSTALLS)[:4] == ["python3", "-m", "pip", "install"]
    assert installed == [shlex.split(INSTALLS)[4:]]
    # An environment of its own, and a new one each time.
    (decorator,) = sessions[NOT_RUN[ENVIRONMENT].session].decorator_list
    assert "reuse_venv=False" in ast.unparse(decorator)
    assert "venv_backend" not in ast.unparse(decorator)


@pytest.mark.parametrize("page", PAGES)
def test_a_command_in_a_sentence_exists(page: str) -> None:
    """`hotwash check --fix`, `hotwash explain HW201`: the command, its options, the rule."""
    for inline in re.findall(r"`hotwash ([a-z][^`]*)`", PAGES[page]):
        name, *rest = inline.split()
        assert name in COMMANDS, inline
        command = commands.get_command(click.Context(commands), name)
        assert command is not None
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in rest if word.startswith("-")} <= options, inline
        assert {word for word in rest if re.fullmatch(r"HW\d+", word)} <= {rule.code for rule in ALL_RULES}, inline


PAGE = """\
# Page

```console
$ printf 'one\\ntwo\\nthree\\n'
one
…
three
```
"""


def read(text: str, home: Path) -> Reader:
    reader = Reader.in_a_clone(home)
    follow(reader, steps(text), where="page.md")
    return reader


def test_a_page_that_shows_what_is_printed_passes(tmp_path: Path) -> None:
    assert read(PAGE, tmp_path).code == 0


@pytest.mark.parametrize(
    "broken",
    [
        PAGE.replace("one\n…", "One\n…"),
        PAGE.replace("…\nthree", "three"),
        PAGE.replace("…\nthree", "…\nthre"),
        PAGE.replace("three\n```", "three\nfour\n```"),
        PAGE.replace("…\n", "two\n…\n"),
        PAGE.replace("one\n…\nthree\n", ""),
        PAGE.replace("printf 'one", "printfoo 'one"),
    ],
)
def test_a_page_that_shows_something_else_fails(broken: str, tmp_path: Path) -> None:
    assert broken != PAGE
    with pytest.raises(MismatchError, match=r"page\.md:4: "):
        read(broken, tmp_path)


@pytest.mark.parametrize(
    "command", ["python3 -m pip install '.[sites]'", "mkdocs serve", "cd x && curl https://x.example"]
)
def test_a_command_that_may_not_run_here_is_named(command: str) -> None:
    assert strangers(steps(f"```console\n$ {command}\n```\n")) == [command]


def test_a_failure_that_is_not_shown_fails(tmp_path: Path) -> None:
    failing = "```console\n$ false\n$ echo $?\n1\n$ true\n```\n"
    assert read(failing, tmp_path / "shown").code == 0
    with pytest.raises(MismatchError, match="the command before ended with 1"):
        read(failing.replace("$ echo $?\n1\n", ""), tmp_path / "hidden")


@pytest.mark.parametrize(
    "block",
    [
        "```\n$ hotwash check\n```",
        "```sh\nhotwash check\n```",
        "```bash\n$ hotwash check\n```",
        "```console\nhotwash check\n```",
        "```console\n```",
        "```text\nhotwash check\n```",
        "```text\n$ hotwash check\n```",
        "    hotwash check\n",
        "<pre>hotwash check</pre>",
        "```yaml\ntitle: No file is named\n```",
        "```yaml\n# append to incidents/policy.yaml\nformat: 1\n```",
        "```markdown\n## Summary\n```",
        "1. In a list:\n\n    ```sh\n    hotwash check\n    ```\n",
    ],
)
def test_a_block_of_an_unknown_form_fails(block: str) -> None:
    with pytest.raises(UnknownFormError):
        list(steps(f"# Page\n\n{block}\n"))


@pytest.mark.parametrize(
    ("change", "changed_to"),
    [
        ("b: {c: 3}", "a: 1\n\nb: {c: 3}\n\n# about d\nd: 4\n"),
        ("a: 1\nn: 2", "a: 1\nn: 2\n\nb:\n  c: 1\n\n# about d\nd: 4\n"),
        ("a: 2\nd: 5", "a: 2\n\nb:\n  c: 1\n\n# about d\nd: 5\n"),
    ],
)
def test_a_change_replaces_whole_blocks(change: str, changed_to: str) -> None:
    assert changed("a: 1\n\nb:\n  c: 1\n\n# about d\nd: 4\n", change) == changed_to


def test_a_change_of_what_is_not_there_fails(tmp_path: Path) -> None:
    page = "```yaml\n# incidents/policy.yaml\nformat: 1\n```\n\n```yaml\n# change in incidents/policy.yaml\nfromat: 1\n```\n"
    with pytest.raises(MismatchError, match=r"page\.md:6: change in incidents/policy\.yaml: 0 blocks"):
        read(page, tmp_path)


def test_a_file_that_cannot_be_read_fails(tmp_path: Path) -> None:
    page = "```yaml\n# incidents/policy.yaml\nfromat: 1\n```\n"
    (unread,) = unread_files(read(page, tmp_path))
    assert "HW005" in unread


def test_a_file_that_nothing_reads_fails(tmp_path: Path) -> None:
    assert unread_files(read("```yaml\n# settings.yaml\na: 1\n```\n", tmp_path)) == [
        "settings.yaml is read by nothing on the page"
    ]
