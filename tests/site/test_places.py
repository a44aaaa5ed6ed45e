"""Where pages are: another place for every other name, on any disk."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.model.base import SERVICE_KEY_PATTERN
from hotwash.site.output import _LINE
from hotwash.site.places import SERVICES, cause_page, service_page, severity_page, year_page

_PART = st.text("aAbBxX019._-", min_size=1, max_size=8) | st.sampled_from(
    ("con", "CON", "con.x", "index", "Index", "readme", "README", "nul", "a_x1", "A", "a.", "x0_con", "x0_x0_a")
)
KEYS = st.lists(_PART, min_size=1, max_size=2).map("/".join).filter(re.compile(SERVICE_KEY_PATTERN).fullmatch)
TAKEN = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.|$)")


@given(st.lists(KEYS, min_size=2, max_size=12, unique=True))
@settings(max_examples=60)
def test_services_have_pages_of_their_own_on_any_disk(keys: list[str]) -> None:
    pages = [service_page(key).lower() for key in keys]
    assert len(set(pages)) == len(keys)
    for page in pages:
        assert page != SERVICES
        for part in page.removeprefix("incidents/services/").removesuffix(".md").split("/"):
            assert not TAKEN.match(part), "a name that is no file on some systems"
            assert not part.endswith("."), "some systems drop a dot at the end"
            assert part not in ("index", "readme"), "these stand for their folder"


@given(KEYS)
@settings(max_examples=60)
def test_page_of_a_service_is_a_file_that_a_later_run_knows_again(key: str) -> None:
    assert _LINE.fullmatch(f"{'0' * 64}  {service_page(key)}")


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("checkout-api", "checkout-api"),
        ("my_service", "my_service"),
        ("gitlab/git", "gitlab/git"),
        ("api.shop.example", "api.shop.example"),
        ("Checkout", "checkout_x1"),
        ("cHECKOUT", "checkout_xfe"),
        ("checkout_x1", "checkout_x1_x0"),
        ("index", "x0_index"),
        ("shop/con.d", "shop/x0_con.d"),
        ("shop.", "shop._x0"),
    ],
)
def test_path_reads_like_the_key(key: str, path: str) -> None:
    assert service_page(key) == f"incidents/services/{path}.md"


def test_other_lists_are_called_like_what_they_list() -> None:
    assert year_page(2026) == "incidents/years/2026.md"
    assert year_page(None) == "incidents/years/undated.md"
    assert severity_page("P0") == "incidents/severities/P0.md"
    assert cause_page("software defect") == cause_page("software-defect") == "incidents/causes/software-defect.md"
