"""What a site asks for beside its own files, by mkdocs.yml and the theme: hosts, and scripts within its pages."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig


def templates(folders: list[str]) -> Iterator[str]:
    """The text of the templates of a theme, without its thousands of icons."""
    for top in folders:
        for folder, below, names in os.walk(top):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                if name.endswith(".html"):
                    yield Path(folder, name).read_text(encoding="utf-8")


def asked_for(config: MkDocsConfig) -> dict[str, list[str]]:
    """The hosts that mkdocs.yml itself lets pages ask: for stylesheets, scripts, fonts, and numbers of the forge."""
    asked: dict[str, list[str]] = {}

    def ask(directive: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.netloc:
            asked.setdefault(directive, []).append(f"{parts.scheme}://{parts.netloc}" if parts.scheme else parts.netloc)

    for path in config.extra_css:
        ask("style-src", path)
    for script in config.extra_javascript:
        ask("script-src", str(script))
    if config.theme.get("font", True) is not False:
        ask("style-src", "https://fonts.googleapis.com")
        ask("font-src", "https://fonts.gstatic.com")
    repository = urlsplit(config.repo_url or "")
    if repository.netloc:
        ask("connect-src", "https://api.github.com" if repository.netloc == "github.com" else config.repo_url or "")
    return asked
