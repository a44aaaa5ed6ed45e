"""`hotwash init`: what it writes holds together, and nothing that was there is touched (threats P4, G1)."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from hotwash import __version__
from hotwash.errors import UsageError
from hotwash.model.policy import Policy
from hotwash.model.policy_file import default_policy_text
from hotwash.model.repository import record_kind
from hotwash.records.reader import parse
from hotwash.records.validation import validate
from hotwash.rules.base import GUARDED
from hotwash.scaffold.placing import ELSEWHERE, place
from tests.command import hotwash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PACKAGE = Path(__file__).parents[2] / "tooling/hotwash/scaffold"
NOBODY_YET = "@your-organisation/incident-leads"
MUCH_LATER = ("--now", "2041-01-01")
CHECK = ".github/workflows/check.yml"
needs_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has neither FIFOs nor modes, and links for few"
)

Tree = dict[str, tuple[object, ...]]


def tree(folder: Path) -> Tree:
    """Everything in a folder: what it is, and what it holds; of a link where it leads, of a file when it was written."""
    found: Tree = {}
    for entry in sorted(folder.rglob("*")):
        status = entry.lstat()
        name = entry.relative_to(folder).as_posix()
        if stat.S_ISLNK(status.st_mode):
            found[name] = ("link", os.readlink(entry))  # noqa: PTH115 - as it is written
        elif stat.S_ISREG(status.st_mode):
            found[name] = ("file", entry.read_bytes(), status.st_mtime_ns, status.st_mode)
        else:
            found[name] = ("folder" if stat.S_ISDIR(status.st_mode) else "other",)
    return found


def files(folder: Path) -> dict[str, str]:
    """Path -> text of the files in a folder."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path.read_bytes().decode() for name, path in found.items()}


def said(out: str, word: str) -> list[str]:
    """The paths that the command lists behind a word."""
    return re.findall(rf"^{word} +(\S+)", out, re.MULTILINE)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new repository. Tests only look at it."""
    root = tmp_path_factory.mktemp("plain") / "on-call"
    ran = hotwash("init", str(root))
    assert ran.code == 0
    return root


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new repository with the demo. Tests only look at it."""
    root = tmp_path_factory.mktemp("demo") / "on-call"
    assert hotwash("init", "--demo", str(root)).code == 0
    return root


# --- what it writes


def test_every_template_is_written_and_every_file_that_is_written_is_listed(tmp_path: Path) -> None:
    """Run against an installed wheel, as the session `build` does, this says that the wheel carries the templates."""
    ran = hotwash("init", str(tmp_path / "new"), "--demo")
    written = files(tmp_path / "new")
    assert ran.code == 0
    assert said(ran.out, "wrote") == sorted(written)
    assert ran.out.endswith(f"\n{len(written)} written, 0 kept\n")
    for folder in ("files", "demo"):
        templates = {
            path.relative_to(PACKAGE / folder).as_posix() for path in (PACKAGE / folder).rglob("*") if path.is_file()
        }
        assert templates
        assert templates <= written.keys()


def test_what_a_repository_needs_is_there(plain: Path) -> None:
    assert files(plain).keys() >= {
        "README.md", "mkdocs.yml", "incidents/policy.yaml", "incidents/services.yaml", "schemas/incident.schema.json",
        ".github/CODEOWNERS", ".github/hotwash.txt", ".github/rulesets/main.json", ".github/pull_request_template.md",
        ".github/workflows/publish.yml", ".github/hotwash-site.txt", CHECK, ".pre-commit-config.yaml", ".vscode/settings.json", ".editorconfig", ".gitignore", ".gitattributes",
    }  # fmt: skip


@pytest.mark.parametrize("when", [(), MUCH_LATER], ids=["today", "in many years"])
def test_a_new_repository_passes_check(plain: Path, when: tuple[str, ...]) -> None:
    ran = hotwash("-C", str(plain), "check", *when)
    assert ran.code == 0
    assert "0 incidents, 2 documents: no findings\n" in ran.out


