"""What a browser may load and run for a page (threats T1)."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from mkdocs.utils import get_theme_dir

from hotwash.site.mkdocs.csp import policy, script_forms, wrong_source

TEMPLATE = '<head><script>scope=new URL("{{ base_url }}",location)</script><script src="x.js"></script></head>'
FORMS = script_forms([TEMPLATE])
OF_THEME = 'scope=new URL("../..",location)'


def directives(html: str, added: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    told = (directive.split(" ") for directive in policy(html, FORMS, added or {}).split("; "))
    return {name: sources for name, *sources in told}


def hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_everything_that_is_not_named_is_forbidden() -> None:
    told = directives("")
    assert told["default-src"] == told["object-src"] == told["base-uri"] == told["form-action"] == ["'none'"]
    assert told["script-src"] == ["'self'"]
    assert "'unsafe-inline'" not in policy("", FORMS, {})


def test_inline_script_of_the_theme_runs_by_its_hash() -> None:
    assert directives(f"<script>{OF_THEME}</script>")["script-src"] == ["'self'", hashed(OF_THEME)]


@pytest.mark.parametrize(
    "script",
    [
        "alert(1)",
        'scope=new URL("",alert(1),"",location)',
        'scope=new URL("x"+alert(1)+"",location)',
        'scope=new URL("x",location);alert(1)',
        'scope=new URL("<!--<script>",location)',
        'scope=new URL("\\",location)//',
        'scope=new URL("javascript:x",location)',
        f" {OF_THEME}",
        "",
    ],
)
@pytest.mark.parametrize("where", ["<head>{}</head>", "<article>{}</article>", "</article></main></body>{}"])
def test_no_other_script_gets_a_hash_wherever_it_stands(script: str, where: str) -> None:
    html = where.format(f"<script>{script}</script><SCRIPT>{script}</SCRIPT><script id=x>{script}</script>")
    assert directives(html)["script-src"] == ["'self'"]


@pytest.mark.parametrize("html", ["<script>x", "<script", f"<script>{OF_THEME}", "<style>:root{", "<script></scr"])
def test_element_that_does_not_end_gets_no_hash(html: str) -> None:
    assert directives(html)["script-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("style", "applied"),
    [
        (':root{--md-text-font:"Open Sans";--md-code-font:"Mono"}', True),
        (":root{--md-admonition-icon--note:url('data:image/svg+xml;charset=utf-8,%3Csvg%3E');}", True),
        (":root{.md-tag{--md-tag-icon:url('data:image/svg+xml;charset=utf-8,%3C');}}", True),
        ('*{background:url("//evil.example")}', False),
        (':root{--md-text-font:"x"}*{color:red}', False),
        (":root{--md-x:url('//evil.example')}", False),
        (":root{--md-x:url('data:image/svg+xml;charset=utf-8,<svg>')}", False),
    ],
)
def test_style_is_applied_that_only_sets_variables_of_the_theme(style: str, *, applied: bool) -> None:
    sources = directives(f"<style>{style}</style>")["style-src"]
    assert sources == (["'self'", hashed(style)] if applied else ["'self'"])


def test_columns_are_aligned_and_no_other_style_attribute_is_applied() -> None:
    aligned = [hashed(f"text-align: {side};") for side in ("left", "center", "right")]
    assert directives("")["style-src-attr"] == ["'unsafe-hashes'", *aligned]


def test_sources_are_added_to_what_is_allowed_and_in_place_of_none() -> None:
    told = directives("", {"script-src": ["https://stats.example"], "frame-src": ["https://a.example", "data:"]})
    assert told["script-src"] == ["'self'", "https://stats.example"]
    assert told["frame-src"] == ["https://a.example", "data:"]
    assert directives("", {"form-action": ["https://a.example"]})["form-action"] == ["https://a.example"]


def test_inline_script_that_is_allowed_on_purpose_is_not_forbidden_by_a_hash() -> None:
    added = {"script-src": ["'unsafe-inline'"], "style-src-attr": ["'unsafe-inline'"]}
    told = directives(f"<script>{OF_THEME}</script>", added)
    assert told["script-src"] == ["'self'", "'unsafe-inline'"]
    assert told["style-src-attr"] == ["'unsafe-inline'"]


@pytest.mark.parametrize(
    "added",
    [
        {"default-src": ["*"]},
        {"base-uri": ["'self'"]},
        {"script": ["'self'"]},
        {"script-src": "https://a.example"},
        {"script-src": []},
        {"script-src": ["a b"]},
        {"script-src": ["a; form-action *"]},
        {"script-src": ['a"><script>']},
        {"script-src": ["a,b"]},
        {"script-src": [1]},
        {1: ["a"]},
    ],
)
def test_what_is_no_source_is_refused(added: dict[object, object]) -> None:
    assert wrong_source(added)


@pytest.mark.parametrize("source", ["https://a.example", "*.a.example", "a.example:443/x/", "data:", "'unsafe-eval'"])
def test_sources_are_taken(source: str) -> None:
    assert wrong_source({"img-src": [source]}) == ""


def test_scripts_of_the_theme_are_found_in_its_templates() -> None:
    """Another version may write them otherwise; as many as are plain must be found."""
    folder = Path(get_theme_dir("material"), "partials", "javascripts")
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.html"))]
    assert len(script_forms(texts)) == sum(text.count("<script>") for text in texts)


def test_script_with_branches_is_left_out() -> None:
    assert script_forms(["<script>{% if x %}a(){% endif %}</script>", "<script>{# x #}</script>"]) == ()
