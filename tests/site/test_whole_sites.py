"""Whole sites, as mkdocs and `hotwash site` write them, byte for byte (threats V1, promises 8 and 11)."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.site.encodings import found_below, found_in
from tests.site.mkdocs import ALL_EXTENSIONS, build, write
from tests.site.records import files
from tests.site.repositories import Canary, numbered, records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CANARY = "canary7q"
# 30 November 2026, noon. mkdocs takes it for the time of the build too.
EPOCH = {"SOURCE_DATE_EPOCH": "1796040000"}
URL = "https://sites.example/incidents/"
# Of a private repository the command says how many internal incidents it has left out.
POLICY = {"publishing": {"site": URL}, "repository": "public"}
UNREADABLE = {f"incidents/2026/{numbered(99, CANARY)}/incident.yaml": "title: [\n"}


def ours(*, internal: int) -> dict[str, str]:
    """Twelve public incidents of any shape, and internal ones that name them and are named by them."""
    chance = Random(5)  # noqa: S311 - no secret
    written = {}
    for number in range(12):
        one = records(Canary("shown").fill, chance)
        one["incident.yaml"]["related"] = [numbered(number, CANARY), numbered((number + 1) % 12)]
        written[numbered(number)] = one
    for number in range(internal):
        one = records(Canary(CANARY).fill, chance, secret=CANARY)
        one["incident.yaml"] |= {"visibility": "internal", "related": [numbered(number % 12)]}
        if one["incident.yaml"]["status"] == "dismissed":
            one["incident.yaml"]["duplicate_of"] = numbered(number % 12)
        written[numbered(number, CANARY)] = one
    return files(written, POLICY)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; what is packed, unpacked too."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        found[name] = path.read_bytes()
        if path.suffix == ".gz":
            found[f"{name}, unpacked"] = gzip.decompress(found[name])
    return found


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]


def written_by_command(root: Path, env: Mapping[str, str]) -> tuple[dict[str, bytes], str]:
    """What `hotwash site` writes and says."""
    done = subprocess.run(
        [sys.executable, "-m", "hotwash", "site", "--output", "pages"],
        cwd=root,
        env={**os.environ, **env},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return contents(root / "pages"), done.stdout + done.stderr


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A repository without and one with fifty internal incidents, and one that cannot be read."""
    without, within = (tmp_path_factory.mktemp(name) for name in ("without", "within"))
    write(without, {**ours(internal=0), "docs/own.md": "# Own\n"})
    write(within, {**ours(internal=50), **UNREADABLE, "docs/own.md": "# Own\n"})
    return without, within


def test_site_of_mkdocs_is_the_same_with_and_without_internal_incidents(roots: tuple[Path, Path]) -> None:
    without, within = (build(root, {"site_url": URL}, env=EPOCH) for root in roots)
    assert (without.code, within.code) == (0, 0), within.said
    made = contents(without.site)
    assert {"search/search_index.json", "sitemap.xml", "sitemap.xml.gz, unpacked", "404.html"} <= made.keys()
    assert differing(made, contents(within.site)) == []
    assert found_below(within.site, CANARY) == []
    # That there is one that cannot be read is said, and not which.
    assert found_in(within.said.encode(), CANARY) == []
    assert [
        line for line in within.said.splitlines() if "1 incident unreadable" not in line
    ] == without.said.splitlines()


def test_pages_of_the_command_are_the_same_with_and_without_internal_incidents(roots: tuple[Path, Path]) -> None:
    (without, said), (within, said_within) = (written_by_command(root, EPOCH) for root in roots)
    assert len(without) > 12
    assert differing(without, within) == []
    assert found_in(said_within.encode(), CANARY) == []
    assert [line for line in said_within.splitlines() if "1 incident unreadable" not in line] == said.splitlines()


def test_same_records_give_the_same_bytes_wherever_and_whenever_they_are_built(tmp_path: Path) -> None:
    """Seeds of hashes, zones, languages, and the order of files in a folder."""
    written = ours(internal=3)
    places = {
        "one": (written, {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}),
        "other": (
            dict(reversed(written.items())),
            {"PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        ),
    }
    sites, pages = [], []
    for name, (records_of_it, env) in places.items():
        write(tmp_path / name, records_of_it)
        built = build(tmp_path / name, {"site_url": URL}, "--strict", env={**EPOCH, **env})
        assert built.code == 0, built.said
        sites.append(contents(built.site))
        pages.append(written_by_command(tmp_path / name, {**EPOCH, **env})[0])
    assert differing(*sites) == []
    assert differing(*pages) == []


def test_canary_would_be_found_in_a_site(tmp_path: Path) -> None:
    """The counterpart: were the internal incidents public, their canaries would be all over the place."""
    written = {
        path: text.replace("visibility: internal", "visibility: public") for path, text in ours(internal=2).items()
    }
    write(tmp_path, written)
    built = build(tmp_path, {"site_url": URL}, env=EPOCH)
    found = found_below(built.site, CANARY)
    for place in ("search_index.json", "sitemap.xml", "sitemap.xml.gz", "index.html"):
        assert any(place in one for one in found), place


@pytest.mark.parametrize("extensions", [[], ALL_EXTENSIONS], ids=["plain", "all extensions"])
def test_what_is_finished_comes_through_mkdocs_as_if_it_had_been_read(
    roots: tuple[Path, Path], tmp_path: Path, extensions: list[str | dict[str, Any]]
) -> None:
    """The plugin keeps finished HTML from Markdown and from the search; read by both, page and index are the same."""
    without, _ = roots
    settings = {"site_url": URL, "markdown_extensions": extensions}
    with_plugin = build(without, settings, env=EPOCH)
    pages, _ = written_by_command(without, EPOCH)
    write(tmp_path, {f"docs/{path}": content.decode() for path, content in pages.items()})
    write(tmp_path, {"docs/own.md": "# Own\n"})
    files_of_ours = {"extra_css": ["assets/hotwash.css"], "extra_javascript": ["assets/hotwash.js"]}
    plain = build(tmp_path, {**settings, **files_of_ours, "plugins": ["search"], "not_in_nav": "*"}, env=EPOCH)
    assert (with_plugin.code, plain.code) == (0, 0), with_plugin.said + plain.said
    ours, theirs = contents(with_plugin.site), contents(plain.site)
    assert len(articles(ours)) > 100
    assert differing(articles(ours), articles(theirs)) == []
    # Pages come in another order, since one is in the navigation; and of ours no heading is found for itself.
    found, found_by_theirs = searched(ours), searched(theirs)
    assert found == [entry for entry in found_by_theirs if entry in found]
    assert len(found) < len(found_by_theirs)
    left_out = [told for place, told in found_by_theirs if (place, told) not in found]
    assert all(told.endswith(": ") for told in left_out)


def searched(made: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """What the search finds on each page, in the order of the page."""
    entries = json.loads(made["search/search_index.json"])["docs"]
    told = ((entry["location"], f"{entry['title']}: {entry['text']}") for entry in entries)
    return sorted(told, key=lambda one: one[0].split("#")[0])


def articles(made: Mapping[str, bytes]) -> dict[str, bytes]:
    """What pages say, without the head and the navigation."""
    return {
        name: content[content.index(b"<article") : content.index(b"</article>")]
        for name, content in made.items()
        if name.endswith(".html") and name != "404.html"
    }
