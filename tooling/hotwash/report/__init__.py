"""The table of formats. Each is a pure function of a report; none decides an exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotwash.report import github, json_v1, markdown, sarif, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from hotwash.diagnostics import Report

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": text.render,
    "github": github.render,
    "json": json_v1.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
}
