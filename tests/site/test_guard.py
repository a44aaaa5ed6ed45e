"""Nothing is published while a secret is in it, and nobody learns more of it than where it stands."""

from __future__ import annotations

import hashlib
import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from hotwash.records.snapshot import FolderSnapshot, MappingSnapshot
from hotwash.site.public.guard import guarded
from tests.command import hotwash
from tests.facts.test_secrets import PLANTED, in_line
from tests.site.mkdocs import build, write
from tests.site.records import ID, NOW, files, made, plain, retrospective, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hotwash.site.public.guard import Guarded
    from tests.site.records import Form

    Repository = Callable[[Mapping[str, str | bytes]], Path]

ROOT = Path(__file__).parents[2]
FOLDER = f"incidents/2026/{ID}"
SECRET_ID = "2026-11-22-secret-project"
TOKEN = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"
PASSWORD = "hunter" + "22Xyz"


def looked_at(incidents: Mapping[str, Mapping[str, Any]], policy: Mapping[str, Any] | None = None) -> Guarded:
    texts = files(incidents, policy)
    return guarded(MappingSnapshot({path: text.encode() for path, text in texts.items()}), NOW)


def told(looked: Guarded) -> list[str]:
    """File and line of every secret, below the incident."""
    return [f"{one.path.removeprefix(f'{FOLDER}/')}:{one.line}" for one in looked.exposed]