@pytest.mark.parametrize("when", [(), MUCH_LATER], ids=["today", "in many years"])
def test_the_demo_passes_check_and_shows_the_gate(demo: Path, when: tuple[str, ...]) -> None:
    """A demo that grows stale would greet a newcomer with warnings about its own age."""
    ran = hotwash("-C", str(demo), "check", *when)
    assert (ran.code, ran.err) == (0, "")
    assert "⛔ STOP: first actions are not complete (1 of 4)" in ran.out
    assert ran.out.endswith("2 incidents, 9 documents: no findings\n")


def test_the_demo_shows_an_incident_that_passed_the_gate(demo: Path) -> None:
    ran = hotwash("-C", str(demo), "check", "2026-11-09-demo-codes-expire", "--format", "json")
    assert [gate["gate"] for gate in json.loads(ran.out)["gates"]] == ["open"]


def test_whoever_moves_the_demo_on_is_stopped(tmp_path: Path) -> None:
    assert hotwash("init", "--demo", str(tmp_path)).code == 0
    record = tmp_path / "incidents/2026/2026-11-23-demo-drill/incident.yaml"
    text = record.read_text(encoding="utf-8")
    record.write_text(text.replace("status: declared", "status: investigating"), encoding="utf-8")
    ran = hotwash("-C", str(tmp_path), "check")
    assert ran.code == 1
    assert "error[HW201]" in ran.out


def test_the_demo_says_in_each_file_that_it_is_fictional(demo: Path) -> None:
    records = {path: text for path, text in files(demo).items() if "-demo-" in path}
    assert len(records) == 7
    assert [path for path, text in records.items() if not re.search("fictional", text, re.IGNORECASE)] == [
        "incidents/2026/2026-11-09-demo-codes-expire/evidence/logs.txt"
    ]
    assert "Fictional" in files(demo)["incidents/services.yaml"]


def test_the_demo_differs_from_a_new_repository_by_its_records_and_a_notice(plain: Path, demo: Path) -> None:
    without, with_ = files(plain), files(demo)
    assert {path for path in with_ if "-demo-" not in path} == without.keys()
    changed = {path for path in without if without[path] != with_[path]}
    assert changed == {"incidents/policy.yaml", "incidents/services.yaml"}
    assert with_["incidents/services.yaml"].startswith(without["incidents/services.yaml"])
    policy = read_policy(with_["incidents/policy.yaml"])
    notice = policy.publishing.notice
    assert notice is not None
    assert "fictional" in notice
    publishing = Policy().publishing.model_copy(update={"notice": notice})
    assert policy == Policy().model_copy(update={"publishing": publishing})


def read_policy(text: str) -> Policy:
    document = parse("incidents/policy.yaml", "policy", text.encode())
    policy, problems = validate(document)
    assert (problems, document.doubts) == ((), ())
    assert isinstance(policy, Policy)
    return policy


def test_the_policy_is_every_default_with_its_meaning(plain: Path) -> None:
    """`tests/test_policy_file.py` says that the text names every key, and that it means the defaults."""
    modeline, _, rest = files(plain)["incidents/policy.yaml"].partition("\n")
    assert modeline == "# yaml-language-server: $schema=../schemas/policy.schema.json"
    assert rest == default_policy_text()
    assert read_policy(rest) == Policy()


def test_the_schemas_are_current(plain: Path) -> None:
    assert hotwash("-C", str(plain), "schema", "--check").code == 0


def test_each_modeline_leads_to_a_schema(demo: Path) -> None:
    pointed = {
        path: (demo / path).parent / found[1]
        for path, text in files(demo).items()
        if path.startswith("incidents/") and (found := re.match(r"# yaml-language-server: \$schema=(\S+)\n", text))
    }
    assert {path for path in files(demo) if path.startswith("incidents/") and path.endswith(".yaml")} == pointed.keys()
    assert [path for path, schema in pointed.items() if not schema.is_file()] == []
    assert all(schema.name == f"{record_kind(path.rpartition('/')[2])}.schema.json" for path, schema in pointed.items())


def test_the_example_of_a_service_can_be_used(plain: Path) -> None:
    text = files(plain)["incidents/services.yaml"]
    _, example = text.split("#\n")
    document = parse("incidents/services.yaml", "services", re.sub("^# ", "", example, flags=re.MULTILINE).encode())
    services, problems = validate(document)
    assert (problems, document.doubts) == ((), ())
    assert isinstance(services, dict)
    assert set(services) == {"checkout-api", "payments/api"}


