"""The site of N incidents built by mkdocs-material with our plugin, beside the same pages without it.

What the plugin costs on top of mkdocs is the difference: reading the records, making the pages, feeds and pictures, and
the head of each page. Prints medians, ranges, memory and ratios of alternating rounds; asserts nothing: speed is
measured, never a test. `site_bench.py [N ...]` takes other numbers of incidents.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

SIZES = (300, 1_000, 3_000)  # incidents
ROUNDS = 3
HERE = Path(__file__).parent
PYTHON = sys.executable
PUBLIC = "format: 1\norganisation: Example Shop\npublishing: {default: public}\n"
# As few settings as can be, and the same for both.
SETTINGS = "site_name: Bench\nsite_url: https://incidents.example/\ntheme: {name: material, font: false}\n"
# Hand-written pages would be in the navigation, and every page would carry it.
OUTSIDE = "not_in_nav: |\n  *\n"
QUIET = {"NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1800000000"}


class Run(NamedTuple):
    """One build.

    Attributes:
        seconds: By the clock on the wall.
        busy: Seconds of a processor; steadier where others use the machine too.
        memory: The most that it took, in MiB.
    """

    seconds: float
    busy: float
    memory: float


def main(sizes: tuple[int, ...]) -> None:
    """Build all in turn and print what they took."""
    load = os.getloadavg()
    seconds: dict[int, float] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            seconds[size] = compare(Path(place), size)
    print(f"load {load[0]:.1f} before, {os.getloadavg()[0]:.1f} after")
    for smaller, larger in pairwise(sizes):
        print(f"{larger:,} to {smaller:,} incidents: {seconds[larger] / seconds[smaller]:.2f} times the time")


def compare(folder: Path, size: int) -> float:
    """Print what both builds of so many incidents took; the median seconds of a processor that ours took."""
    root = folder / "records"
    subprocess.run([PYTHON, str(HERE / "make_incidents.py"), str(root), str(size)], check=True)
    (root / "incidents" / "policy.yaml").write_text(PUBLIC, encoding="utf-8")
    ours, bare = folder / "ours", folder / "bare"
    (ours / "docs").mkdir(parents=True)
    bare.mkdir()
    (ours / "mkdocs.yml").write_text(f"{SETTINGS}plugins: [search, {{hotwash: {{records: ../records}}}}]\n", "utf-8")
    (bare / "mkdocs.yml").write_text(
        f"{SETTINGS}{OUTSIDE}extra_css: [assets/hotwash.css]\nplugins: [search]\n", "utf-8"
    )
    pages = [PYTHON, "-m", "hotwash", "-C", str(root), "site", "--output", str(bare / "docs")]
    made = run(pages, folder)
    taken: dict[str, list[Run]] = {"with the plugin": [], "the same pages without": []}
    for _ in range(ROUNDS):
        for name, place in zip(taken, (ours, bare), strict=True):
            build = [PYTHON, "-m", "mkdocs", "build", "--quiet", "--clean", "--config-file", str(place / "mkdocs.yml")]
            taken[name].append(run(build, folder))
    html = len(list((ours / "site").rglob("*.html")))
    print(f"\n{size:,} incidents, {html:,} pages; hotwash site alone {made.seconds:.2f} s, {made.memory:.0f} MiB")
    for name, runs in taken.items():
        times = [run.seconds for run in runs]
        median = statistics.median(times)
        memory = max(run.memory for run in runs)
        print(
            f"  {name:24} {median:7.2f} s   (from {min(times):.2f} to {max(times):.2f})"
            f"   {busy(runs):7.2f} s of a processor, {1000 * busy(runs) / html:.1f} ms a page   {memory:.0f} MiB"
        )
    first, second = map(busy, taken.values())
    index = ours / "site" / "search" / "search_index.json"
    print(f"  overhead {100 * (first / second - 1):.1f} %; search index {index.stat().st_size / 2**20:.2f} MiB")
    return first


def busy(runs: list[Run]) -> float:
    """The median of the seconds of a processor."""
    return statistics.median(run.busy for run in runs)


def run(command: list[str], folder: Path) -> Run:
    """Run a command to its end; of its memory the kernel tells."""
    log = folder / "log"
    start = time.perf_counter()
    with log.open("wb") as output:
        child = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **QUIET})
        _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command}: exit {child.returncode}\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main(tuple(int(size) for size in sys.argv[1:]) or SIZES)
