"""What to do once the files are there, in the order in which it is done."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from hotwash.scaffold.contents import CODEOWNERS, NOBODY_YET, RULESET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hotwash.scaffold.contents import Answers
    from hotwash.scaffold.placing import Placed

_GUARDED = "/.github/, /incidents/policy.yaml, /schemas/ and /mkdocs.yml"


def next_steps(placed: Placed, answers: Answers, *, folder: Path, git_root: Path | None) -> tuple[str, ...]:
    """Lines for whoever has just started a repository.

    Args:
        placed: What was written, and what was there.
        answers: What was asked for.
        folder: Where, as it was typed.
        git_root: The top of the git repository around it; None: there is none yet.
    """
    warnings = _warnings(placed, answers, folder, git_root)
    return (*warnings, *_numbered(_steps(placed, answers, folder, git_root)))


def _warnings(placed: Placed, answers: Answers, folder: Path, git_root: Path | None) -> Iterator[str]:
    if placed.other:
        yield "What was kept is yours, and some of it is not what hotwash would have written: to compare, run it in an"
        yield "empty folder."
    if CODEOWNERS in placed.other:
        yield f"{placed.kept[CODEOWNERS]} stays as it is: see that somebody owns {_GUARDED}."
        if answers.owners:
            yield "--owner has changed nothing."
    where = "this folder" if _is_here(folder) else str(folder)
    if git_root is None:
        yield f"{where} is in no git repository yet."
    elif git_root != folder.resolve():
        yield f"{where} is not the top of its git repository. A forge reads .github/ only there, in {git_root}:"
        yield "until it is moved there, no pull request is judged."


def _steps(placed: Placed, answers: Answers, folder: Path, git_root: Path | None) -> Iterator[str]:
    if not placed.wrote:
        return
    commit = 'git add . && git commit -m "A repository for our incidents"'
    if CODEOWNERS in placed.wrote and not answers.owners:
        yield f"write who answers for the policy into {folder / CODEOWNERS}, in place of {NOBODY_YET}"
    go = "" if _is_here(folder) else f"cd {shlex.quote(str(folder))} && "
    yield f"{go}{'git init -b main && ' if git_root is None else ''}{commit}"
    yield "hotwash check; README.md says what to do when something breaks"
    if RULESET in placed.wrote:
        yield f"push to GitHub, and import {RULESET} there (Settings, Rules, Rulesets, New ruleset, Import a"
        yield "  ruleset): only from then on a red check keeps a pull request from being merged"
    if answers.demo:
        yield "the demo is to look at: start the repository of your own in another folder, without --demo"


def _is_here(folder: Path) -> bool:
    return folder.resolve() == folder.cwd()


def _numbered(steps: Iterator[str]) -> Iterator[str]:
    number = 0
    for step in steps:
        if not number:
            yield "Next:"
        goes_on = step.startswith("  ")
        number += not goes_on
        yield f"     {step.lstrip()}" if goes_on else f"  {number}. {step}"
