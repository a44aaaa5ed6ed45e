"""Tokens, keys and passwords in a text, told by their form and never by how random they look (threats V4).

A text is searched in three steps, each dearer than the one before: does it hold anything that a secret needs, which
kinds may be in it, and where. Nearly every record ends with the first.
"""

from __future__ import annotations

import hashlib
import re
import string
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

SHOWN = 4  # characters of a secret that may be shown, so that people know which one it is
_RUN = 16  # letters and digits that stand without a break in every token
_LINE = 1_000  # characters; a longer line is cut for patterns that are not our own
_BLOCK = 20_000  # characters; a longer private key there is not


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in a text.

    Attributes:
        kind: What it is, with its article: `a GitHub token`.
        start: Where it begins, in code points.
        value: The secret itself. It may be in no output.
        guessable: A person chose it, so that it could be found out from its digest.
    """

    kind: str
    start: int
    value: str
    guessable: bool

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return self.start + len(self.value)


def masked(value: str) -> str:
    """A secret as it may be shown: as long as it is, and at most a quarter of it legible, four characters at most."""
    shown = min(SHOWN, len(value) // 4)
    return value[:shown] + "*" * (len(value) - shown)


def concealed(text: str, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """A text with its secrets masked, and of what kinds they were.

    Args:
        text: Any text; its lines stay lines.
        known: Digests of what only looks like a secret.
    """
    kinds: list[str] = []
    for secret in reversed(find(text)):
        if digest(secret.value) not in known:
            kinds.append(secret.kind)
            # The ends of lines stay, and with them the form of the file.
            lines = "\n".join(masked(line) for line in secret.value.split("\n"))
            text = text[: secret.start] + lines + text[secret.end :]
    return text, tuple(kinds)


def digest(value: str) -> str:
    """The SHA-256 of a secret in hex, by which a policy lets it pass."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class _Kind:
    """One form of secrets.

    Attributes:
        hints: Text of which one piece is in everything that the pattern finds; none: the pattern itself is quick.
        words: The same in small letters, where the pattern takes small and large ones alike.
        run: So many letters and digits stand without a break in everything that the pattern finds.
        pattern: The group `value` is the secret, or else all of it.
        real: Whether a match is one, where its form alone does not tell.
    """

    name: str
    hints: tuple[str, ...]
    pattern: str
    real: Callable[[re.Match[str], str], bool]
    guessable: bool = False
    words: tuple[str, ...] = ()
    run: int = _RUN


# --- what only looks like one

_FEW = 5


def _no_filler(_: re.Match[str], value: str) -> bool:
    """`xxxxxxxx` and `00000000` stand where a secret was taken out, or in examples."""
    return len(set(value[-_RUN:])) >= _FEW


