"""A plan in a file -> what tells whether it may still be applied: exactly as it was shown, or not at all."""

from __future__ import annotations

import json

from hotwash.errors import UsageError

HOW = "make one: hotwash plan --output plan.json"


def saved_digest(text: str, name: str) -> str:
    """What a saved plan follows from.

    Only that is taken from the file. The changes are worked out anew, and where the digest is the same they are the
    same: a file that somebody touched up can make `apply` do nothing that `plan` would not show.

    Raises:
        UsageError: It is no plan.
    """
    try:
        plan = json.loads(text)
    except (ValueError, RecursionError):
        plan = None
    digest = plan.get("digest") if isinstance(plan, dict) and plan.get("version") == 1 else None
    if not isinstance(digest, str) or not digest:
        message = f"{name} is no plan of `hotwash plan --format json`"
        raise UsageError(message, HOW)
    return digest