def filled(field: str, text: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    return whole(lambda name, form: text if name == field else plain(name, form), **changes)


def fields() -> list[tuple[str, Form]]:
    """Every field of text, with its form."""
    seen: dict[str, Form] = {}

    def fill(field: str, form: Form) -> str:
        seen[field] = form
        return plain(field, form)

    whole(fill)
    return list(seen.items())


def lines_of(looked: Guarded, records: Mapping[str, Any], text: str) -> bool:
    """Whether one of the secrets is said to stand in the line of a text."""
    written = files({ID: records})
    return any(text in written[one.path].split("\n")[one.line - 1] for one in looked.exposed if one.line)


def marked() -> tuple[dict[str, str], dict[str, Any]]:
    """A token for each field, and an incident that holds all of them."""
    tokens = {name: f"{TOKEN[:-3]}{number:03}" for number, (name, _) in enumerate(fields())}
    records = whole(lambda name, form: f"https://git.example/{tokens[name]}" if form == "link" else tokens[name])
    return tokens, records


def on_pages() -> list[str]:
    """The fields that the pages show."""
    tokens, records = marked()
    text = html.unescape("".join(made({ID: records}).values()))
    return [name for name, token in tokens.items() if token in text]


def test_a_secret_is_found_in_every_field_that_is_on_a_page_and_in_no_other() -> None:
    tokens, records = marked()
    shown = on_pages()
    assert len(shown) > 80
    looked = looked_at({ID: records})
    assert len(looked.exposed) == len(shown)
    assert [name for name in shown if not lines_of(looked, records, tokens[name])] == []


def test_planted_secrets_stop_all_and_are_shown_nowhere() -> None:
    """More than forty kinds, a field each; none is missed."""
    forms = dict(fields())
    names = [name for name in on_pages() if forms[name] == "prose"]
    for first in range(0, len(PLANTED), len(names)):
        some = dict(zip(names, PLANTED[first : first + len(names)], strict=False))
        lines = {name: in_line(planted) for name, planted in some.items()}

        def fill(name: str, form: Form, lines: Mapping[str, str] = lines) -> str:
            return lines.get(name) or plain(name, form)

        looked = looked_at({ID: whole(fill)})
        assert len(looked.exposed) == len({planted.secret for planted in some.values()})
        for planted in some.values():
            assert planted.told in looked.refusal
            assert planted.secret not in looked.refusal
            assert planted.secret[5:] not in looked.refusal


def test_sources_of_retrospective_records_are_searched() -> None:
    records = {"incident.yaml": retrospective(lambda name, form: TOKEN if name == "source-note" else plain(name, form))}
    assert told(looked_at({ID: records})) == [f"incident.yaml:{line_of(records, TOKEN)}"]


def line_of(records: Mapping[str, Any], text: str) -> int:
    written = files({ID: records})[f"{FOLDER}/incident.yaml"]
    return written[: written.index(text)].count("\n") + 1


def test_what_is_internal_neither_stops_nor_is_named() -> None:
    internal = filled("note-text", TOKEN, title=f"Secret {TOKEN}", visibility="internal")
    assert looked_at({ID: whole(), SECRET_ID: internal}).refusal == ""


def test_what_is_not_published_yet_does_not_stop_the_pages_of_a_live_incident() -> None:
    records = filled("decision-text", TOKEN, status="monitoring")
    assert looked_at({ID: records}).refusal == ""
    records = filled("status-update-text", TOKEN, status="monitoring")
    assert {one.path for one in looked_at({ID: records}).exposed} == {f"{FOLDER}/timeline.yaml"}


def test_the_text_of_evidence_is_not_published_and_stops_nothing() -> None:
    assert looked_at({ID: {**whole(), "evidence/logs.txt": TOKEN}}).refusal == ""


@pytest.mark.parametrize(
    ("written", "line"),
    [
        (f"title: {TOKEN}\n", 1),
        (f'title: "{TOKEN[:10]}\\u{ord(TOKEN[10]):04x}{TOKEN[11:]}"\n', 0),
        (f"title: {TOKEN[:3]}\\_{TOKEN[4:]}\n", 0),
        (f"title: {TOKEN[:3]}&#95;{TOKEN[4:]}\n", 0),
        (f"title: x\nlabels: {{api-key: {hashlib.sha256(b'x').hexdigest()[:32]}}}\n", 2),
        (f"title: 'x https://alice:{PASSWORD}@db.shop.example/'\n", 1),
    ],
    ids=["plain", "escaped", "markdown", "reference", "told by its key", "a link"],
)
def test_a_secret_is_found_however_it_is_written(written: str, line: int) -> None:
    records = whole()
    head = {key: value for key, value in records["incident.yaml"].items() if key not in ("title", "labels")}
    records["incident.yaml"] = written + yaml.safe_dump(head)
    (one,) = looked_at({ID: records}).exposed
    assert (one.path, one.line) in ((f"{FOLDER}/incident.yaml", line or 1), (FOLDER, 0))


def test_a_private_key_is_known_by_its_lines() -> None:
    lines = [hashlib.sha256(bytes([number])).hexdigest() for number in range(9)]
    key = "-----BEGIN RSA PRIVATE KEY-----\n" + "\n".join(lines) + "\n-----END RSA PRIVATE KEY-----"
    looked = looked_at({ID: filled("note-text", f"the key:\n{key}\n")})
    assert looked.exposed
    assert not [line for line in lines if line[:12] in looked.refusal]


def test_a_folder_that_is_named_with_a_secret_is_named_without_it() -> None:
    id_ = f"2026-11-23-{TOKEN}"
    looked = looked_at({id_: whole()})
    assert looked.exposed
    assert TOKEN not in looked.refusal


def test_texts_of_the_policy_are_searched() -> None:
    looked = looked_at({ID: whole()}, {"publishing": {"notice": f"Ask with {TOKEN}"}})
    assert [(one.path, one.line > 0) for one in looked.exposed] == [("incidents/policy.yaml", True)]


def test_a_known_value_passes() -> None:
    known = hashlib.sha256(TOKEN.encode()).hexdigest()
    policy = {"publishing": {"known_secrets": [known]}}
    assert looked_at({ID: filled("note-text", TOKEN)}, policy).refusal == ""


def test_a_silence_of_the_rule_lets_nothing_pass() -> None:
    policy = {"levels": {"HW701": "off"}}
    assert looked_at({ID: filled("note-text", TOKEN)}, policy).refusal


@pytest.mark.parametrize("root", [ROOT, ROOT / "examples" / "shop"], ids=["here", "shop"])
def test_nothing_is_found_in_real_records(root: Path) -> None:
    looked = guarded(FolderSnapshot(root), NOW)
    assert len(looked.public.all) > 10
    assert looked.refusal == ""


def test_site_writes_nothing_and_says_where(repository: Repository) -> None:
    root = repository(
        files({ID: filled("note-text", TOKEN), SECRET_ID: filled("note-text", TOKEN, visibility="internal")})
    )
    ran = hotwash("site", "--output", "out", cwd=root)
    assert ran.code == 1
    assert not (root / "out").exists()
    assert ran.out == ""
    assert "1 secret in what would be published" in ran.err
    assert f"{FOLDER}/timeline.yaml:" in ran.err
    assert f"a GitHub token: `{TOKEN[:4]}…`, {len(TOKEN)} characters" in ran.err
    assert TOKEN[:8] not in ran.err
    assert "secret-project" not in ran.err


def test_mkdocs_builds_nothing_and_says_where(tmp_path: Path) -> None:
    write(tmp_path, files({ID: filled("note-text", TOKEN)}))
    built = build(tmp_path)
    assert built.code == 1
    assert f"{FOLDER}/timeline.yaml:" in built.said
    assert TOKEN[:8] not in built.said
    assert not list((tmp_path / "site").rglob("*.html"))


def test_at_least_forty_kinds_are_planted() -> None:
    assert len({planted.told for planted in PLANTED}) >= 40
