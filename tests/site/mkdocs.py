"""Sites built by mkdocs, as a reader gets them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from hotwash.site.build import files as site_files
from hotwash.site.public.publish import publish
from tests.site import payloads
from tests.site.records import NOW, files, loaded, plain, retrospective, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from tests.site.records import Form

_PYTHON_MARKDOWN = """
    abbr admonition attr_list def_list footnotes legacy_attrs legacy_em md_in_html meta nl2br sane_lists smarty tables
    toc wikilinks
"""
# Without striphtml, which removes handlers and would hide one that comes through.
_PYMDOWN = """
    arithmatex b64 betterem blocks.admonition blocks.caption blocks.definition blocks.details blocks.html blocks.tab
    bracketspan caret critic details emoji escapeall fancylists highlight inlinehilite keys magiclink mark pathconverter
    progressbar quotes saneheaders smartsymbols superfences tabbed tasklist tilde
"""
ALL_EXTENSIONS: list[str | dict[str, Any]] = [
    *_PYTHON_MARKDOWN.split(),
    *(f"pymdownx.{name}" for name in _PYMDOWN.split()),
    {"pymdownx.snippets": {"base_path": ["."], "check_paths": False, "url_download": True}},
]


# What the same syntax does on a page that is written by hand.
BY_HAND = '# By hand\n\n## Here {: onclick="alert(1)" }\n\n++ctrl++ ==marked== :smile:\n\n--8<-- "other.txt"\n'


class Built(NamedTuple):
    """A site, and what the build said."""

    code: int
    said: str
    site: Path

    def page(self, path: str) -> str:
        """The HTML of a page, by the path of its folder."""
        return (self.site / path / "index.html").read_text(encoding="utf-8")


def build(
    root: Path, config: Mapping[str, Any] | None = None, *arguments: str, env: Mapping[str, str] | None = None
) -> Built:
    """Build the site of a repository that lies in a folder."""
    written = {"site_name": "Tested", "theme": {"name": "material", "font": False}, "plugins": ["search", "hotwash"]}
    (root / "docs").mkdir(parents=True, exist_ok=True)
    (root / "mkdocs.yml").write_text(yaml.safe_dump({**written, **(config or {})}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", *arguments],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **(env or {})},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = (done.stdout + done.stderr).splitlines()
    # With --quiet mkdocs would not count the warnings that make a strict build fail.
    return Built(done.returncode, "\n".join(line for line in said if not line.startswith("INFO")), root / "site")


def write(root: Path, written: Mapping[str, str]) -> None:
    """Write files below a folder."""
    for path, content in written.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


class Hostile(NamedTuple):
    """An incident whose text fields hold payloads.

    Attributes:
        like: The id of the harmless incident of the same shape.
        line: What stands in fields of one line, the title among them; empty where it is harmless.
        prose: What stands in fields of several lines; empty where it is harmless.
    """

    id: str
    like: str
    line: str
    prose: str


class Texts(NamedTuple):
    """What stands in the fields of an incident; where empty, something harmless."""

    line: str = ""
    prose: str = ""
    link: str = ""

    def fill(self, field: str, form: Form) -> str:
        """What stands in a field."""
        return getattr(self, form) or _harmless(field, form)


def _harmless(field: str, form: Form) -> str:
    """Of the shape of hostile text: most of that has several paragraphs."""
    text = plain(field, form)
    return f"{text}\n\nAnd more." if form == "prose" else text


# What a title takes, and as much prose as is read at a glance.
_LINE, _PROSE = 200, 1_000


def texts() -> Iterator[tuple[str, Texts]]:
    """Every payload in every field that takes it, several to an incident so that the site is built in seconds."""
    lines = list(_together(payloads.LINES.values(), " ", _LINE))
    links = list(payloads.LINKS.values())
    for number, line in enumerate(lines):
        yield f"line-{number}", Texts(" ".join(line), "\n\n".join(line), links[number % len(links)])
    # What does not end takes in all that follows, so it comes last.
    ending = (text for name, text in payloads.BLOCKS.items() if not name.startswith("unclosed"))
    unclosed = [text for name, text in payloads.BLOCKS.items() if name.startswith("unclosed")]
    for number, blocks in enumerate(_together(ending, "\n\n", _PROSE)):
        last = unclosed[number : number + 1]
        yield f"block-{number}", Texts(prose="\n\n".join((*blocks, *last)))


def _together(parts: Iterable[str], between: str, most: int) -> Iterator[list[str]]:
    """Texts in their order, as many as fit into one."""
    kept: list[str] = []
    for text in parts:
        if kept and len(between.join((*kept, text))) > most:
            yield kept
            kept = []
        kept.append(text)
    yield kept


def hostile_incidents() -> Iterator[tuple[Hostile, dict[str, Any]]]:
    """Live and retrospective incidents with payloads, and the harmless ones that they are compared with."""
    for name, held in (("plain", Texts()), *texts()):
        yield Hostile(f"2026-11-23-live-{name}", "2026-11-23-live-plain", held.line, held.prose), whole(held.fill)
        if held.line or name == "plain":  # prose is told of alike in both
            # Of its own are only the fields of the incident.
            none = {"none": held.fill("no-items", "prose")}
            own = {"incident.yaml": retrospective(held.fill), "action-items.yaml": none}
            yield Hostile(f"2026-11-23-retro-{name}", "2026-11-23-retro-plain", held.line, held.prose), own


# Whoever writes the policy is trusted; what stands in it is text all the same.
_POLICY_TEXT = " ".join(payloads.LINES[name] for name in ("closing", "handler", "link-script", "attr-list"))
POLICY = {"organisation": _POLICY_TEXT, "publishing": {"notice": _POLICY_TEXT}}


def hostile_site(root: Path, *, plugin: bool = True) -> tuple[Built, tuple[Hostile, ...]]:
    """A site of hostile records, built with every extension of Markdown at work.

    Args:
        root: Where it is built.
        plugin: Whether our plugin makes the pages; if not, mkdocs gets what `hotwash site` writes as pages of its own.
    """
    incidents = list(hostile_incidents())
    records = {hostile.id: records for hostile, records in incidents}
    write(root, files(records, POLICY))
    for place in (root, root / "docs"):
        write(place, {payloads.SECRET_FILE: payloads.SECRET})
    write(root, {"other.txt": "Included", "docs/by-hand.md": BY_HAND})
    config: dict[str, Any] = {"markdown_extensions": ALL_EXTENSIONS, "exclude_docs": payloads.SECRET_FILE}
    if not plugin:
        made = site_files(publish(loaded(records, POLICY), NOW))
        write(root / "docs", made)
        config["plugins"] = ["search"]
    return build(root, config), tuple(hostile for hostile, _ in incidents)


def opened_site(root: Path) -> tuple[Built, tuple[Hostile, ...]]:
    """The site of hostile records that another process has built."""
    return Built(0, "", root / "site"), tuple(hostile for hostile, _ in hostile_incidents())
