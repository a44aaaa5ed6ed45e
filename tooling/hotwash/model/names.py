"""Who did something: a login, a role, a system, an organisation, a party, or unknown."""

from __future__ import annotations

# The placeholder of the help lines. As a name it is refused, so that no pasted line passes unread.
LOGIN_PLACEHOLDER = "YOUR-LOGIN"
LOGIN_PATTERN = r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[a-z0-9]{1,8})?"
WHO_PATTERN = rf"(?:unknown|(?:role|system|org|party):[a-z0-9][a-z0-9-]{{0,38}}|{LOGIN_PATTERN})"


def is_login(who: str) -> bool:
    """The name is a person's login: somebody who can be asked, not a role, a system or unknown."""
    return ":" not in who and who != "unknown"
