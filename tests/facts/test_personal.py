"""What leads to a person, and what only looks like it. Addresses and numbers are made up or stand in manuals."""

from __future__ import annotations

import sys
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotwash.facts.personal import find

ROOT = Path(__file__).parents[2]
MAIL, PHONE, ACCOUNT, MACHINE = "an e-mail address", "a phone number", "a bank account", "an IP address"
PLANTED = (
    (MAIL, "order of {} failed", "erika.muster@post.shop"),
    (MAIL, "mailto:{}?subject=x", "e.muster+1@post.shop"),
    (MAIL, "<{}>, who asked", "erika_muster@post-1.shop.co.uk"),
    (MAIL, '{"user":"{}","n":1}', "erika@muster.shop"),
    (MAIL, "https://shop.example/reset?to={}&x=1", "erika@muster.shop"),
    (MAIL, "written to {}.", "jürgen@müller.shop"),
    (MAIL, "user={} host=db-1", "O'Neill.k@post.shop"),
    (PHONE, "call {} first", "+49 30 9876543"),
    (PHONE, "tel:{}", "+493098765432"),
    (PHONE, "call {}, she knows", "+49 (0)171 987 65 43"),
    (PHONE, "from {} at noon", "0049 171 9876543"),
    (PHONE, "at {}", "+44 20 7123 4567"),
    (PHONE, "at {}", "+1 415 867 5309"),
    (PHONE, "at {}", "+1 (415) 867-5309"),
    (PHONE, "at {}", "(415) 867-5309"),
    (PHONE, "at {}", "415-867-5309"),
    (PHONE, "Phone: {}", "030 9876543"),
    (PHONE, "mobile {}", "0171/9876543"),
    (PHONE, "phone={}&x=1", "01719876543"),
    (PHONE, "WhatsApp: {}", "0171 987 65 43"),
    (PHONE, "in India {}", "+91 98765 43210"),
    (PHONE, "in Italy {}", "+39 06 1234 5678"),
    (ACCOUNT, "refund to {} waits", "DE89 3704 0044 0532 0130 00"),
    (ACCOUNT, "iban={}", "GB82WEST12345698765432"),
    (ACCOUNT, "to {} AND MORE", "FR14 2004 1010 0505 0001 3M02 606"),
    (ACCOUNT, "to {}.", "NL91ABNA0417164300"),
    (ACCOUNT, "to {}, NO 1", "NO93 8601 1117 947"),
    (MACHINE, "client {} reset", str(IPv4Address(0x5102458E))),
    (MACHINE, "client={}:51234", str(IPv4Address(0x5102458E))),
    (MACHINE, '"ip":"{}",', str(IPv4Address(0xC1637142))),
    (MACHINE, "from [{}]", "2a02:8106:1:2::5"),
    (MACHINE, "from {}.", "2a02:8106:1:2:3:4:5:6"),
)
CLEAN = (
    "support@shop.io, ops@shop.io, no-reply@shop.io and security@shop.io are read by whoever is there",
    "alice@example.com, bob@shop.example, eve@mail.test, root@localhost and x@example.org are examples",
    "git@github.com:shop/checkout.git, ssh://deploy@git.shop.io/x, postgres://shop@db.shop.io/orders",
    "react@18.2.0 lodash@4.17.21.next @babel/core@7.2 nginx@sha256:9f86d081884c7d65 @alice asked",
    "41898282+github-actions[bot]@users.noreply.github.com",
    "2026-11-23T08:41:00+01:00 2026-11-23 08:41:10,123 23/Nov/2026:08:41:00 +0100 20261123084100",
    "+2021-11-23 08:41:10 is a line that was added, +15 minutes, +1, +30 000 000 000, +12 345 678 users",
    "1700000000 1700000000123 4102 4,102,000 12 400 000 users, 0.31, 5e10, 00:00:00, 0000000000",
    "order 433-221-23456, part 2026-1123-0841, #412, v412...v413, PR-1234-5678, 1-2-3-4",
    "call 555-0123, (415) 555-0142, +1 212 555 0199 and +44 20 7946 0123 as they do in films",
    "phone: unknown; tel: 112; mobile 12400 of 31000; SMS 2026-11-23 08:41; fax: 0000000000; tel: 28919.8689279",
    "1-800-867-5309 and +49 800 1234567 cost nothing and are nobody's",
    "commit 3f2a9c1e77b14c0d9e52aa01bc23de4501234567 span 9e52aa01bc23de45 550e8400-e29b-41d4-a716-446655440000",
    "DE89370400440532013001 has wrong check digits, AB12CDEF34567890123456 no country, GB82 IS SHORT",
    "AS13335 leaked 104.16.0.0/12 and 2606:4700::/32; AS64500 announced 192.0.2.0/24",
    "10.0.12.101 172.16.4.2 192.168.1.1 127.0.0.1 100.64.1.2 169.254.169.254 0.0.0.0 255.255.255.255",
    "192.0.2.14 198.51.100.7 203.0.113.99 2001:db8::1 fe80::1 ::1 fd00::5 2001:db8:1:2:3:4:5:6",
    "1.1.1.1 8.8.8.8 9.9.9.9 2606:4700:4700::1111 answer everybody",
    "Chrome/120.0.60.129 version 4.17.21.3 v1.2.3.4 release 5.6.7.8, 1.2.3.4.5, 81.2.69.142-1, 4.0.0.0",
    "http://81.2.69.142/ is a machine that serves, aa:bb:cc:dd:ee:ff one that is near",
    "08:41:00 08:41 std::vector a::b ::: 12:34:56:78 1:2:3",
)


@pytest.mark.parametrize(("kind", "line", "value"), PLANTED, ids=range(len(PLANTED)))
def test_what_leads_to_a_person_is_found_whole(kind: str, line: str, value: str) -> None:
    text = f"one\n{line.replace('{}', value, 1) if line.count('{}') else line}\nthree"
    assert [(one.kind, one.value, text[one.start : one.end]) for one in find(text)] == [(kind, value, value)]


@pytest.mark.parametrize("line", CLEAN, ids=range(len(CLEAN)))
def test_what_only_looks_like_it_is_let_pass(line: str) -> None:
    assert find(line) == ()


def test_digits_of_any_script_are_digits() -> None:
    others = [sign for sign in map(chr, range(0x80, sys.maxunicode + 1)) if sign.isdecimal()]
    assert len(others) > 500
    assert [sign for sign in others if not find(f"tel. (1{sign * 5}")] == []


def test_nothing_is_found_in_the_records_of_this_repository() -> None:
    files = [
        path
        for folder in ("incidents", "examples/shop/incidents")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".yaml", ".md", ".txt")
    ]
    assert len(files) > 100
    assert {path: find(path.read_text(encoding="utf-8")) for path in files} == dict.fromkeys(files, ())


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("a1+@.:- ()/0DE\nß"), max_size=80))
def test_any_text_is_searched_without_an_exception(text: str) -> None:
    for one in find(text):
        assert text[one.start : one.end] == one.value
