"""What can go wrong between a client and GitHub, chosen by the test: call by call, before or after its effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal[
    "read time-out",
    "500",
    "502",
    "503 with Retry-After",
    "403 secondary",
    "403 secondary with Retry-After",
    "403 primary",
    "429",
    "401",
    "404",
    "410",
    "422",
    "reset",
    "half JSON",
    "half body",
    "HTML",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

RETRY_AFTER_S = 7
RESET_S = 40  # from now until the primary limit counts anew
HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to continue</body></html>"


_SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
_LIMIT = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_ERRORS: dict[Kind, tuple[int, str, tuple[str, ...]]] = {
    "500": (500, "Server Error", ()),
    "503 with Retry-After": (503, "Service unavailable", ("Retry-After",)),
    "403 secondary": (403, _SECONDARY, ()),
    "403 secondary with Retry-After": (403, _SECONDARY, ("Retry-After",)),
    "403 primary": (403, "API rate limit exceeded for installation ID 1.", _LIMIT),
    "429": (429, "Too many requests", ("Retry-After",)),
    "401": (401, "Bad credentials", ()),
    "404": (404, "Not Found", ()),
    "410": (410, "This issue was deleted", ()),
    "422": (422, "Validation Failed", ()),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens to one call.

    Attributes:
        after: Whether the call has its effect all the same.
    """

    kind: Kind
    after: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it goes over the wire.

    Attributes:
        missing: How many bytes are announced and never sent.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    missing: int = 0


def spoilt(fault: Fault, reply: Reply | None, now: float) -> Reply | None:
    """What is sent in place of a reply; None is sent by closing or by silence.

    Args:
        reply: What would have been sent; None where the call had no effect.
        now: Seconds of the server's clock.
    """
    if fault.kind in ("read time-out", "reset"):
        return None
    if fault.kind in _ERRORS:
        status, message, names = _ERRORS[fault.kind]
        values = {
            "Retry-After": str(RETRY_AFTER_S),
            "X-RateLimit-Limit": "1000",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": f"{now + RESET_S:.0f}",
        }
        return _error(status, message, {name: values[name] for name in names})
    if fault.kind == "502":
        return Reply(502, b"<html><body>Bad Gateway</body></html>", content_type="text/html")
    if fault.kind == "HTML":
        return Reply(200, HTML, content_type="text/html")
    whole = reply or Reply(200, b'{"number": 1, "title": "an answer that is cut off"}')
    half = whole.body[: len(whole.body) // 2]
    return Reply(whole.status, half, missing=len(whole.body) - len(half) if fault.kind == "half body" else 0)


def _error(status: int, message: str, headers: dict[str, str]) -> Reply:
    text = f'{{"message": "{message}", "documentation_url": "https://docs.github.com/rest", "status": "{status}"}}'
    return Reply(status, text.encode(), headers)