def test_what_a_program_reads_can_be_read(demo: Path) -> None:
    for path, text in files(demo).items():
        if path.endswith((".yaml", ".yml")):
            # `!ENV` in mkdocs.yml is MkDocs' own, which builds the demo below.
            yaml.safe_load(text.replace("!ENV", ""))
        elif path.endswith(".json"):
            json.loads(text)


def test_files_end_in_one_line_feed_and_hold_no_other_line_ending(demo: Path) -> None:
    for path, text in files(demo).items():
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert "\r" not in text, path
        assert not [line for line in text.splitlines() if line != line.rstrip()], path


def test_editors_know_the_schema_of_each_record(plain: Path) -> None:
    mapped = json.loads(files(plain)[".vscode/settings.json"])["yaml.schemas"]
    for schema, pattern in mapped.items():
        assert (plain / schema).is_file()
        assert f"./schemas/{record_kind(pattern.removeprefix('incidents/').removeprefix('*/*/'))}.schema.json" == schema
    # A post-mortem is Markdown; what `check`, `status` and `plan` print is no record.
    written = ("report", "status", "plan", "published-incident", "published-incidents")
    others = {f"{name}.schema.json" for name in ("postmortem", *written)}
    assert {Path(schema).name for schema in mapped} | others == {path.name for path in (plain / "schemas").iterdir()}


def test_the_version_that_runs_is_the_one_that_is_asked_for(plain: Path) -> None:
    written = files(plain)
    assert written[".github/hotwash.txt"].endswith(f"\nhotwash[github]=={__version__}\n")
    assert written[".github/hotwash-site.txt"].endswith(f"\nhotwash[site]=={__version__}\nlychee-bin==0.24.2\n")
    (hook,) = yaml.safe_load(written[".pre-commit-config.yaml"])["repos"][0]["hooks"]
    assert hook["additional_dependencies"] == [f"hotwash=={__version__}"]
    assert [path for path, text in written.items() if "==VERSION" in text] == []


def test_the_hook_runs_where_records_change(plain: Path) -> None:
    (hook,) = yaml.safe_load(files(plain)[".pre-commit-config.yaml"])["repos"][0]["hooks"]
    assert hook["entry"] == "hotwash check"
    assert re.search(hook["files"], "incidents/2026/2026-11-23-checkout-500/incident.yaml")
    assert not re.search(hook["files"], "docs/incidents/index.md")
    assert hook["pass_filenames"] is False


def test_the_readme_is_two_screens(plain: Path) -> None:
    lines = files(plain)["README.md"].splitlines()
    assert len(lines) <= 80
    assert max(map(len, lines)) <= 105


def test_the_readme_points_to_what_is_there(plain: Path) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", files(plain)["README.md"])
    assert {"incidents/policy.yaml", CHECK, ".github/rulesets/main.json"} <= set(named)
    paths = [name for name in named if not name.startswith(("incidents/2026/", "origin/"))]
    assert [name for name in paths if not (plain / name).exists()] == []


def test_each_command_that_is_named_exists(demo: Path) -> None:
    for path, text in files(demo).items():
        for command in re.findall(r"`hotwash ([a-z]+)", text):
            assert hotwash(command, "--help").code == 0, f"{path}: hotwash {command}"


