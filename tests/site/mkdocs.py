"""Sites built by mkdocs, as a reader gets them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from tests.site import payloads
from tests.site.records import files, plain, retrospective, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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


def build(root: Path, config: Mapping[str, Any] | None = None, *arguments: str) -> Built:
    """Build the site of a repository that lies in a folder."""
    written = {"site_name": "Tested", "theme": {"name": "material", "font": False}, "plugins": ["search", "hotwash"]}
    (root / "docs").mkdir(parents=True, exist_ok=True)
    (root / "mkdocs.yml").write_text(yaml.safe_dump({**written, **(config or {})}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", *arguments],
        cwd=root,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
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
    """An incident whose text fields hold a payload.

    Attributes:
        like: The id of the harmless incident of the same shape.
        line: What stands in fields of one line, the title among them; empty where it is harmless.
    """

    id: str
    like: str
    line: str


def hostile_incidents() -> Iterator[tuple[Hostile, dict[str, Any]]]:
    """A live and a retrospective incident for each payload, and the harmless ones that they are compared with."""
    for name, line, block, link in (
        ("plain", "", "", ""),
        *((f"line-{name}", text, text, "") for name, text in payloads.LINES.items()),
        *((f"block-{name}", "", text, "") for name, text in payloads.BLOCKS.items()),
        *((f"link-{name}", f"[x]({url}) <{url}>", f"[x]({url}) <{url}>", url) for name, url in payloads.LINKS.items()),
    ):

        def fill(field: str, form: Form, line: str = line, block: str = block, link: str = link) -> str:
            return {"line": line, "prose": block, "link": link}[form] or plain(field, form)

        records = whole(fill)
        yield Hostile(f"2026-11-23-live-{name}", "2026-11-23-live-plain", line), records
        if block and block != line:
            continue  # prose is told of alike in both
        retro = {**records, "incident.yaml": retrospective(fill)}
        yield Hostile(f"2026-11-23-retro-{name}", "2026-11-23-retro-plain", line), retro


def hostile_site(root: Path) -> tuple[Built, tuple[Hostile, ...]]:
    """A site of hostile records, built with every extension of Markdown at work."""
    incidents = list(hostile_incidents())
    write(root, files({hostile.id: records for hostile, records in incidents}))
    for place in (root, root / "docs"):
        write(place, {payloads.SECRET_FILE: payloads.SECRET})
    write(root, {"other.txt": "Included", "docs/by-hand.md": BY_HAND})
    config = {"markdown_extensions": ALL_EXTENSIONS, "exclude_docs": payloads.SECRET_FILE}
    return build(root, config), tuple(hostile for hostile, _ in incidents)


def opened_site(root: Path) -> tuple[Built, tuple[Hostile, ...]]:
    """The site of hostile records that another process has built."""
    return Built(0, "", root / "site"), tuple(hostile for hostile, _ in hostile_incidents())
