"""A value and where it goes in a record -> edits of the record's text, in several ways, the best one first.

Nothing is proven here: each way is tried, and the first one after which the record says what it is to say is taken.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from hotwash.edits.key_order import rank
from hotwash.edits.rendering import Place, inline, item_lines, laid, laid_item, pair_lines, top_lines
from hotwash.edits.standing import Page, Spot, children, is_block_text, is_flow, is_unwritten
from hotwash.records.document import ListNode, MapNode
from hotwash.records.splice import Edit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hotwash.diagnostics import Route
    from hotwash.edits.amendment import Plain
    from hotwash.edits.rendering import Laid
    from hotwash.records.document import Document

    Way = Callable[[], Sequence[Edit] | None]

_COMMENT_BEHIND = re.compile(r"([ \t]+)#")


def putting(document: Document, route: Route, value: Plain) -> tuple[Way, ...]:
    """Ways to put a value in the place of one that stands there."""
    return (partial(_put, document, route, value), partial(_put, document, route, value, on_one_line=True))


def adding(document: Document, route: Route, part: str | int, value: Plain) -> tuple[Way, ...]:
    """Ways to add a key to a mapping, or an item to the end of a list; in both something stands already."""
    return (partial(_add, document, route, part, value), partial(_add, document, route, part, value, on_one_line=True))


def dropping(document: Document, route: Route) -> tuple[Way, ...]:
    """Ways to take a value out of a mapping or list in which others stay."""
    return (partial(_drop, document, route),)


# --- in the place of another value


def _put(document: Document, route: Route, value: Plain, *, on_one_line: bool = False) -> list[Edit] | None:
    page = Page(document)
    spot = page.spot(route)
    if spot is None or not route:
        return _put_at_top(page, spot, value, on_one_line=on_one_line)
    if spot.in_flow:
        return _on_its_line(page, spot, inline(value))
    head = page.head(spot)
    if head is None:
        return None
    is_on_line = not is_unwritten(spot.node) and not _has_lines(spot)
    used = page.start(spot.node) if is_on_line else head + 1
    place = Place(document.kind, route, spot.column, used - page.line_start(head), page.step(), on_one_line)
    found = laid_item(value, place) if isinstance(spot.holder, ListNode) else laid(value, place)
    if is_block_text(spot.node) or (spot.key is not None and _has_lines(spot)):
        return _instead_of_lines(page, spot, head, found)
    if spot.key is None and (found.body or _has_lines(spot)):
        return _instead_of_item(page, spot, found)
    if not found.body and found.head:
        return _on_its_line(page, spot, found.head)
    return _with_lines_below(page, spot, head, found)


def _has_lines(spot: Spot) -> bool:
    """Whether a value has lines of its own."""
    node = spot.node
    return is_block_text(node) or (isinstance(node, MapNode | ListNode) and not is_flow(node))


def _on_its_line(page: Page, spot: Spot, text: str) -> list[Edit] | None:
    """One line for what stood there; a comment behind it stays where it is, if it is one of several below each other."""
    node = spot.node
    if not is_unwritten(node):
        start, end = page.start(node), page.end(node)
        return [_with_comment(page, start, end, text)]
    head = page.head(spot)
    if head is None:
        if spot.key is None:
            return None
        at = int(spot.key.end_mark.index) + page.shift
        return [Edit(at, at, f": {text}")]
    return [_with_comment(page, head, head, f" {text}")]


def _with_comment(page: Page, start: int, end: int, text: str) -> Edit:
    stop = page.line_stop(end)
    found = _COMMENT_BEHIND.match(page.text, end, stop)
    if found is None:
        # Behind a key without a value there may be blanks.
        return Edit(start, stop if start == end and not page.text[end:stop].strip() else end, text)
    column = found.end() - 1 - page.line_start(end)
    if "\n" in page.text[start:end] or not _has_comment_at(page, start, column):
        return Edit(start, end, text)
    blanks = max(1, len(found[1]) - (len(text) - (end - start)))
    return Edit(start, found.end() - 1, text + " " * blanks)


def _has_comment_at(page: Page, at: int, column: int) -> bool:
    """Whether the line above or below has a comment in the same column, behind something else."""
    begin = page.line_start(at)
    above = page.text[page.line_start(begin - 1) : max(begin - 1, 0)] if begin else ""
    below_start = page.next_line(at)
    below = page.text[below_start : page.line_stop(below_start)] if below_start < len(page.text) else ""
    return any(
        line[column : column + 1] == "#" and line[:column].strip() and line[column - 1] == " "
        for line in (above, below)
    )


def _with_lines_below(page: Page, spot: Spot, head: int, found: Laid) -> list[Edit] | None:
    """Lines below the key, for what stood on its line."""
    start, end = page.start(spot.node), page.end(spot.node)
    if is_unwritten(spot.node):
        start = end = head
    if page.text[head:start].strip(" \t"):
        return None
    text = f" {found.head}" if found.head else ""
    stop = page.line_stop(end)
    edits = [Edit(head, end if page.text[end:stop].strip() else stop, text)]
    return [*edits, *_lines_at(page, page.next_line(end), found.body)]


def _instead_of_lines(page: Page, spot: Spot, head: int, found: Laid) -> list[Edit] | None:
    """For a text in block style, or a mapping or list in lines."""
    node = spot.node
    start, end = page.start(node), page.end(node)
    text = f" {found.head}" if found.head else ""
    if is_block_text(node):
        first = Edit(head, start + len(page.header(node)), text)
        body = page.next_line(start)
    else:
        begin = page.line_start(start)
        if begin <= head:
            return None
        first = Edit(head, head, text)
        body = begin
    if page.text[end - 1] != "\n":
        end = page.next_line(end)
    return [first, Edit(body, end, _joined(page, found.body, ends=end == len(page.text)))]


def _instead_of_item(page: Page, spot: Spot, found: Laid) -> list[Edit]:
    head, end = page.dash(spot) + 1, page.end(spot.node)
    text = page.line_end.join(((f" {found.head}" if found.head else ""), *found.body))
    if page.text[end - 1 : end] == "\n":
        text += page.line_end
    return [Edit(head, end, text)]


def _put_at_top(page: Page, spot: Spot | None, value: Plain, *, on_one_line: bool) -> list[Edit]:
    kind = page.document.kind
    lines = (inline(value),) if on_one_line else tuple(top_lines(kind, value))
    if spot is not None and not is_unwritten(spot.node):
        end = page.end(spot.node)
        text = page.line_end.join(lines)
        return [Edit(page.start(spot.node), end, text + (page.line_end if page.text[end - 1] == "\n" else ""))]
    return _lines_at(page, page.stop, lines)


# --- beside other values


def _add(
    document: Document, route: Route, part: str | int, value: Plain, *, on_one_line: bool = False
) -> list[Edit] | None:
    page = Page(document)
    holder = page.spot(route)
    if holder is None or not isinstance(holder.node, MapNode | ListNode):
        return None
    if holder.in_flow or is_flow(holder.node):
        return _in_flow(
            page, holder.node, inline(value) if isinstance(part, int) else f"{inline(part)}: {inline(value)}"
        )
    last = page.spot((*route, _last(holder.node)))
    assert last is not None  # noqa: S101 - something stands in it
    place = Place(document.kind, (*route, part), last.column, 0, page.step(), on_one_line)
    if isinstance(holder.node, ListNode):
        lines = tuple(_item_like(holder.node, value, place))
        above = page.spot((*route, len(holder.node.items) - 2)) if len(holder.node.items) > 1 else None
        is_apart = above is not None and _has_blank_line(page, page.below(above), page.dash(last))
        return _lines_at(page, page.below(last), (*([""] if is_apart else []), *lines))
    assert isinstance(part, str)  # noqa: S101 - the key of a mapping
    lines = tuple(pair_lines(part, value, place))
    return _key_lines(page, holder, part, lines)


def _last(node: MapNode | ListNode) -> str | int:
    return len(node.items) - 1 if isinstance(node, ListNode) else next(reversed(node.keys))


def _item_like(node: ListNode, value: Plain, place: Place) -> Sequence[str]:
    """An item in the manner of the last one."""
    last = node.items[-1]
    if isinstance(value, dict) and isinstance(last, MapNode) and not is_flow(last) and value and not place.on_one_line:
        lines: list[str] = []
        inner = Place(place.kind, place.route, place.column + 2, 0, place.step)
        for key, item in value.items():
            lines += pair_lines(key, item, Place(inner.kind, (*place.route, key), inner.column, 0, inner.step))
        margin = " " * place.column
        return (f"{margin}- {lines[0][place.column + 2 :]}", *lines[1:])
    return tuple(item_lines(value, place))


def _key_lines(page: Page, holder: Spot, key: str, lines: Sequence[str]) -> list[Edit] | None:
    """Lines of a new key behind the keys that come before it."""
    node, kind = holder.node, page.document.kind
    assert isinstance(node, MapNode)  # noqa: S101 - so it was called
    own = rank(kind, holder.route, key)
    ranks = {name: rank(kind, holder.route, name) for name in node.keys}
    before = [name for name in node.keys if ranks[name] <= own]
    if not before:
        at = _above_first(page, holder)
        if at is not None:
            return _lines_at(page, at, lines)
        before = list(node.keys)[:1]
    highest = max(ranks[name] for name in before)
    name = [name for name in before if ranks[name] == highest][-1]
    spot = page.spot((*holder.route, name))
    assert spot is not None  # noqa: S101 - a key of this mapping
    at = page.below(spot)
    return _lines_at(page, at, (*([""] if _stands_apart(page, spot, at, lines) else []), *lines))


def _stands_apart(page: Page, spot: Spot, at: int, lines: Sequence[str]) -> bool:
    """Whether a blank line goes before a new key at the top, since such lines part the keys of this file."""
    if len(spot.route) != 1 or spot.key is None:
        return False
    start = page.line_start(page.key_start(spot.key))
    is_group = page.line_start(at - 1) > start or len(lines) > 1
    has_blank_above = start > 0 and not page.text[page.line_start(start - 1) : start].strip()
    has_blank_below = at < page.stop and not page.text[at : page.line_stop(at)].strip()
    return is_group and (has_blank_above or has_blank_below)


def _above_first(page: Page, holder: Spot) -> int | None:
    """Where lines go before the first key of a mapping; None where that stands behind a dash."""
    assert isinstance(holder.node, MapNode)  # noqa: S101 - so it was called
    first = page.key_start(next(iter(holder.node.keys.values())))
    begin = page.line_start(first)
    if page.text[begin:first].strip(" "):
        return None
    head = page.head(holder)
    return begin if head is None or not holder.route else page.next_line(head)


def _has_blank_line(page: Page, start: int, end: int) -> bool:
    return any(not line.strip() for line in page.text[start:end].split("\n")[:-1])


def _in_flow(page: Page, node: MapNode | ListNode, text: str) -> list[Edit]:
    """A new part of a mapping in braces, or of a list in brackets, behind the last one."""
    last = children(node)[-1]
    at = page.end(last)
    if is_unwritten(last) and isinstance(node, MapNode):
        key = next(reversed(node.keys))
        at = page.head(Spot((), last, node, node.keys[key], 0, in_flow=True)) or (
            int(node.keys[key].end_mark.index) + page.shift
        )
    close = page.end(node) - 1
    comma = page.text.find(",", at, close)
    if comma >= 0 and not page.text[at:comma].strip():
        return [Edit(comma + 1, comma + 1, f" {text}")]
    return [Edit(at, at, f", {text}")]


# --- taken out


def _drop(document: Document, route: Route) -> list[Edit] | None:
    page = Page(document)
    spot = page.spot(route)
    if spot is None or spot.holder is None:
        return None
    if spot.in_flow:
        return _out_of_flow(page, spot)
    end = page.below(spot)
    start = page.dash(spot) if spot.key is None else page.key_start(spot.key)
    begin = page.line_start(start)
    if page.text[begin:start].strip(" "):
        return _first_of_item(page, spot, start)
    return [Edit(begin, _without_blank_lines(page, begin, end), "")]


def _first_of_item(page: Page, spot: Spot, start: int) -> list[Edit] | None:
    """The first key behind a dash goes, and the next one takes its place."""
    if not isinstance(spot.holder, MapNode):
        return None
    names = list(spot.holder.keys)
    if names[0] != spot.route[-1]:
        return None
    following = page.key_start(spot.holder.keys[names[1]])
    end = max(page.end(spot.node), page.head(spot) or 0)
    return [Edit(start, end if page.text[end:following].strip() else following, "")]


def _without_blank_lines(page: Page, begin: int, end: int) -> int:
    """Where a cut ends, so that no two blank lines are left where one was before and one after."""
    above = page.text[page.line_start(begin - 1) : begin] if begin else "\n"
    if not above.strip() and end < page.stop and not page.text[end : page.line_stop(end)].strip():
        return page.next_line(end)
    return end


def _out_of_flow(page: Page, spot: Spot) -> list[Edit] | None:
    node = spot.holder
    assert node is not None  # noqa: S101 - in braces or brackets there is always something around
    starts, ends = [], []
    for name, child in zip(_names(node), children(node), strict=True):
        key = node.keys[name] if isinstance(node, MapNode) and isinstance(name, str) else None
        starts.append(page.key_start(key) if key is not None else page.start(child))
        ends.append(max(page.end(child), int(key.end_mark.index) + page.shift if key is not None else 0))
    index = _names(node).index(spot.route[-1])
    if index + 1 < len(starts):
        between = page.text[ends[index] : starts[index + 1]]
        comma = ends[index] + between.find(",") + 1
        return [Edit(starts[index], comma if "#" in between else starts[index + 1], "")]
    before = page.text[ends[index - 1] : starts[index]]
    return [Edit(starts[index] if "#" in before else ends[index - 1], ends[index], "")]


def _names(node: MapNode | ListNode) -> list[str | int]:
    return list(range(len(node.items))) if isinstance(node, ListNode) else list(node.keys)


# --- lines


def _lines_at(page: Page, at: int, lines: Sequence[str]) -> list[Edit]:
    """New lines where a line begins, or behind the last one; a file without a last line end stays one."""
    if not lines:
        return []
    if at and page.text[at - 1] != "\n":
        return [Edit(at, at, page.line_end + page.line_end.join(lines))]
    return [Edit(at, at, "".join(line + page.line_end for line in lines))]


def _joined(page: Page, lines: Sequence[str], *, ends: bool) -> str:
    """Lines in the place of others; at the end of a file with no last line end there is none either."""
    text = "".join(line + page.line_end for line in lines)
    return text.removesuffix(page.line_end) if ends and not page.text.endswith("\n") else text