def test_the_site_of_the_demo_is_built_without_a_warning(demo: Path, tmp_path: Path) -> None:
    built = subprocess.run(
        [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--config-file",
            demo / "mkdocs.yml",
            "--site-dir",
            tmp_path,
        ],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert "fictional: nothing here happened" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert (tmp_path / "incidents/2026-11-09-demo-codes-expire/index.html").is_file()
    assert (tmp_path / "runbooks/index.html").is_file()


def test_mkdocs_gets_no_extension_that_turns_text_into_attributes_or_files(plain: Path) -> None:
    """Threats T2."""
    extensions = str(yaml.safe_load(files(plain)["mkdocs.yml"].replace("!ENV", ""))["markdown_extensions"])
    assert "attr_list" not in extensions
    assert "snippets" not in extensions


def test_the_pages_are_written_to_disk_too(demo: Path, tmp_path: Path) -> None:
    assert hotwash("-C", str(demo), "site", "--output", str(tmp_path / "pages")).code == 0


# --- who guards the gate


def owners_of(text: str, path: str) -> list[str]:
    """Who owns a path: the last line that fits says it."""
    owners: list[str] = []
    for line in text.splitlines():
        pattern, *named = line.partition("#")[0].split() or [""]
        at = f"/{path}"
        if pattern and (at == pattern or (pattern.endswith("/") and at.startswith(pattern))):
            owners = named
    return owners


def test_every_file_that_decides_how_others_are_judged_has_an_owner(demo: Path) -> None:
    written = files(demo)
    deciding = [path for path in written if path.startswith(GUARDED) or path in ("incidents/policy.yaml", "mkdocs.yml")]
    assert len(deciding) > 10
    assert [path for path in deciding if owners_of(written[".github/CODEOWNERS"], path) != [NOBODY_YET]] == []


def test_records_wait_for_nobody(demo: Path) -> None:
    written = files(demo)
    records = [path for path in written if path.startswith("incidents/") and path != "incidents/policy.yaml"]
    assert [path for path in records if owners_of(written[".github/CODEOWNERS"], path)] == []


def test_owners_that_are_named_stand_in_codeowners(tmp_path: Path) -> None:
    ran = hotwash("init", str(tmp_path), "--owner", "@shop/leads", "--owner", "alice@shop.example")
    assert ran.code == 0
    text = files(tmp_path)[".github/CODEOWNERS"]
    for path in ("incidents/policy.yaml", CHECK, "schemas/incident.schema.json"):
        assert owners_of(text, path) == ["@shop/leads", "alice@shop.example"]
    assert NOBODY_YET not in text
    assert NOBODY_YET not in ran.err


@pytest.mark.parametrize("owner", ["", "alice", "@", "@a b", "@a\n* @mallory", "@a #", "@a/b/c", "@shop/", "a@b"])
def test_what_is_no_owner_is_refused(tmp_path: Path, owner: str) -> None:
    ran = hotwash("init", str(tmp_path), "--owner", owner)
    assert (ran.code, ran.out, tree(tmp_path)) == (2, "", {})
    assert "@organisation/team" in ran.err


def gate_of(workflow: str) -> dict[str, Any]:
    """The job of a workflow that runs whatever became of the others."""
    (gate,) = [job for job in yaml.safe_load(workflow)["jobs"].values() if "always()" in str(job.get("if", ""))]
    return dict(gate)


def rules_of(ruleset: str) -> dict[str, Any]:
    return {rule["type"]: rule.get("parameters") for rule in json.loads(ruleset)["rules"]}


def test_the_ruleset_requires_the_gate_of_the_workflow_by_its_name(plain: Path) -> None:
    """A name that no job has would never report, and block every pull request for ever."""
    checks = rules_of(files(plain)[".github/rulesets/main.json"])["required_status_checks"]["required_status_checks"]
    # 15368 is GitHub Actions: nobody else may report a check of that name.
    assert checks == [{"context": gate_of(files(plain)[CHECK])["name"], "integration_id": 15368}]


def test_the_ruleset_forbids_what_only_the_forge_can_forbid(plain: Path) -> None:
    ruleset = files(plain)[".github/rulesets/main.json"]
    rules = rules_of(ruleset)
    assert rules.keys() == {"deletion", "non_fast_forward", "pull_request", "required_status_checks"}
    assert rules["pull_request"]["require_code_owner_review"] is True
    # An approval of the policy is not one of what is pushed after it.
    assert rules["pull_request"]["dismiss_stale_reviews_on_push"] is True
    # A record alone waits for nobody.
    assert rules["pull_request"]["required_approving_review_count"] == 0
    whole = json.loads(ruleset)
    assert (whole["enforcement"], whole["target"], whole["bypass_actors"]) == ("active", "branch", [])
    assert whole["conditions"]["ref_name"] == {"include": ["~DEFAULT_BRANCH"], "exclude": []}


# --- what it leaves alone


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    first = hotwash("init", str(tmp_path), "--demo")
    before = tree(tmp_path)
    second = hotwash("init", str(tmp_path), "--demo")
    assert (second.code, tree(tmp_path)) == (0, before)
    assert said(second.out, "wrote") == []
    assert said(second.out, "kept") == said(first.out, "wrote")
    assert "(yours)" not in second.out
    assert "Next:" not in second.err


def test_what_is_missing_is_written_again(tmp_path: Path) -> None:
    assert hotwash("init", str(tmp_path)).code == 0
    (tmp_path / ".github/CODEOWNERS").unlink()
    assert said(hotwash("init", str(tmp_path)).out, "wrote") == [".github/CODEOWNERS"]


EXISTING: dict[str, dict[str, str]] = {
    "a readme": {"README.md": "# Ours\n"},
    "a readme in other capitals": {"Readme.md": "# Ours\n"},
    "an empty file": {".gitignore": ""},
    "code, and a folder with the name of one of ours": {"src/main.py": "print()\n", "docs/index.md": "# Docs\n"},
    "a policy": {"incidents/policy.yaml": "severities: {P1: {respond: 30m}}\n"},
    "records": {"incidents/2026/2026-11-23-x/incident.yaml": "title: x\n", "incidents/services.yaml": "a: {}\n"},
    "owners at the top": {"CODEOWNERS": "* @shop/all\n"},
    "owners in docs": {"docs/CODEOWNERS": "* @shop/all\n"},
    "owners in other capitals": {".github/codeowners": "* @shop/all\n"},
    "mkdocs with the other ending": {"mkdocs.yaml": "site_name: Ours\n"},
    "a template elsewhere": {"PULL_REQUEST_TEMPLATE.md": "What?\n"},
    "a folder whose name is another's of ours": {"docs/CODEOWNERS/note.txt": "a folder\n"},
    "much of it": dict.fromkeys(("README.md", "mkdocs.yml", ".vscode/settings.json", "schemas/incident.schema.json"), "ours\n"),
}  # fmt: skip


@pytest.mark.parametrize("existing", EXISTING.values(), ids=EXISTING)
def test_nothing_that_was_there_is_changed(tmp_path: Path, existing: dict[str, str]) -> None:
    for path, text in existing.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    before = tree(tmp_path)
    ran = hotwash("init", str(tmp_path))
    after = tree(tmp_path)
    assert ran.code == 0
    assert {path: after[path] for path in before} == before
    new = {path for path in after.keys() - before.keys() if after[path][0] == "file"}
    assert set(said(ran.out, "wrote")) == new
    assert set(said(ran.out, "kept")) <= existing.keys()
    # Two names that differ in their capitals alone are one file on many disks.
    assert len({path.casefold() for path in after}) == len(after)


@pytest.mark.parametrize(
    ("meant", "there"), [(meant, there) for meant, others in ELSEWHERE.items() for there in others]
)
def test_a_file_that_would_put_another_out_of_force_is_not_written(tmp_path: Path, meant: str, there: str) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("ours\n", encoding="utf-8")
    ran = hotwash("init", str(tmp_path))
    assert not (tmp_path / meant).exists()
    assert f"kept   {there} (yours)\n" in ran.out


def test_whoever_has_owners_already_is_told_what_they_must_own(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text("* @shop/all\n", encoding="utf-8")
    ran = hotwash("init", str(tmp_path), "--owner", "@shop/leads")
    assert "CODEOWNERS stays as it is: see that somebody owns /.github/, /incidents/policy.yaml, /schemas/" in ran.err
    assert "--owner has changed nothing" in ran.err


def outside(tmp_path: Path) -> Path:
    """A folder of somebody else."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "note.txt").write_text("not yours\n", encoding="utf-8")
    return folder


@needs_posix
@pytest.mark.parametrize("link", [".github", "incidents", "docs/runbooks", "schemas", ".vscode"])
def test_a_link_in_place_of_a_folder_is_not_followed(tmp_path: Path, link: str) -> None:
    outside(tmp_path)
    root = tmp_path / "root"
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(tmp_path / "outside")
    before = tree(tmp_path)
    ran = hotwash("init", str(root))
    assert (ran.code, ran.out, tree(tmp_path)) == (2, "", before)
    assert f"{link} stands where the folder {link.rpartition('/')[2]} has to be" in ran.err


@needs_posix
@pytest.mark.parametrize("target", ["outside/note.txt", "outside/new.txt", "outside"])
def test_a_link_in_place_of_a_file_stays_and_is_not_followed(tmp_path: Path, target: str) -> None:
    outside(tmp_path)
    root = tmp_path / "root"
    root.mkdir()
    (root / "README.md").symlink_to(tmp_path / target)
    before = tree(tmp_path)
    ran = hotwash("init", str(root))
    after = tree(tmp_path)
    assert ran.code == 0
    assert "kept   README.md (yours)\n" in ran.out
    assert {path: after[path] for path in before} == before
    assert [path for path in after if path.startswith("outside/")] == ["outside/note.txt"]


@needs_posix
def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    outside(tmp_path)
    (tmp_path / "root").symlink_to(tmp_path / "outside")
    before = tree(tmp_path)
    ran = hotwash("init", str(tmp_path / "root"))
    assert (ran.code, ran.out, tree(tmp_path)) == (2, "", before)
    assert "is a link" in ran.err


@needs_posix
def test_a_pipe_in_place_of_a_file_stays_and_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mkdocs.yml")
    ran = hotwash("init", str(tmp_path))
    assert ran.code == 0
    assert "kept   mkdocs.yml (yours)\n" in ran.out


@pytest.mark.parametrize("path", [".github", "incidents", "docs", "docs/runbooks", "schemas"])
def test_a_file_in_place_of_a_folder_is_refused_and_nothing_is_written(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("a file\n", encoding="utf-8")
    before = tree(tmp_path)
    ran = hotwash("init", str(tmp_path))
    assert (ran.code, ran.out, tree(tmp_path)) == (2, "", before)
    assert "stands where the folder" in ran.err


def test_a_folder_in_other_capitals_is_refused(tmp_path: Path) -> None:
    """On many disks it is the same folder, in git it is another."""
    (tmp_path / "Docs").mkdir()
    ran = hotwash("init", str(tmp_path))
    assert (ran.code, list(tree(tmp_path))) == (2, ["Docs"])
    assert "Docs stands where the folder docs has to be" in ran.err


@pytest.mark.parametrize("path", ["README.md", ".github/CODEOWNERS", "incidents/policy.yaml"])
def test_a_folder_in_place_of_a_file_is_refused_and_nothing_is_written(tmp_path: Path, path: str) -> None:
    (tmp_path / path).mkdir(parents=True)
    before = tree(tmp_path)
    ran = hotwash("init", str(tmp_path))
    assert (ran.code, ran.out, tree(tmp_path)) == (2, "", before)
    assert "is a folder where a file has to be" in ran.err


@pytest.mark.parametrize("below", ["", "/deeper/still"])
def test_a_file_in_place_of_the_repository_is_refused(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("a file\n", encoding="utf-8")
    before = tree(tmp_path)
    ran = hotwash("init", f"{tmp_path}/file{below}")
    assert (ran.code, ran.out, tree(tmp_path)) == (2, "", before)
    assert "file is not a folder" in ran.err


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Root writes everywhere, whatever the mode says."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@needs_posix
@pytest.mark.parametrize("closed", ["", "schemas"])
def test_a_folder_that_may_not_be_written_is_said_and_stays_as_it_is(closed: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "schemas").mkdir()
        root.chmod(0o777)
        (root / closed).chmod(0o555)
        before = tree(root)
        with as_somebody_else():
            ran = hotwash("init", name)
        assert (ran.code, ran.out, tree(root)) == (2, "", before)
        assert "cannot write" in ran.err
        assert "Permission denied" in ran.err
        (root / closed).chmod(0o755)


def test_what_was_written_is_taken_back_when_the_rest_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "ours.txt").write_text("ours\n", encoding="utf-8")
    (tmp_path / "b").mkdir()
    before = tree(tmp_path)
    too_long = "n" * 300
    with pytest.raises(UsageError, match="cannot write") as refused:
        place(tmp_path, {"a/new.txt": "new\n", "b/new.txt": "new\n", f"c/{too_long}": "new\n"})
    assert "nothing was written" in refused.value.hint
    assert tree(tmp_path) == before


def test_what_has_come_since_we_looked_is_not_overwritten(tmp_path: Path) -> None:
    """Two names of one file: when the second is written, it is there, and was not when we looked."""
    with pytest.raises(UsageError, match="cannot write"):
        place(tmp_path, {"new.txt": "new\n", "./new.txt": "newer\n"})
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("docs", ["a file", "a link"])
def test_what_is_only_looked_into_may_be_anything(tmp_path: Path, docs: str) -> None:
    """`docs/CODEOWNERS` would count, and nothing is to be written there."""
    (tmp_path / "elsewhere").mkdir()
    if docs == "a link":
        (tmp_path / "docs").symlink_to("elsewhere")
    else:
        (tmp_path / "docs").write_text("a file\n", encoding="utf-8")
    assert place(tmp_path, {".github/CODEOWNERS": "* @a\n"}).wrote == (".github/CODEOWNERS",)


def test_nothing_is_written_outside_of_the_folder(tmp_path: Path) -> None:
    """It is counted from `-C`, as git has it."""
    (tmp_path / "root").mkdir()
    assert hotwash("-C", str(tmp_path / "root"), "init", "here").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root"]
    assert sorted(path.name for path in (tmp_path / "root").iterdir()) == ["here"]
    assert (tmp_path / "root/here/incidents").is_dir()


# --- where it is run


def test_here_is_where_it_writes_when_no_folder_is_named(tmp_path: Path) -> None:
    ran = hotwash("init", cwd=tmp_path)
    assert ran.code == 0
    assert (tmp_path / "incidents/policy.yaml").is_file()
    assert "this folder is in no git repository yet" in ran.err
    assert "git init -b main && git add ." in ran.err
    assert "cd " not in ran.err


def test_what_is_told_next_can_be_typed(tmp_path: Path) -> None:
    ran = hotwash("init", "on call", cwd=tmp_path)
    assert "write who answers for the policy into on call/.github/CODEOWNERS" in ran.err
    assert "cd 'on call' && git init -b main && git add . && git commit" in ran.err
    assert ".github/rulesets/main.json" in ran.err


def test_in_a_git_repository_nobody_is_told_to_make_one(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    ran = hotwash("init", cwd=tmp_path)
    assert ran.code == 0
    assert "git init" not in ran.err
    assert "no git repository" not in ran.err


def test_below_the_top_of_a_git_repository_it_says_that_no_workflow_will_run(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    ran = hotwash("init", "records", cwd=tmp_path)
    assert ran.code == 0
    assert "records is not the top of its git repository" in ran.err


@pytest.mark.parametrize("where", ["incidents", "incidents/2026", "incidents/2026/new"])
def test_no_repository_is_started_among_the_records_of_another(tmp_path: Path, where: str) -> None:
    (tmp_path / "incidents/2026").mkdir(parents=True)
    (tmp_path / "incidents/services.yaml").write_text("a: {}\n", encoding="utf-8")
    before = tree(tmp_path)
    ran = hotwash("init", str(tmp_path / where))
    assert (ran.code, ran.out, tree(tmp_path)) == (2, "", before)
    assert "is among the records of" in ran.err


def test_a_repository_may_lie_in_a_folder_named_incidents(tmp_path: Path) -> None:
    (tmp_path / "incidents").mkdir()
    assert hotwash("init", str(tmp_path / "incidents/on-call")).code == 0


@pytest.mark.parametrize("existing", ["incidents/services.yaml", "incidents/2026/2026-11-23-x/incident.yaml"])
def test_the_demo_does_not_come_beside_records_of_somebody(tmp_path: Path, existing: str) -> None:
    (tmp_path / existing).parent.mkdir(parents=True)
    (tmp_path / existing).write_text("a: {}\n", encoding="utf-8")
    before = tree(tmp_path)
    ran = hotwash("init", "--demo", str(tmp_path))
    assert (ran.code, ran.out, tree(tmp_path)) == (2, "", before)
    assert f"has records already: {existing}" in ran.err


def test_an_empty_folder_of_incidents_is_one_that_the_demo_may_fill(tmp_path: Path) -> None:
    (tmp_path / "incidents").mkdir()
    assert hotwash("init", "--demo", str(tmp_path)).code == 0


def test_whoever_has_no_repository_is_told_how_to_start_one(repository: Callable[[dict[str, str]], Path]) -> None:
    root = repository({})
    ran = hotwash("-C", str(root), "check")
    assert ran.code == 2
    assert ran.err.rstrip().endswith("start one: hotwash init")