_STAND_IN = re.compile(
    r"[<\[{(%*#]|\$[A-Z({]|[*.]{3}|x{4}|redacted|masked|filtered|hidden|removed|scrubbed|placeholder|changeme|"
    r"your[_-]|not[_-]?set|(?:null|none|nil|true|false|undefined|empty|missing|invalid|incorrect|required|expired)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"[/~]|\.{1,2}/|[A-Z]:\\|arn:|vault:|projects/|secretsmanager|ssm:|https?:|file:|env:", re.IGNORECASE
)
# Names of things, as schedulers and services have them: `payments-tls-2`, `checkout.api.v413`.
_NAME = re.compile(r"[a-z]{1,30}(?:[-_./:](?:[a-z]{1,30}|[a-z]{0,8}[0-9]{1,6}))+", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _is_chosen(_: re.Match[str], value: str) -> bool:
    """What stands after `password=` could be one: no word of the message, no blank to be filled in, no path."""
    if _STAND_IN.match(value) or _ELSEWHERE.match(value) or len(set(value)) < _FEW:
        return False
    letters = any(sign.isalpha() for sign in value)
    return letters and any(sign.isdigit() or not (sign.isalnum() or sign in "-_.:/") for sign in value)


# `next_page_token`, `PublicKeyToken`: they open nothing.
_OPENS_NOTHING = re.compile(
    r"(?:next|prev|previous|page|paging|continuation|cancell?ation|sync|resume|public[_-]?key|start|end|stop)[_-]?(?:page)?[_-]?$",
    re.IGNORECASE,
)


def _is_made(match: re.Match[str], value: str) -> bool:
    """What stands after `token=` or `api_key:` could be one: letters with digits, no name, time, place or blank."""
    before = match.string[max(0, match.start() - 24) : match.start()]
    return (
        _no_filler(match, value)
        and any(sign.isdigit() for sign in value)
        and any(sign.isalpha() for sign in value)
        and not _OPENS_NOTHING.search(before)
        and not any(form.match(value) for form in (_STAND_IN, _ELSEWHERE, _TIME))
        and not _NAME.fullmatch(value)
    )


_NOBODY = frozenset({"user", "username", "login", "name"})
_NO_PASSWORD = frozenset({"pass", "password", "passwd", "pwd", "secret"})


def _is_login(match: re.Match[str], value: str) -> bool:
    """`https://user:password@host` is how manuals write it."""
    return (
        not _STAND_IN.match(value)
        and len(set(value)) > 1
        and not (match["user"].lower() in _NOBODY and value.lower() in _NO_PASSWORD)
    )


# --- the forms

_B = r"(?<![A-Za-z0-9_-])"  # nothing of a longer word before it
_QUOTE = r"""\\?["'`]"""
_IS = rf"(?:{_QUOTE})?[\])]{{0,2}}[ \t]{{0,3}}(?::=|=>|={{1,2}}|:)[ \t]{{0,3}}(?:{_QUOTE})?"

_TOKENS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("an AWS access key", ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"),
     r"(?<![A-Za-z0-9])(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("a signed AWS link", ("X-Amz-Signature=",), r"X-Amz-Signature=(?P<value>[0-9a-f]{64})"),
    ("a GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
     r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9_]{36,255}|github_pat_[A-Za-z0-9_]{22,255})"),
    ("a GitLab token", ("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-", "glagent-",
                        "gloas-", "glffct-", "GR1348941"),
     rf"{_B}(?:gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas|ffct)-|GR1348941)[A-Za-z0-9_.-]{{20,300}}"),
    ("an npm token", ("npm_", "_authToken"),
     rf"{_B}npm_[A-Za-z0-9]{{36}}|:_authToken=[\"']?(?P<value>[A-Za-z0-9_-]{{20,200}})"),
    ("a PyPI token", ("pypi-AgE",), rf"{_B}pypi-AgE[A-Za-z0-9_-]{{50,1000}}"),
    ("a RubyGems key", ("rubygems_",), rf"{_B}rubygems_[0-9a-f]{{48}}"),
    ("a crates.io token", ("cio",), rf"{_B}cio[A-Za-z0-9]{{32}}(?![A-Za-z0-9])"),
    ("a Slack token", ("xox", "xapp-"), rf"{_B}(?:xox[a-z](?:\.xox[a-z])?-|xapp-[0-9]-)[A-Za-z0-9-]{{10,300}}"),
    ("a Slack webhook", ("hooks.slack.com/",),
     r"https?://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,200}"),
    ("a Teams webhook", (".webhook.office.com/",), r"https?://[a-z0-9.-]{1,80}\.webhook\.office\.com/[A-Za-z0-9/@_-]{40,400}"),
    ("a Discord webhook", ("/api/webhooks/",), r"https?://(?:[a-z]{1,10}\.)?discord(?:app)?\.com/api/webhooks/[0-9]{10,25}/[A-Za-z0-9_-]{40,120}"),
    ("a Discord token", (), r"(?<![A-Za-z0-9_-])[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,45}"),
    ("a Telegram token", (), r"(?<![0-9A-Za-z])[0-9]{8,10}:[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])"),
    ("a Stripe key", ("sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"),
     r"(?<![A-Za-z0-9])(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,250}|whsec_[A-Za-z0-9]{24,64})"),
    ("a Square key", ("sq0", "EAAA"), rf"{_B}(?:sq0[a-z]{{3}}-[A-Za-z0-9_-]{{22,60}}|EAAA[A-Za-z0-9_-]{{60}})"),
    ("a Google API key", ("AIza",), r"(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}"),
    ("a Google OAuth token", ("ya29.", "GOCSPX-"), rf"{_B}(?:ya29\.[A-Za-z0-9_.-]{{20,500}}|GOCSPX-[A-Za-z0-9_-]{{28}})"),
    ("an Azure key", ("AccountKey=", "SharedAccessKey=", "8Q~"),
     r"(?:AccountKey|SharedAccessKey)=(?P<value>[A-Za-z0-9+/=]{40,100})"),
    ("an Azure client secret", ("8Q~",), r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])"),
    ("a signed Azure link", ("sig=",), r"[?&;]sig=(?P<value>[A-Za-z0-9%+/=]{43,120})"),
    ("a SendGrid key", ("SG.",), rf"{_B}SG\.[A-Za-z0-9_-]{{16,32}}\.[A-Za-z0-9_-]{{32,64}}"),
    ("a Twilio key", (), r"(?<![A-Za-z0-9])(?:SK|AC)[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("a Mailchimp key", ("-us",), r"(?<![A-Za-z0-9])[0-9a-f]{32}-us[0-9]{1,2}(?![A-Za-z0-9-])"),
    ("a Mailgun key", ("key-",), rf"{_B}key-[0-9a-f]{{32}}(?![A-Za-z0-9])"),
    ("an OpenAI key", ("sk-",), rf"{_B}sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{{20,250}}|[A-Za-z0-9]{{40,60}}(?![A-Za-z0-9]))"),
    ("an Anthropic key", ("sk-ant-",), rf"{_B}sk-ant-[A-Za-z0-9_-]{{20,250}}"),
    ("a Hugging Face token", ("hf_",), rf"{_B}hf_[A-Za-z0-9]{{34}}(?![A-Za-z0-9])"),
    ("a DigitalOcean token", ("dop_v1_", "doo_v1_", "dor_v1_"), rf"{_B}do[opr]_v1_[a-f0-9]{{64}}"),
    ("a Databricks token", ("dapi",), rf"{_B}dapi[a-f0-9]{{32}}(?:-[0-9])?(?![A-Za-z0-9])"),
    ("a Heroku key", ("HRKU-",), rf"{_B}HRKU-[A-Za-z0-9_-]{{36,80}}"),
    ("an Atlassian token", ("ATATT3", "ATCTT3", "ATBB"), rf"{_B}(?:AT[AC]TT3[A-Za-z0-9_=-]{{50,400}}|ATBB[A-Za-z0-9]{{32}})"),
    ("a Shopify token", ("shpat_", "shpca_", "shppa_", "shpss_"), rf"{_B}shp(?:at|ca|pa|ss)_[a-fA-F0-9]{{32}}"),
    ("a New Relic key", ("NRAK-", "NRII-"), rf"{_B}NR(?:AK|II)-[A-Za-z0-9_-]{{27,40}}"),
    ("a Grafana token", ("glsa_", "glc_"), rf"{_B}(?:glsa_[A-Za-z0-9]{{32}}_[a-fA-F0-9]{{8}}|glc_[A-Za-z0-9+/=]{{32,400}})"),
    ("a Sentry token", ("sntrys_", "sntryu_"), rf"{_B}sntry[su]_[A-Za-z0-9+/=_-]{{40,400}}"),
    ("a PagerDuty key", ("Token token=",), r"Token token=[\"']?(?P<value>[A-Za-z0-9_+-]{18,40})"),
    ("an Opsgenie key", ("GenieKey",), r"GenieKey[ \t]{1,3}(?P<value>[0-9a-fA-F-]{36})"),
    ("a Vault token", ("hvs.", "hvb.", "hvr."), rf"{_B}hv[sbr]\.[A-Za-z0-9_-]{{24,300}}"),
    ("a Terraform token", (".atlasv1.",), rf"{_B}[A-Za-z0-9]{{14}}\.atlasv1\.[A-Za-z0-9_=-]{{60,80}}"),
    ("a Pulumi token", ("pul-",), rf"{_B}pul-[a-f0-9]{{40}}"),
    ("a Doppler token", ("dp.",), rf"{_B}dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{{2,35}}\.)?[A-Za-z0-9]{{40,44}}"),
    ("a Docker token", ("dckr_",), rf"{_B}dckr_(?:pat|oat)_[A-Za-z0-9_-]{{27,40}}"),
    ("an Artifactory key", ("AKC", "cmVmdGtu"), rf"{_B}(?:AKC[A-Za-z0-9]{{60,80}}|AKCp[A-Za-z0-9]{{10,80}}|cmVmdGtu[A-Za-z0-9]{{40,70}})"),
    ("a Linear key", ("lin_api_",), rf"{_B}lin_api_[A-Za-z0-9]{{32,64}}"),
    ("a Notion token", ("ntn_", "secret_"), rf"{_B}(?:ntn_[A-Za-z0-9]{{40,60}}|secret_[A-Za-z0-9]{{43}}(?![A-Za-z0-9]))"),
    ("a Figma token", ("figd_",), rf"{_B}figd_[A-Za-z0-9_-]{{38,60}}"),
    ("a Postman key", ("PMAK-",), rf"{_B}PMAK-[a-f0-9]{{24}}-[a-f0-9]{{34}}"),
    ("a Tailscale key", ("tskey-",), rf"{_B}tskey-[a-z]{{2,12}}-[A-Za-z0-9-]{{16,120}}"),
    ("a PlanetScale token", ("pscale_",), rf"{_B}pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{{32,64}}"),
    ("a Supabase token", ("sbp_",), rf"{_B}sbp_[a-f0-9]{{40}}"),
    ("an Alibaba key", ("LTAI",), rf"{_B}LTAI[A-Za-z0-9]{{12,26}}(?![A-Za-z0-9])"),
    ("an age key", ("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    ("a JSON web token", ("eyJ",), r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{6,8000}\.[A-Za-z0-9_-]{10,2000}"),
    ("a Mapbox token", ("sk.eyJ",), rf"{_B}sk\.eyJ[A-Za-z0-9_-]{{40,200}}\.[A-Za-z0-9_-]{{16,40}}"),
    ("a registry login", ('"auth"',), r'"auth"\s{0,3}:\s{0,3}"(?P<value>[A-Za-z0-9+/=]{16,500})"'),
    ("a client key", ("client-key-data",), r"client-key-data:\s{0,3}(?P<value>[A-Za-z0-9+/=]{40,8000})"),
)  # fmt: skip
# Of those that no text announces.
_RUNS = {"a Discord token": 27, "a Telegram token": 35, "a Twilio key": 34}
# Longest run of a token first, so that the more telling of two kinds keeps the name: these are asked last.
_NAMED: tuple[_Kind, ...] = (
    _Kind(
        "a token in a header",
        ("earer", "EARER"),
        r"(?i:bearer)[ \t]{1,3}(?P<value>[A-Za-z0-9._~+/=-]{16,4000})",
        _is_made,
    ),
    _Kind(
        "a key or token",
        (),
        r"(?i:(?:api|access|auth|account|client|secret|signing|encryption|private|service|master|license|shared|ssh)"
        r"[_-]?(?:access[_-]?)?key|apikey|secret|token|credentials?)"
        + _IS
        + r"(?P<value>[A-Za-z0-9_./+=~%:!$^*-]{16,500})",
        _is_made,
        words=("key", "secret", "token", "credential"),
    ),
)
# Secrets that may be short; what their patterns need is looked for in small letters.
_CHOSEN: tuple[_Kind, ...] = (
    _Kind(
        "a login in a header",
        ("authoriz",),
        r"(?i:authorization)" + _IS + r"(?i:basic)[ \t]{1,3}(?P<value>[A-Za-z0-9+/=]{8,500})",
        _no_filler,
        guessable=True,
    ),
    _Kind(
        "a password",
        ("passw", "passphr", "pwd"),
        r"(?i:password|passwd|passphrase|pwd)" + _IS + r"""(?P<value>[^\s"'`,;&<>|)\]}\\]{6,200})""",
        _is_chosen,
        guessable=True,
    ),
    _Kind("a password", ("passw",), r"(?i:<password>)(?P<value>[^<>\s]{6,200})<", _is_chosen, guessable=True),
    _Kind(
        "a password",
        ("curl ",),
        r"""curl [^\n]{0,300}?(?:-u|--user)[ =]["']?(?P<user>[^\s:"'/]{1,80}):(?P<value>[^\s"']{4,200})""",
        _is_login,
        guessable=True,
    ),
)
# Begins with a literal, for which the engine looks fast; `user` is told from a host with a port by the sign after it.
_LOGIN_IN_URL = _Kind(
    "a password in a link",
    (),
    r"""://(?P<user>[^\s/:@?#"'<>`]{0,100}):(?P<value>[^\s/"'<>`]{3,200})@(?=[A-Za-z0-9\[])""",
    _is_login,
    guessable=True,
)
_PRIVATE_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-[0-9]:")
_KEY_ENDS = re.compile(r"-----END [A-Z0-9 ]{0,50}PRIVATE KEY(?: BLOCK)?-----|Private-MAC: ?[0-9a-f]{0,64}")
_KEY_TEXT = re.compile(r"[A-Za-z0-9+/=]{32}")

# --- detect-secrets

# Detectors that decide by a pattern alone and in time that grows with the text, and what stands in all that they find.
# Left out: those that guess by entropy; keywords, logins in links, private keys and web tokens, which the kinds above
# tell more exactly; npm, whose pattern is quadratic; and those of which the kinds above are the same with a boundary.
DETECTORS: dict[tuple[str, str], tuple[str, ...]] = {
    ("aws", "AWSKeyDetector"): ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"),
    ("cloudant", "CloudantDetector"): ("cloudant",),
    ("github_token", "GitHubTokenDetector"): ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    ("gitlab_token", "GitLabTokenDetector"): ("gl", "GR1348941"),
    ("ibm_cloud_iam", "IbmCloudIamDetector"): ("ibm_", "ibm-", "IBM_"),
    ("ibm_cos_hmac", "IbmCosHmacDetector"): ("cos_", "cos-", "COS_"),
    ("pypi_token", "PypiTokenDetector"): ("pypi-AgE",),
    ("sendgrid", "SendGridDetector"): ("SG.",),
    ("slack", "SlackDetector"): ("xox", "hooks.slack.com"),
    ("softlayer", "SoftlayerDetector"): ("softlayer", "SOFTLAYER"),
    ("square_oauth", "SquareOAuthDetector"): ("sq0csp-",),
    ("stripe", "StripeDetector"): ("k_live_",),
}


@cache
def _kinds() -> tuple[tuple[_Kind, re.Pattern[str]], ...]:
    made = tuple(_Kind(name, hints, pattern, _no_filler, run=_RUNS.get(name, _RUN)) for name, hints, pattern in _TOKENS)
    return tuple((kind, re.compile(kind.pattern, re.ASCII)) for kind in (*made, *_NAMED))


@cache
def _chosen() -> tuple[tuple[_Kind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(kind.pattern)) for kind in _CHOSEN)


@cache
def _login_in_url() -> re.Pattern[str]:
    return re.compile(_LOGIN_IN_URL.pattern)


def patterns() -> tuple[re.Pattern[str], ...]:
    """Every pattern that is run over text of others, so that a test can hold their cost (threats R7)."""
    kinds = (*_kinds(), *_chosen())
    return (*(pattern for _, pattern in kinds), _login_in_url(), _PRIVATE_KEY, _KEY_ENDS, _KEY_TEXT)


@cache
def _detector(module: str, name: str) -> tuple[str, tuple[re.Pattern[str], ...]]:
    # Loaded only when something was found that it may know: it brings a client for HTTP along.
    detector = getattr(import_module(f"detect_secrets.plugins.{module}"), name)
    kind = str(detector.secret_type)
    return f"{'an' if kind[0] in 'AEIO' else 'a'} {kind}", tuple(detector.denylist)


_SIGNS = frozenset(f"{string.ascii_letters}{string.digits}-_".encode())
_LETTERS = bytes(ord("x") if sign in _SIGNS else ord(" ") for sign in range(256))


def _runs(text: str) -> bytes:
    """A text in which all letters and digits are alike, and all else is a blank."""
    return text.encode("utf-8", "surrogatepass").translate(_LETTERS)


def may_hold_token(text: str) -> bool:
    """Whether a text has as many letters and digits without a break as every token has."""
    return b"x" * _RUN in _runs(text)


def _may_be_in(text: str, kind: _Kind, runs: bytes, lowered: str) -> bool:
    # Loops, since most texts with a long word in them ask it of each kind.
    for hint in kind.hints:
        if hint in text:
            return True
    for word in kind.words:
        if word in lowered:
            return True
    return not kind.hints and not kind.words and b"x" * kind.run in runs


def find(text: str) -> tuple[Secret, ...]:
    """The secrets of a text, in order, none within another."""
    # From the kind that tells the most to the one that tells the least.
    found: list[Secret] = []
    if "-----BEGIN" in text or "PuTTY-User-Key" in text:
        found += _private_keys(text)
    runs, lowered = _runs(text), text.lower()
    if b"x" * _RUN in runs:
        for kind, pattern in _kinds():
            if _may_be_in(text, kind, runs, lowered):
                found += _matches(text, kind, pattern)
        found += _detected(text)
    if "://" in text:
        found += _matches(text, _LOGIN_IN_URL, _login_in_url())
    # Written out, since every record comes here.
    if "passw" in lowered or "pwd" in lowered or "authoriz" in lowered or "passphr" in lowered or "curl " in lowered:
        for kind, pattern in _chosen():
            if any(hint in lowered for hint in kind.hints):
                found += _matches(text, kind, pattern)
    return _apart(text, found) if found else ()


def _apart(text: str, found: list[Secret]) -> tuple[Secret, ...]:
    """Secrets that overlap as one, of the kind that tells more, so that all of it is masked."""
    kept: list[tuple[int, Secret]] = []
    for rank, secret in sorted(enumerate(found), key=lambda ranked: (ranked[1].start, ranked[0])):
        if kept and secret.start < kept[-1][1].end:
            other_rank, other = kept[-1]
            telling = secret if rank < other_rank else other
            value = text[other.start : max(other.end, secret.end)]
            kept[-1] = (min(rank, other_rank), replace(telling, start=other.start, value=value))
        else:
            kept.append((rank, secret))
    return tuple(secret for _, secret in kept)


def _matches(text: str, kind: _Kind, pattern: re.Pattern[str]) -> Iterator[Secret]:
    named = "value" in pattern.groupindex
    for match in pattern.finditer(text):
        group: str | int = "value" if named and match["value"] is not None else 0
        if kind.real(match, match[group]):
            yield Secret(kind.name, match.start(group), match[group], kind.guessable)


def _private_keys(text: str) -> Iterator[Secret]:
    """Private keys from their first line to their last; a first line alone, as messages quote it, is none."""
    heads = list(_PRIVATE_KEY.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, other in zip(heads, ends, strict=True):
        after = min(other, head.end() + _BLOCK)
        last = _KEY_ENDS.search(text, head.end(), after)
        after = last.end() if last else after
        if _KEY_TEXT.search(text, head.end(), after):
            value = text[head.start() : after].rstrip()
            yield Secret("a private key", head.start(), value, guessable=False)


def _detected(text: str) -> Iterator[Secret]:
    """What the detectors of detect-secrets find beyond our own kinds, a line at a time."""
    asked = [detector for detector, hints in DETECTORS.items() if any(hint in text for hint in hints)]
    if not asked:
        return
    start = 0
    for line in text.split("\n"):
        for cut in range(0, max(len(line), 1), _LINE):
            piece = line[cut : cut + _LINE]
            for detector in asked:
                if any(hint in piece for hint in DETECTORS[detector]):
                    for secret in _by_detector(detector, piece):
                        yield Secret(secret.kind, start + cut + secret.start, secret.value, secret.guessable)
        start += len(line) + 1


def _by_detector(detector: tuple[str, str], piece: str) -> Iterator[Secret]:
    name, known = _detector(*detector)
    for pattern in known:
        for match in pattern.finditer(piece):
            # Some groups are the secret, and some only a part of its form.
            group = max(range(pattern.groups + 1), key=lambda index: index > 0 and len(match[index] or "") >= _RUN)
            if _no_filler(match, match[group]):
                yield Secret(name, match.start(group), match[group], guessable=False)
