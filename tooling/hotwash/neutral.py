"""Text from a record -> text that reads the same, and that GitHub acts upon nowhere (threats T4)."""

from __future__ import annotations

import re

# An empty space that no reader sees and every parser stops at; dependency bots use the same.
GAP = "\u200b"

# One pass over the text: a plain link is kept whole, since nothing inside one is taken for a reference; everything
# else that GitHub acts upon is broken by a gap. Markdown's own syntax for links, images, HTML, entities and escapes
# is broken too, because each of them can put a reference together out of parts: `\@alice`, `&#64;alice`, `GH\-1`.
_LIVE = re.compile(
    r"""
      (?P<link> (?<![^\s(]) https?://(?!\S*://) [a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?
                (?: [/?\#] (?: [A-Za-z0-9/._~%?\#=&+,:@-]* [A-Za-z0-9/_=-] )? )?
                (?= [.,:!?)]* (?:\s|\Z) ) )
    | (?P<gap>  (?: @(?=[^\s\u200b])               # @alice, o/r@sha, mail
                  | \#(?=\w)                       # #1, o/r#1
                  | gh-(?=\d)                      # GH-1
                  | :(?=//)                        # a link that is not plain
                  | www(?=\.)
                  | <(?=[a-z/!?])                  # HTML, comments, <https://...>
                  | &(?=\#|[a-z][a-z0-9]{0,40};)   # entities
                  | \\(?=[!-/:-@\[-`{-~])          # escapes
                  | \](?=[(\[:])                   # links, images, definitions
                  | \[(?=[\sx]\])                  # checkboxes
                ) )
    | (?P<hash> (?<![0-9a-z]) [0-9a-f]{7,} (?![0-9a-z]) )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_FORGE_LINK = re.compile(r"https?://(?:www\.)?github\.com(?=[/?#:]|\Z)(.*)", re.IGNORECASE)
_REDIRECTED = "https://redirect.github.com"
_THREAD = re.compile(
    r"https?://[^/]+/[^/]+/[^/]+/(?:issues|pulls?|discussions|commits?|compare)(?:/|\Z)", re.IGNORECASE
)
_HASH_PART = re.compile(r"[0-9A-Fa-f]{6}(?=[0-9A-Fa-f])")


def neutralised(text: str, *, links: bool = True) -> str:
    """Text from a record that reads the same, and that pings, links, closes, hides and loads nothing (threats T4).

    What dependency bots do: a zero-width space breaks what GitHub would act upon, and a link to github.com goes
    through its redirecting host, which leaves no back-link. Neutral text stays as it is.

    Args:
        text: As it stands in the record.
        links: Whether a plain link stays one.
    """
    return _LIVE.sub(_broken if links else _broken_links_too, text)


def _broken(found: re.Match[str]) -> str:
    text = found[0]
    if found["gap"]:
        return text + GAP
    if found["hash"]:
        # Six digits are too few for a commit, and the rest of a long one might be another.
        return _HASH_PART.sub(lambda part: part[0] + GAP, text)
    if forge := _FORGE_LINK.fullmatch(text):
        return f"{_REDIRECTED}{forge[1]}"
    if _THREAD.match(text) and not text.startswith(f"{_REDIRECTED}/"):
        # GitHub Enterprise has a host of its own, which the text alone does not tell: no link, so plain text again.
        return _unlinked(text)
    return text


def _broken_links_too(found: re.Match[str]) -> str:
    return _unlinked(found[0]) if found["link"] else _broken(found)


def _unlinked(link: str) -> str:
    return neutralised(link.replace("://", f":{GAP}//", 1), links=False)
