"""Make the pictures of README and docs anew: `nox -s pictures`. They show what the commands and the site show today."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from markdown_it import MarkdownIt
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

# As GitHub shows a summary on the page of a run: its fonts, sizes and lines, on a plain ground.
SUMMARY = """\
<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #fff; color: #1f2328; font: 16px/1.5 "Noto Sans", "DejaVu Sans", Helvetica, Arial, sans-serif }}
main {{ width: 836px; margin: 16px; padding: 16px 16px 8px; border: 1px solid #d1d9e0; border-radius: 6px }}
h2, h3, h4, p, ul, table, pre {{ margin: 0 0 16px }}
h2, h3, h4 {{ line-height: 1.25; font-weight: 600 }}
h2 {{ font-size: 24px; padding-bottom: 7px; border-bottom: 1px solid #d1d9e0b3 }}
h3 {{ font-size: 20px; margin-top: 24px }}
h4 {{ font-size: 16px; margin-top: 24px }}
ul {{ padding-left: 32px }}
li.task {{ list-style: none }}
li.task input {{ margin: 0 4px 4px -22px; vertical-align: middle }}
code, pre {{ font: 13.6px/1.45 "DejaVu Sans Mono", monospace }}
code {{ padding: 3px 5px; background: #818b981f; border-radius: 6px }}
pre {{ padding: 16px; background: #f6f8fa; border-radius: 6px }}
pre code {{ padding: 0; background: none }}
table {{ border-collapse: collapse }}
th, td {{ padding: 6px 13px; border: 1px solid #d1d9e0; text-align: left }}
tr:nth-child(even) td {{ background: #f6f8fa }}
hr {{ height: 4px; margin: 24px 0; border: 0; background: #d1d9e0 }}
</style><main>{code}</main>"""
BOX = '<li class="task"><input type="checkbox" disabled'


def main() -> None:
    """Run the check, build the example's site, and take the pictures."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is not installed")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        terminal = browser.new_page(device_scale_factor=1.5)
        terminal.set_content(TERMINAL.format(code=_check_as_html()))
        terminal.locator("pre").screenshot(path=IMAGES / "check.png")
        summary = browser.new_page(viewport={"width": 900, "height": 1000}, device_scale_factor=1.5)
        summary.set_content(SUMMARY.format(code=_summary_as_html()))
        summary.screenshot(path=IMAGES / "summary.png", full_page=True)
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


def _summary_as_html() -> str:
    command = [sys.executable, "-m", "hotwash", "-C", "examples/shop", "check", HELD, "--now", NOW]
    done = subprocess.run([*command, "--format", "markdown"], cwd=ROOT, stdout=subprocess.PIPE, check=False)
    html: str = MarkdownIt("commonmark").enable("table").render(done.stdout.decode())
    return html.replace("<li>[x] ", f"{BOX} checked> ").replace("<li>[ ] ", f"{BOX}> ")


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
