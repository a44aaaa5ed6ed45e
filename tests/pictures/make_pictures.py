"""Make the pictures of the README anew: `nox -s pictures`. They show what the commands and the site show today."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
NOW = "2026-11-23T10:00:00Z"
HELD = "2026-11-23-search-slow"
COLUMNS = 82
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
TERMINAL = """\
<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #16181d; width: max-content }}
pre {{ margin: 0; padding: 20px 24px; color: #d7dae0; font: 15px/1.3 "DejaVu Sans Mono", monospace }}
</style><pre>{code}</pre>"""


def main() -> None:
    """Run the check, build the example's site, and take both pictures."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        terminal = browser.new_page(device_scale_factor=1.5)
        terminal.set_content(TERMINAL.format(code=_check_as_html()))
        terminal.locator("pre").screenshot(path=IMAGES / "check.png")
        site = Path(folder) / "site"
        command = [
            sys.executable,
            "-m",
            "mkdocs",
            "build",
            "--quiet",
            "-f",
            "examples/shop/mkdocs.yml",
            "-d",
            str(site),
        ]
        subprocess.run(command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=True)
        page = browser.new_page(viewport={"width": 1280, "height": 1000}, color_scheme="light")
        (incident,) = site.glob("incidents/2026-10-13-*/index.html")
        page.goto(incident.as_uri())
        page.screenshot(path=IMAGES / "incident.png")
        browser.close()


def _check_as_html() -> str:
    command = [sys.executable, "-m", "hotwash", "-C", "examples/shop", "check", HELD, "--now", NOW]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "FORCE_COLOR": "1"}, stdout=subprocess.PIPE, check=False
    )
    prompt = f"$ {' '.join(['hotwash', *command[3:]])}\n"
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    console.print(Text.from_ansi(prompt + done.stdout.decode()))
    return console.export_html(inline_styles=True, code_format="{code}", theme=MONOKAI)


if __name__ == "__main__":
    main()
