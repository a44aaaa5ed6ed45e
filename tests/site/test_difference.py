"""What a change makes public (threats V1, V3, V4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hotwash.facts.secrets import digest
from hotwash.report.fitting import LIMIT
from hotwash.site.difference.formats import render_markdown, render_text
from hotwash.site.difference.sides import Difference, Line, Side, difference
from hotwash.site.public.publish import publish
from tests.forge_markdown import acts
from tests.site.mkdocs import texts
from tests.site.records import ID, NOW, incident, loaded, plain, postmortem, timeline, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.site.records import Form

OTHER = "2026-11-22-payments-slow"
SECRET = "ghp_0123456789abcdefABCDEF0123456789abcd"
Incidents = dict[str, dict[str, Any]]


def side(incidents: Mapping[str, Mapping[str, Any]], **policy: Any) -> Side:  # noqa: ANN401 - YAML
    repository = loaded(incidents, policy)
    return Side(publish(repository, NOW), known=repository.policy.publishing.known_secrets)


def between(before: Incidents, after: Incidents, *unreadable: str) -> Difference:
    return difference(side(before), side(after), unreadable)


def rendered(found: Difference) -> str:
    told = (
        render(found, base="main (0123456789ab)", as_of="2026-11-30 12:00 UTC")
        for render in (render_text, render_markdown)
    )
    return "\n".join(told)


def added(found: Difference) -> str:
    return "\n".join(line.text for one in found.incidents for line in one.lines if line.sign == "+")


def effects(found: Difference) -> dict[str, str]:
    return {one.id: one.effect for one in found.incidents}


def internal(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML
    return whole(visibility="internal", **changes)


def resolved() -> dict[str, Any]:
    return whole(status="resolved") | {"postmortem.md": postmortem(status="draft")}


def test_what_is_the_same_is_no_difference() -> None:
    found = between({ID: whole()}, {ID: whole()})
    assert found == Difference((), (), (), ())
    assert "Nothing changes on the site" in rendered(found)


@pytest.mark.parametrize("before", [{}, {ID: internal()}], ids=["it is new", "it was internal"])
def test_what_becomes_public_is_shown_whole_and_first(before: Incidents) -> None:
    found = between({OTHER: whole(), **before}, {OTHER: whole(title="Otherwise"), ID: whole()})
    assert effects(found) == {ID: "shown", OTHER: "changed"}
    assert {line.sign for line in found.of("shown")[0].lines} == {"+"}
    for field in ("title", "users", "mitigation-text", "section-4", "item"):
        assert f"The {field} of it" in added(found)
        assert f"The {field} of it" in rendered(found)
    assert "1 incident becomes public, 1 incident changes" in rendered(found)
    assert "it cannot be taken back" in rendered(found)


def test_what_is_closed_is_told_in_full() -> None:
    found = between({ID: resolved()}, {ID: whole()})
    assert effects(found) == {ID: "told"}
    assert "The assess of it" in added(found)
    assert "Told in full for the first time" in rendered(found)


def test_a_post_mortem_that_is_published_is_set_apart() -> None:
    draft = whole() | {"postmortem.md": postmortem(status="in-review")}
    found = between({ID: draft}, {ID: whole()})
    assert effects(found) == {ID: "published"}
    assert "The section-0 of it" in added(found)
    assert "The assess of it" not in added(found)


def test_a_changed_line_stands_beside_the_one_that_it_replaces() -> None:
    found = between({ID: whole()}, {ID: whole(title="Otherwise")})
    (one,) = found.incidents
    assert Line("-", "The title of it") in one.lines
    assert Line("+", "Otherwise") in one.lines
    assert "section-0" not in rendered(found)
    assert "index.md" in found.change


def test_what_is_published_no_more_is_named_and_not_shown_again() -> None:
    found = between({ID: whole()}, {ID: internal(title="Something internal")})
    assert effects(found) == {ID: "gone"}
    told = rendered(found)
    assert ID in told
    assert "stays in caches" in told
    assert "Something internal" not in told
    assert "The assess of it" not in told


def test_what_cannot_be_read_is_not_called_gone() -> None:
    found = between({ID: whole()}, {}, ID, OTHER)
    assert effects(found) == {ID: "unreadable"}
    assert OTHER not in rendered(found)


def test_what_is_internal_on_both_sides_changes_no_byte() -> None:
    """Whatever is said in it, of it, or with it (threats V1)."""
    before, after = {OTHER: whole()}, {OTHER: whole(title="Otherwise")}
    hidden = {
        **internal(title="A canary"),
        "timeline.yaml": timeline(
            lambda field, form: f"https://canary.example/{field}" if form == "link" else f"canary {field}"
        ),
    }
    with_it = between({**before, ID: internal(related=[OTHER])}, {**after, ID: hidden})
    assert with_it == between(before, after)
    assert "canary" not in rendered(with_it)


def test_what_belongs_to_an_open_incident_and_is_not_public_stays_out() -> None:
    opened = whole(status="investigating", resolution=None)
    changed = opened | {"incident.yaml": incident(status="investigating", resolution=None, labels={"team": "canary"})}
    assert between({ID: opened}, {ID: changed}).incidents == ()


def test_a_secret_is_masked_whichever_side_has_it() -> None:
    leaking = whole(title=f"Leaked {SECRET}")
    for found in (between({}, {ID: leaking}), between({ID: leaking}, {}), between({ID: leaking}, {ID: whole()})):
        assert SECRET not in rendered(found)
        assert SECRET[4:] not in rendered(found)
        assert "ghp_****" in rendered(found).replace("\\", "")


def test_what_only_looks_like_a_secret_is_shown() -> None:
    policy = {"publishing": {"known_secrets": [digest(SECRET)]}}
    found = difference(side({}, **policy), side({ID: whole(title=f"Looks {SECRET}")}, **policy))
    assert SECRET in render_text(found, base="main", as_of="now")


def test_no_text_of_a_record_does_anything_in_a_summary() -> None:
    incidents = {f"2026-11-23-{name}": whole(held.fill) for name, held in texts()}
    hostile = between({}, incidents)
    assert len(hostile.incidents) == len(incidents) > 50
    for one in hostile.incidents:
        told = render_markdown(Difference((one,), (), (), ()), base="main", as_of="now")
        assert list(acts(told)) == [], one.id
        assert one.added


@pytest.mark.parametrize("title", ["@team fixes #1", "::error::boom", "##[error]boom", "``` # Merge this", "[x](https://evil.example)", "<img src=x>"])  # fmt: skip
def test_a_title_is_text(title: str) -> None:
    found = between({}, {ID: whole(title=title)})
    told = render_markdown(found, base="main", as_of="now")
    assert list(acts(told)) == []
    for form in (told, render_text(found, base="main", as_of="now")):
        assert not [line for line in form.split("\n") if line.lstrip().startswith("::")]
        assert "##[" not in form


def test_a_summary_has_room_for_what_is_new_and_counts_the_rest() -> None:
    """GitHub drops one of more than 1 MiB whole (threats T7)."""

    def large(field: str, form: Form) -> str:
        return f"https://x.example/{field} {'x' * 2_500}" if form == "prose" else plain(field, form)

    incidents = {f"2026-11-{day:02}-checkout-500": whole(large) for day in range(1, 10)}
    told = render_markdown(between({}, incidents), base="main", as_of="now")
    assert LIMIT // 2 < len(told.encode()) <= LIMIT
    assert all(f"#### {id_}" in told for id_ in incidents)
    assert "more lines did not fit here**; `hotwash site --base` shows all" in told


def test_a_line_without_end_is_shown_in_parts() -> None:
    long = between({}, {ID: whole() | {"timeline.yaml": [{**timeline()[0], "text": "word " * 2_000}]}})
    told = render_markdown(long, base="main", as_of="now")
    assert told.replace("\n```\n\n```diff", "").replace("\n+ … ", "").count("word") == 2_000
    assert max(map(len, told.split("\n"))) < 3_000
