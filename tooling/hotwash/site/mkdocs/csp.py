"""A finished page -> its Content-Security-Policy: what a browser may load and run for it (threats T1).

The pages hold no script of ours but files. The theme has a few inline ones, which its templates tell: only what one of
them makes is allowed by its hash. So a script that came from a record would not run, wherever on the page it got.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# `table` of Python-Markdown aligns cells so. Other attributes `style` are not applied.
_ALIGNED = ("text-align: left;", "text-align: center;", "text-align: right;")
# What a template puts into an inline script: a path from page to page, or a word.
_EXPRESSION = re.compile(r"\{\{[^{}]*\}\}")
_PUT_IN = r"[A-Za-z0-9_./~%-]*"
# A style of the theme that sets variables of the theme, and nothing else: names of fonts, and icons.
_VALUE = r"""(?:"[A-Za-z0-9 _-]*"|url\('data:image/svg\+xml;charset=utf-8,[A-Za-z0-9_./~%-]*'\))"""
_VARIABLES = re.compile(rf":root\{{(?:(?:\.md-tag[a-z0-9.-]*\{{)?--md-[A-Za-z0-9_-]+:{_VALUE};?\}}?)+\}}?")
# A source as a policy names it: a keyword, a scheme, a host with or without a path, or a hash.
_SOURCE = re.compile(r"'[a-z0-9-]+'|'sha(?:256|384|512)-[A-Za-z0-9+/=_-]+'|[a-z][a-z0-9+.-]*:|[A-Za-z0-9*.:/_~%-]+")
# What a site may add to.
EXTENSIBLE = (
    *("script-src", "style-src", "style-src-attr", "img-src", "font-src", "connect-src", "worker-src"),
    *("frame-src", "media-src", "manifest-src", "form-action"),
)
_NONE = "'none'"


def script_forms(templates: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """What the inline scripts of a theme look like, by the text of its templates.

    A script that a template makes with branches and loops is left out, and so does not run.
    """
    written = {script for template in templates for script in _inline(template, "script") if script.strip()}
    plain = (script for script in sorted(written) if "{%" not in script and "{#" not in script)
    return tuple(re.compile(_PUT_IN.join(map(re.escape, _EXPRESSION.split(script)))) for script in plain)


def policy(html: str, forms: Iterable[re.Pattern[str]], added: Mapping[str, Sequence[str]]) -> str:
    """The policy of a page.

    Args:
        html: The whole page.
        forms: The inline scripts of the theme.
        added: Directive -> further sources, which the site trusts.
    """
    scripts = (text for text in _inline(html, "script") if any(form.fullmatch(text) for form in forms))
    styles = (text for text in _inline(html, "style") if _VARIABLES.fullmatch(text))
    directives: dict[str, list[str]] = {
        "default-src": [_NONE],
        "script-src": ["'self'", *_hashes(scripts)],
        "style-src": ["'self'", *_hashes(styles)],
        "style-src-attr": ["'unsafe-hashes'", *_hashes(_ALIGNED)],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "object-src": [_NONE],
        "base-uri": [_NONE],
        "form-action": [_NONE],
    }
    for directive, sources in added.items():
        # Beside a hash a browser does not heed the word that allows all.
        hashes = ("'sha256-", "'unsafe-hashes'") if "'unsafe-inline'" in sources else ()
        told = (one for one in directives.get(directive, ()) if one != _NONE and not one.startswith(hashes))
        directives[directive] = list(dict.fromkeys((*told, *sources)))
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in directives.items())


def wrong_source(added: Mapping[object, object]) -> str:
    """What cannot be added to a policy, and why; empty where all can."""
    for directive, sources in added.items():
        if directive not in EXTENSIBLE:
            return f"`{directive}` is none of {', '.join(EXTENSIBLE)}"
        if not isinstance(sources, list) or not sources:
            return f"`{directive}` takes a list of sources"
        for source in sources:
            if not isinstance(source, str) or not _SOURCE.fullmatch(source):
                return f"`{directive}`: `{source}` is no source"
    return ""


def _hashes(texts: Iterable[str]) -> list[str]:
    """Each text as a source, once, in the order in which they come."""
    return [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in dict.fromkeys(texts)]


def _inline(html: str, name: str) -> Iterable[str]:
    """What stands in elements of a name."""
    at = html.find(f"<{name}")
    while at != -1:
        start = html.find(">", at) + 1
        end = html.find(f"</{name}>", start)
        if not start or end == -1:
            return
        yield html[start:end]
        at = html.find(f"<{name}", end)
