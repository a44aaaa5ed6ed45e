"""E-mail addresses, phone numbers, bank accounts and addresses of machines of people in a text (threats V4).

Each is told by its form and, where the form has one, by its check digits. What is set aside for examples, and what
belongs to nobody in particular, is let pass.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Personal:
    """Something in a text that leads to a person.

    Attributes:
        kind: What it is, with its article: `an e-mail address`.
        start: Where it begins, in code points.
    """

    kind: str
    start: int
    value: str

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.start + len(self.value)


# In UTF-8 the digits of other scripts begin with a byte from here on.
_OTHERS = 0xD9
# All digits are alike, and all large letters.
_ALIKE = bytes.maketrans(
    f"{string.digits}{string.ascii_uppercase}".encode() + bytes(range(_OTHERS, 256)),
    b"0" * 10 + b"A" * 26 + b"0" * (256 - _OTHERS),
)


def find(text: str) -> tuple[Personal, ...]:
    """What in a text leads to a person, in order, none within another."""
    # First how every account begins, and as many digits as every number has: most texts have neither, and are not
    # looked at sign by sign.
    alike = text.encode("utf-8", "surrogatepass").translate(_ALIKE)
    found = [*_mails(text)]
    if b"AA00" in alike:
        found += _accounts(text)
    if b"0" * _FEWEST in alike.translate(None, _IN_NUMBERS):
        found += _phones(text)
    found += _machines(text)
    kept: list[Personal] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(kept)


# --- e-mail

_AT = re.compile(r"@((?:[^\W_]|-){1,63}(?:\.(?:[^\W_]|-){1,63}){1,8})")
_LOCAL = frozenset("._%+-'")
_LOCAL_LENGTH = 64
# RFC 2606 and 6761.
_EXAMPLES = ("example.com", "example.org", "example.net", "example", "test", "invalid", "localhost", "local")
# RFC 2142, and what else is read by whoever is on duty.
_OFFICES = frozenset(
    {"abuse", "accounts", "admin", "billing", "bot", "contact", "feedback", "git", "hello", "help", "helpdesk"}
    | {
        "hostmaster",
        "incident",
        "incidents",
        "info",
        "mail",
        "mailer-daemon",
        "marketing",
        "no-reply",
        "noc",
        "noreply",
    }
    | {"office", "oncall", "on-call", "ops", "postmaster", "press", "privacy", "root", "sales", "security", "service"}
    | {"sre", "status", "support", "team", "webmaster"}
)


def _mails(text: str) -> Iterator[Personal]:
    if "@" not in text:
        return
    for found in _AT.finditer(text):
        domain = found[1].rstrip("-")
        labels = domain.lower().split(".")
        if not labels[-1].isalpha() or labels[0].isdigit():  # `react@18.2.next` is a version
            continue
        first = found.start()
        while first > 0 and found.start() - first < _LOCAL_LENGTH and _is_local(text[first - 1]):
            first -= 1
        before = text[first : found.start()]
        name = before.lstrip("._%+-'")
        start = found.start() - len(name)
        if not name or text.endswith(("://", "]"), 0, start):  # the login of an address, or a bot
            continue
        if name.lower() in _OFFICES or "noreply" in domain.lower() or _is_example(labels):
            continue
        yield Personal("an e-mail address", start, f"{name}@{domain}")


def _is_local(sign: str) -> bool:
    return sign.isalnum() or sign in _LOCAL


def _is_example(labels: list[str]) -> bool:
    return labels[-1] in _EXAMPLES or ".".join(labels[-2:]) in _EXAMPLES


# --- phone numbers

_GAP = r"[ \u00a0./()-]"
# What may stand between the digits of a number, and bytes with which no digit begins.
_IN_NUMBERS = b" ./()-" + bytes(range(0x80, _OTHERS))
_FEWEST = 6  # digits of what any of these patterns finds
# Each begins with what the engine looks for fast, or is asked only where something of it is found so.
_PLUS = re.compile(rf"\+(?<![\w+]\+)[1-9](?:{_GAP}{{0,3}}\d){{7,15}}(?![\w-])", re.ASCII)
_ZEROS = re.compile(rf"00(?<!\w00)[1-9](?=\d{{0,2}}{_GAP})(?:{_GAP}{{0,3}}\d){{7,15}}(?![\w-])", re.ASCII)
_AMERICAN_ENDS = re.compile(r"-\d{4}(?![\w-])", re.ASCII)
_AMERICAN = re.compile(r"(?<![\w.+/-])(?:1-)?(?:\([2-9]\d\d\) ?|[2-9]\d\d-)[2-9]\d\d-\d{4}(?![\w-])", re.ASCII)
_WORDS = (
    "tel.",
    "tel:",
    "tel ",
    "tel=",
    "tel no",
    "mobil",
    "cell",
    "fax",
    "whatsapp",
    "sms",
    "handy",
    "phon",
    "telefon",
)
_ANNOUNCED = re.compile(
    r"(?<![^\W_])(?:(?:tele)?phone|tel|mobile|cell|cellphone|fax|whatsapp|sms|telefon|handy|mobil|t[ée]l[ée]phone)"
    rf"(?: ?(?:number|no|nr)\.?)?(?:[:=] ?\"?| (?=[0(])|\.:? ?)(?P<value>[(0-9]{_GAP}?\d(?:{_GAP}{{0,2}}\d){{5,13}})(?![\w-])",
    re.IGNORECASE,
)
# A day, or a measurement.
_DATE = re.compile(r"\+?\d{4}-\d\d-\d\d|[1-9]\d{0,9}\.\d{1,12}\Z", re.ASCII)
# Codes of countries have two digits, but for 1 and 7, and those that begin like these, which have three.
_OF_THREE = frozenset(
    {
        "21",
        "22",
        "23",
        "24",
        "25",
        "26",
        "29",
        "35",
        "37",
        "38",
        "42",
        "50",
        "59",
        "67",
        "68",
        "69",
        "80",
        "85",
        "87",
        "88",
        "96",
        "97",
        "99",
    }
)
_NOBODYS = frozenset({"28", "83", "89"})
_AMERICAN_LENGTH = 11  # with the 1 before it
_SHORTEST, _LONGEST = 9, 15  # digits, E.164
# What regulators keep free for films and examples: of Britain, Germany and France, with the code of the country.
_FICTION = (
    *("441632960", "447700900", "4420794600", "4420794601", "448081570", "449098790", "443069990"),
    *("493023125", "496990009", "494066969", "492214710", "498999998", "4915228817386", "4917139200"),
    *("33199", "33261", "33353", "33465", "33536", "33639"),
)
_FREE_CALLS = ("1800", "1888", "1877", "1866", "1855", "1844", "1833", "49800", "44800", "44808", "33800", "800")


def _phones(text: str) -> Iterator[Personal]:
    patterns = (_PLUS, _ZEROS, _AMERICAN) if _AMERICAN_ENDS.search(text) else (_PLUS, _ZEROS)
    for pattern in patterns:
        for found in pattern.finditer(text):
            if not _DATE.match(found[0]) and _is_number(found[0], abroad=pattern is not _AMERICAN):
                yield Personal("a phone number", found.start(), found[0])
    lowered = text.lower()
    if not any(word in lowered for word in _WORDS):
        return
    for found in _ANNOUNCED.finditer(text):
        value = found["value"]
        if not _DATE.match(value) and len(set(value)) > 2 and not _is_fiction(_digits(value)):  # noqa: PLR2004
            yield Personal("a phone number", found.start("value"), value)


def _digits(written: str) -> str:
    return "".join(sign for sign in written.replace("(0)", "") if sign.isdigit())


def _is_number(written: str, *, abroad: bool) -> bool:
    digits = _digits(written)
    digits = digits.removeprefix("00") if abroad else f"1{digits.removeprefix('1')}"
    if _is_fiction(digits) or digits.startswith(_FREE_CALLS):
        return False
    if digits[0] in "17":
        return len(digits) == _AMERICAN_LENGTH and digits[1] not in "01"
    code = digits[: 3 if digits[:2] in _OF_THREE else 2]
    # `+30 000 000 000` is a sum: but in Italy no number goes on with a zero.
    is_sum = digits[len(code)] == "0" and code != "39"
    return _SHORTEST <= len(digits) <= _LONGEST and code not in _NOBODYS and not is_sum


def _is_fiction(digits: str) -> bool:
    """It is set aside for films and examples."""
    at_home = digits.startswith("0") and digits[1:].startswith(tuple(number[2:] for number in _FICTION))
    is_american = digits.startswith("1") and len(digits) == _AMERICAN_LENGTH
    return (is_american and digits[4:9] == "55501") or digits.startswith(_FICTION) or at_home


# --- bank accounts

# ISO 13616: country -> characters; the two letters of each country, one after the other.
_LENGTHS = {
    country: int(length)
    for length, countries in {
        "15": "NO", "16": "BE", "18": "DKFIFOGLNLSD", "19": "MKSI", "20": "ATBAEEKZLTLUMNXK",
        "21": "CHHRLILV", "22": "BGBHCRDEGBGEIEMERSVA", "23": "AEGIILIQOMSOTL",
        "24": "ADCZESMDPKROSASESKTNVG", "25": "LYPTST", "26": "ISTR", "27": "BIDJFRGRITMCMRSM",
        "28": "ALAZBYCYDOGTHULBNIPLSV", "29": "BREGPSQAUA", "30": "JOKWMUYE", "31": "MTSC",
        "32": "LC", "33": "RU",
    }.items()
    for country in re.findall("..", countries)
}  # fmt: skip
_ACCOUNT = re.compile(r"[A-Z](?<![A-Za-z0-9][A-Z])[A-Z][0-9]{2}(?:[ \u00a0]?[A-Z0-9]){11,30}")
_CHECK = 97


def _accounts(text: str) -> Iterator[Personal]:
    for found in _ACCOUNT.finditer(text):
        length, written = _LENGTHS.get(found[0][:2], 0), ""
        for sign in found[0]:
            written += sign
            length -= sign.isalnum()
            if not length:
                break
        after = text[found.start() + len(written) :][:1]
        if length == 0 and not after.isalnum() and _is_account(written):
            yield Personal("a bank account", found.start(), written)


def _is_account(written: str) -> bool:
    """Its check digits are right: as one number, with its beginning moved to its end, it leaves 1."""
    plain = "".join(written.split())
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % _CHECK == 1


# --- addresses of machines

_IPV4 = re.compile(r"\d(?<![\w.:/-]\d)\d{0,2}\.(?:\d{1,3}\.){2}\d{1,3}(?!\w|\.\d|/\d|-\d)", re.ASCII)
_IPV6 = re.compile(r"[0-9A-Fa-f](?<![\w:./][0-9A-Fa-f])[0-9A-Fa-f]{0,3}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:/])", re.ASCII)
# The number of a version has fewer parts.
_IN_IPV4 = re.compile(r"\.\d{1,3}\.\d{1,3}\.\d", re.ASCII)
_IN_IPV6 = re.compile(r":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]")
_VERSION = re.compile(r"(?:version|release|ver|v|build)\W{0,3}", re.IGNORECASE)
_BEFORE = 10  # characters in which a word tells that it is a version
_IN_USE = IPv6Network("2000::/3")
_EXAMPLE = IPv6Network("3fff::/20")  # RFC 9637; older ones the library knows
# Everybody asks these.
_RESOLVERS = frozenset(
    {"1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "208.67.222.222", "208.67.220.220"}
    | {"2606:4700:4700::1111", "2606:4700:4700::1001", "2001:4860:4860::8888", "2001:4860:4860::8844", "2620:fe::fe"}
)


def _machines(text: str) -> Iterator[Personal]:
    for found in _IPV4.finditer(text) if _IN_IPV4.search(text) else ():
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if _is_somebodys(found[0]) and not any(one.end() == len(before) for one in _VERSION.finditer(before)):
            yield Personal("an IP address", found.start(), found[0])
    for found in _IPV6.finditer(text) if _IN_IPV6.search(text) else ():
        value = found[0][:-1] if found[0].endswith(":") and not found[0].endswith("::") else found[0]
        try:
            address = IPv6Address(value)
        except AddressValueError:
            continue
        if address.is_global and address in _IN_USE and address not in _EXAMPLE and str(address) not in _RESOLVERS:
            yield Personal("an IP address", found.start(), value)


def _is_somebodys(written: str) -> bool:
    """It is reached from everywhere, and is neither a network nor a machine that everybody asks."""
    try:
        address = IPv4Address(written)
    except AddressValueError:
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not written.endswith((".0", ".255"))
        and written not in _RESOLVERS
    )
