"""Sites that are served on this machine, and pages of them in Chromium."""

from __future__ import annotations

import contextlib
import functools
import http.server
import threading
from typing import TYPE_CHECKING, NamedTuple

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page

WIDTHS = (360, 768, 1440)
SCHEMES = ("light", "dark")


class Site(NamedTuple):
    """A site that is served on this machine.

    Attributes:
        address: Where, without a slash at the end.
        paths: The pages that are looked at.
    """

    address: str
    paths: tuple[str, ...]


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Site]:
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = sorted(f"/{page.parent.relative_to(folder).as_posix()}/" for page in folder.rglob("index.html"))
        paths = (path.replace("/./", "/") for path in found)
        # The pages of rules differ by their text only; the longest stand for all of them.
        looked_at = tuple(path for path in paths if "/rules/HW" not in path or path.endswith(("/HW201/", "/HW202/")))
        yield Site(f"http://127.0.0.1:{server.server_port}", looked_at)
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def opened(
    browser: Browser, site: Site, width: int = 1440, scheme: str = "light", *, heeds_policy: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what a page must not do: fetch from elsewhere, complain, open a dialog."""
    context = browser.new_context(
        bypass_csp=not heeds_policy,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page, wrong = context.new_page(), list[str]()

    def see(url: str) -> None:
        if not url.startswith((site.address, "data:", "blob:")):
            wrong.append(f"request: {url}")

    page.on("request", lambda request: see(request.url))
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))

    def refuse(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", refuse)
    yield page, wrong
    context.close()
