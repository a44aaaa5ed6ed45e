"""Every check of this repository: `nox` runs what a change must pass, `nox -l` lists the rest.

The sessions that run by default share one environment (`environment`), so that a first run installs once. They need
Python, git and a package registry, and nothing else. uv is used where it is installed, else virtualenv and pip.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_external_run = True
nox.options.reuse_venv = "yes"
nox.options.sessions = ["tests", "lint", "types", "cases", "docs", "drift"]

PROJECT = nox.project.load_toml("pyproject.toml")
ROOT = Path(__file__).parent
BUILD = ROOT / "build"

# Where records lie, and which schema each kind of record answers to.
RECORDS = ("incidents", "examples/shop/incidents")
SCHEMAS = {
    "policy.schema.json": "policy.yaml",
    "services.schema.json": "services.yaml",
    "incident.schema.json": "*/*/incident.yaml",
    "timeline.schema.json": "*/*/timeline.yaml",
    "timeline-entry.schema.json": "*/*/timeline.d/*.yaml",
    "action-items.schema.json": "*/*/action-items.yaml",
}

# A file of tests stays in one process, so that what its tests share is built once.
PARALLEL = ("--numprocesses=auto", "--dist=loadfile")

# Tests that take long each: they run in `long`, and against the wheel in `build`.
LONG = (
    *("tests/cli/test_said.py", "tests/cli/test_three_ways.py", "tests/cli/test_writing.py", "tests/test_night.py"),
    *("tests/cli/test_watching.py", "tests/edits/test_writers.py", "tests/hostile/test_memory.py", "tests/valid"),
    *("tests/tracker/test_faults.py", "tests/tracker/test_machine.py"),
    *("tests/site/test_heads_of_sites.py", "tests/site/test_hostile_docs.py", "tests/site/test_whole_sites.py"),
)

# Tests that need more than Python and git have sessions of their own.
APART = ("--ignore=tests/ui", "--ignore=tests/workflows", "--ignore=tests/engines")

# mkdocs-material prints a banner about MkDocs 2, which it does not allow to be installed.
MKDOCS = {"NO_MKDOCS_2_WARNING": "1"}
SITES = {"hotwash": "mkdocs.yml", "shop": "examples/shop/mkdocs.yml"}

# What leaves the site is not asked for: there need be no network, and what others take down is no fault of a change.
LINKS = (
    *("--offline", "--no-progress", "--include-fragments=full", "--index-files=index.html"),
    *("--no-ignore", "--hidden"),  # it would pass over what git ignores, and a built site is that
)


def group(*names: str) -> tuple[str, ...]:
    """What these dependency groups of pyproject.toml ask for, for installers that do not read groups."""
    return nox.project.dependency_groups(PROJECT, *names)


def shared(session: nox.Session, program: str, *arguments: str | Path, env: Mapping[str, str] | None = None) -> None:
    """Runs a program of the environment that the default sessions share."""
    note = environment_note(session)
    scripts = note.read_text(encoding="utf-8") if note.exists() else ""
    found = shutil.which(program, path=scripts)
    if found is None:
        session.error(f"{program} is not in the shared environment: run `nox -s environment`")
    search = os.pathsep.join([scripts, os.environ.get("PATH", "")])
    session.run(found, *arguments, env={**(env or {}), "PATH": search}, external=True)


def environment_note(session: nox.Session) -> Path:
    """The file in which `environment` leaves the folder of its programs for the other sessions."""
    return session.cache_dir / "environment"


@nox.session(default=False)
def environment(session: nox.Session) -> None:
    """Makes the environment that the default sessions share."""
    session.install("--editable", ".[github,site]", *group("nox", "test-core", "lint-core", "docs-core"))
    environment_note(session).write_text(session.bin, encoding="utf-8")


@nox.session(venv_backend="none", requires=["environment"])
def tests(session: nox.Session) -> None:
    """Runs the tests, apart from the golden cases and those of `long`; `-- PATH` or `-- -k WORD` picks some."""
    # A run of a few tests is faster in one process, and a debugger needs it.
    chosen = session.posargs or (*(f"--ignore={path}" for path in LONG), *PARALLEL)
    golden = ("--ignore=tests/test_cases.py", "--ignore=tests/test_changes.py")
    shared(session, "pytest", *golden, *APART, *chosen)


@nox.session(venv_backend="none", requires=["environment"], default=False)
def long(session: nox.Session) -> None:
    """Runs the tests that take long: terminals, writers at once, kills, generated incidents, faults of GitHub."""
    shared(session, "pytest", *LONG, *PARALLEL, *session.posargs)


@nox.session(venv_backend="none", requires=["environment"])
def lint(session: nox.Session) -> None:
    """Checks form, lint rules, the direction of imports, and spelling."""
    shared(session, "ruff", "format", "--check")
    shared(session, "ruff", "check")
    shared(session, "lint-imports")
    shared(session, "codespell")


@nox.session(venv_backend="none", requires=["environment"])
def types(session: nox.Session) -> None:
    """Checks the types of the package, the tests and this file."""
    shared(session, "mypy")


@nox.session(venv_backend="none", requires=["environment"])
def cases(session: nox.Session) -> None:
    """Runs the golden cases; `-- --update` rewrites what they expect."""
    shared(session, "pytest", "tests/test_cases.py", "tests/test_changes.py", *session.posargs)


@nox.session(venv_backend="none", requires=["environment"])
def docs(session: nox.Session) -> None:
    """Builds both sites, where a warning is an error, and looks for every page, file and anchor that they link to."""
    web = Path(session.create_tmp()).resolve() / "web"
    shutil.rmtree(web, ignore_errors=True)
    for name, config in SITES.items():
        # As where a forge serves it: below a path, with whole addresses in feeds.
        address = f"https://hotwash.example/{name}"
        build = ("mkdocs", "build", "--strict", "--config-file", config, "--site-dir", web / name)
        shared(session, *build, env={**MKDOCS, "SITE_URL": address})
        own = ("--remap", f"^{address}/ {(web / name).as_uri()}/")
        shared(session, "lychee", *LINKS, *own, "--root-dir", web, web / name)


@nox.session(venv_backend="none", requires=["environment"])
def drift(session: nox.Session) -> None:
    """Checks that the schemas are those of the models, and that a second validator takes our records by them."""
    shared(session, "hotwash", "schema", "--check")
    shared(session, "check-jsonschema", "--check-metaschema", *sorted(Path("schemas").glob("*.schema.json")))
    for schema, pattern in SCHEMAS.items():
        records = sorted(path for folder in RECORDS for path in Path(folder).glob(pattern))
        if records:
            shared(session, "check-jsonschema", "--schemafile", Path("schemas", schema), *records)


@nox.session(default=False, reuse_venv=False)
def demo(session: nox.Session) -> None:
    """Shows the main job from an empty environment, without a token: check, gate, plan, apply, site."""
    session.install(".[site]")
    shutil.rmtree(BUILD / "demo", ignore_errors=True)
    # The shop is copied so that each run starts with an empty tracker and leaves the example as it is.
    shop = BUILD / "demo" / "shop"
    shutil.copytree("examples/shop", shop, ignore=shutil.ignore_patterns(".hotwash", "site"))
    in_shop = ("hotwash", "-C", str(shop.relative_to(ROOT)))
    # With a token in the environment, a plan would be about issues on a forge.
    offline = {"GITHUB_TOKEN": None, "GITHUB_REPOSITORY": None, **MKDOCS}

    tell("1. The published incidents of this repository. They are clean.")
    session.run("hotwash", "check", "incidents", env=offline)

    tell(
        "2. The example shop, while one of its incidents burns. Its first actions are not complete, so it is held:",
        "   look for the STOP line, and for the line to write under each thing that is missing. Exit code 1.",
    )
    session.run(*in_shop, "check", "--now", "2026-11-23T10:00:00Z", env=offline, success_codes=[1])

    tell("3. What would change in the tracker: an issue for each action item. The tracker is a file of this demo.")
    session.run(*in_shop, "plan", env=offline)
    session.run(*in_shop, "apply", "--yes", env=offline)

    tell("4. The same plan again. Nothing is left to do.")
    session.run(*in_shop, "plan", env=offline)

    tell("5. Both sites.")
    pages = {
        "this repository's incidents": ("mkdocs.yml", BUILD / "demo" / "site"),
        "the example shop's": (str(shop / "mkdocs.yml"), BUILD / "demo" / "shop-site"),
    }
    for config, site in pages.values():
        # Opened from disk, a page can link to files only: a folder would show its listing.
        session.run(
            *("mkdocs", "build", "--strict", "--no-directory-urls"),
            *("--config-file", config, "--site-dir", str(site)),
            env=offline,
        )

    places = {whose: site / "index.html" for whose, (_, site) in pages.items()}
    places["the tracker after apply"] = shop / ".hotwash" / "tracker.sqlite"
    tell(
        "Done: checked, held at the gate, planned, applied, planned again, published. To look at:",
        *(f"  {whose}: {place.relative_to(ROOT)}\n    {place.as_uri()}" for whose, place in places.items()),
    )


def tell(*lines: str) -> None:
    """Says to the person who watches the demo what comes next."""
    print("", *lines, sep="\n", flush=True)


@nox.session(default=False)
def workflows(session: nox.Session) -> None:
    """Checks the workflows, ours and those that `hotwash init` writes, then runs them over real pull requests."""
    session.install("--editable", ".[site]", *group("test-core", "workflows"))
    if not session.posargs:
        written = (Path(), *Path("tooling", "hotwash", "scaffold").iterdir())
        files = sorted(str(file) for folder in written for file in folder.glob(".github/workflows/*.yml"))
        actions = ["action.yml", *sorted(map(str, Path("tests", "workflows", "stubs").glob("*/action.yml")))]
        session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files)
        session.run("check-jsonschema", "--builtin-schema", "vendor.github-actions", *actions)
        session.run("actionlint", *files)
        session.run("zizmor", "--offline", "--strict-collection", "--persona=pedantic", *files, "action.yml")
    # Each test is slow, so they are shared out one by one.
    session.run("pytest", "--numprocesses=auto", "--dist=worksteal", "tests/workflows", *session.posargs)


@nox.session(default=False)
def ui(session: nox.Session) -> None:
    """Opens the built site in Chromium, which must be installed on this machine."""
    session.install("--editable", ".[site]", *group("test-core", "ui"))
    session.run("pytest", "tests/ui", *session.posargs)


@nox.session(default=False)
def pictures(session: nox.Session) -> None:
    """Makes the pictures of the README anew, with Chromium, which must be installed."""
    session.install("--editable", ".[site]", *group("ui"))
    session.run("python", "tests/pictures/make_pictures.py")


@nox.session(default=False)
def deep(session: nox.Session) -> None:
    """Runs in full what the tests draw a sample of: edits, mutants, writers at once, kills, faults. Takes hours.

    Also builds the pages with an engine other than mkdocs.
    """
    session.install("--editable", ".[github,site]", *group("test-core", "engines"))
    whole = {
        "HOTWASH_CASES": "10000",
        "HOTWASH_FAULTS": "all",
        "HOTWASH_MUTANTS": "10",
        "HOTWASH_RUNS": "2000",
        "HOTWASH_STORIES": "50",
        "HOTWASH_WRITERS": "20",
    }
    folders = session.posargs or (
        "tests/edits",
        "tests/hostile",
        "tests/valid",
        "tests/records",
        "tests/tracker",
        "tests/engines",
    )
    session.run("pytest", *PARALLEL, "--override-ini=timeout=7200", *folders, env=whole)


@nox.session(default=False)
def wheel(session: nox.Session) -> None:
    """Builds the source archive, and the wheel from it, into build/dist."""
    if "HOTWASH_BUILT" in os.environ:
        return  # a workflow has put there what it built before, so that this is what is tested
    session.install(*group("build"))
    shutil.rmtree(BUILD / "dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(BUILD / "dist"))


@nox.session(default=False, reuse_venv=False, requires=["wheel"])
def build(session: nox.Session) -> None:
    """Installs the wheel in an empty environment, tries it there, then runs the tests against it."""
    (built,) = (BUILD / "dist").glob("*.whl")
    session.install(str(built))
    session.run("hotwash", "--version")
    session.run("hotwash", "--help")
    session.run("hotwash", "check", "incidents")  # with no extra installed
    session.install(f"{built}[github,site]", *group("test-core"))
    session.run("pytest", *PARALLEL, *APART, *session.posargs)


@nox.session(default=False)
def minimums(session: nox.Session) -> None:
    """Runs the tests with the lowest version of each dependency that pyproject.toml allows."""
    session.install("uv")  # pip cannot resolve downwards
    session.run_install("uv", "pip", "install", "--resolution=lowest-direct", "--editable", ".[github,site]")
    session.install(*group("test-core"))
    session.run("pytest", *PARALLEL, *APART, *session.posargs)


@nox.session(venv_backend="none", requires=["environment"], default=False)
def bench(session: nox.Session) -> None:
    """Measures `check` of all and of a change, beside other validators; `log` beside git; the site beside mkdocs alone."""
    shared(session, "python", "tests/bench/check_bench.py", *session.posargs)
    shared(session, "python", "tests/bench/change_bench.py", *session.posargs)
    shared(session, "python", "tests/bench/log_bench.py", *session.posargs)
    shared(session, "python", "tests/bench/site_bench.py", *session.posargs)
