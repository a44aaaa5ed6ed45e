"""Planted secrets of forty kinds and more; each is put together when the test runs, so that no scanner finds one here."""

from __future__ import annotations

import random
import re
import string
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from hotwash.facts.secrets import DETECTORS, digest, find, masked, may_hold_token

ROOT = Path(__file__).parents[2]


def signs(length: int, alphabet: str = string.ascii_letters + string.digits, *, seed: int = 7) -> str:
    """Made-up signs, the same on every run."""
    return "".join(random.Random(f"{seed}{length}{alphabet}").choices(alphabet, k=length))  # noqa: S311 - no secret


HEX = "0123456789abcdef"
CAPITALS = string.ascii_uppercase + string.digits
BASE64 = string.ascii_letters + string.digits + "+/"
WEB = "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0NTY3ODkwIn0." + signs(43)


class Planted(NamedTuple):
    """A secret in a line of a log or a record.

    Attributes:
        told: A word that its kind must hold.
        line: The line with `{}` where the secret stands.
        detectors: The plugin of detect-secrets that knows it by itself, where there is one.
    """

    told: str
    line: str
    secret: str
    detector: str = ""


PLANTED = (
    Planted("AWS", "using {} for eu-west-1", "AK" + "IA" + signs(16, CAPITALS), "AWSKeyDetector"),
    Planted("AWS", "AWS_ACCESS_KEY_ID={}", "AS" + "IA" + signs(16, CAPITALS), "AWSKeyDetector"),
    Planted("key", "aws_secret_access_key = {}", signs(39, BASE64) + "9"),
    Planted("AWS", "GET https://b.s3.example/x?X-Amz-Signature={}&a=b", signs(64, HEX)),
    Planted("GitHub", "token {} expired", "gh" + "p_" + signs(36), "GitHubTokenDetector"),
    Planted("GitHub", "git clone https://x-access-token:{}@github.com/o/r", "gh" + "s_" + signs(36)),
    Planted("GitHub", "'{}'", "github" + "_pat_" + signs(22) + "_" + signs(59)),
    Planted("GitLab", "PRIVATE-TOKEN: {}", "gl" + "pat-" + signs(20), "GitLabTokenDetector"),
    Planted("npm", "set {}", "npm" + "_" + signs(36)),
    Planted("npm", "//registry.npmjs.org/:_authToken={}", signs(8, HEX) + "-" + signs(27, HEX)),
    Planted("PyPI", "password = {}", "pypi-" + "AgEIcHlwaS5vcmc" + signs(90), "PypiTokenDetector"),
    Planted("RubyGems", "{}", "rubygems" + "_" + signs(48, HEX)),
    Planted("Slack", "SLACK={}", "xox" + "b-" + "123456789012-123456789013-" + signs(24), "SlackDetector"),
    Planted(
        "Slack",
        "posted to {}",
        "https://hooks.slack" + ".com/services/T0AB12CD3/B0AB12CD4/" + signs(24),
        "SlackDetector",
    ),
    Planted(
        "Teams",
        "posted to {}",
        "https://shop.webhook.office" + ".com/webhookb2/" + signs(36, HEX) + "@" + signs(36, HEX),
    ),
    Planted("Discord", "posted to {}", "https://discord" + ".com/api/webhooks/123456789012345678/" + signs(68)),
    Planted("Discord", "bot {} is online", "M" + signs(23) + "." + signs(6) + "." + signs(27)),
    Planted("Telegram", "https://api.telegram.org/bot/{}", "123456789" + ":" + signs(35)),
    Planted("Stripe", "charge with {}", "sk" + "_live_" + signs(24), "StripeDetector"),
    Planted("Stripe", "signed with {}", "whsec" + "_" + signs(32)),
    Planted("Square", "{}", "sq0" + "csp-" + signs(43), "SquareOAuthDetector"),
    Planted("Google API", "maps?key={}&v=3", "AI" + "za" + signs(35)),
    Planted("Google OAuth", "sent {}", "ya" + "29." + signs(60)),
    Planted("Azure", "DefaultEndpointsProtocol=https;AccountKey={};", signs(86, BASE64) + "=="),
    Planted("Azure", "client uses {}", signs(3) + "8Q" + "~" + signs(34)),
    Planted("signed Azure link", "GET /logs?sv=2022-11-02&sig={}", signs(43) + "%3D"),
    Planted("SendGrid", "{}", "SG" + "." + signs(22) + "." + signs(43), "SendGridDetector"),
    Planted("Twilio", "{}", "SK" + signs(32, HEX)),
    Planted("Mailchimp", "{}", signs(32, HEX) + "-us" + "12"),
    Planted("Mailgun", "api:{}", "key" + "-" + signs(32, HEX)),
    Planted("OpenAI", "{}", "sk" + "-proj-" + signs(60)),
    Planted("OpenAI", "{}", "sk" + "-" + signs(20) + "T3Blbk" + "FJ" + signs(20)),
    Planted("Anthropic", "{}", "sk" + "-ant-api03-" + signs(90)),
    Planted("Hugging Face", "{}", "hf" + "_" + signs(34)),
    Planted("DigitalOcean", "{}", "dop" + "_v1_" + signs(64, HEX)),
    Planted("Databricks", "{}", "da" + "pi" + signs(32, HEX)),
    Planted("Heroku", "{}", "HR" + "KU-" + signs(60)),
    Planted("key", "HEROKU_API_KEY={}", "3f2a9c1e-" + "77b1-4c0d-9e52-aa01bc23de45"),
    Planted("Atlassian", "{}", "ATA" + "TT3xFfGF0" + signs(160)),
    Planted("Shopify", "{}", "shp" + "at_" + signs(32, HEX)),
    Planted("New Relic", "{}", "NR" + "AK-" + signs(27, CAPITALS)),
    Planted("Grafana", "{}", "gl" + "sa_" + signs(32) + "_" + signs(8, HEX)),
    Planted("Opsgenie", "Authorization: GenieKey {}", "3f2a9c1e-" + "77b1-4c0d-9e52-aa01bc23de45"),
    Planted("PagerDuty", "Authorization: Token token={}", signs(20)),
    Planted("Postman", "{}", "PM" + "AK-" + signs(24, HEX) + "-" + signs(34, HEX)),
    Planted("Vault", "VAULT={}", "hv" + "s." + signs(24)),
    Planted("Terraform", "{}", signs(14) + ".atlas" + "v1." + signs(67)),
    Planted("Docker", "{}", "dckr" + "_pat_" + signs(27)),
    Planted("Artifactory", "{}", "AK" + "Cp" + signs(69)),
    Planted("registry", '"auths": {"r.example": {"auth": "{}"}}', "YWxpY2U6" + signs(20)),
    Planted("client key", "    client-key-data: {}", signs(400, BASE64)),
    Planted("age", "{}", "AGE-SECRET" + "-KEY-1" + signs(58, CAPITALS)),
    Planted("web token", "Cookie: session={}; path=/", WEB),
    Planted("web token", "Authorization: Bearer {}", WEB),
    Planted("header", "authorization: Bearer {}", signs(40)),
    Planted("login in a header", "Authorization: Basic {}", "YWxpY2U6" + "aHVudGVyMg=="),
    Planted("password in a link", "postgres://shop:{}@db-1.shop.example:5432/orders", "hunter" + "2Xy"),
    Planted("password in a link", "redis://:{}@cache-1:6379/0", "s3cr" + "et!Redis"),
    Planted("password in a link", "mongodb+srv://root:{}@c0.example/?w=1", "pa55" + "-w0rd"),
    Planted("password", "login failed user=alice password={} host=db-1", "hunter" + "22"),
    Planted("password", '{"user":"alice","password":"{}","ip":"10.0.0.1"}', "Corr3ct-" + "Horse"),
    Planted("password", r"body={\"password\":\"{}\"}", "Corr3ct-" + "Horse"),
    Planted("password", "Server=db-1;Database=o;User Id=sa;Password={};Encrypt=true", "Tr0ub4dor" + "&3"[:0] + "x"),
    Planted("password", "PGPASSWORD={} psql -h db-1", "zebra" + "99xyz"),
    Planted("password", "<password>{}</password>", "zebra" + "99xyz"),
    Planted("password", "curl -u alice:{} https://api.example", "zebra" + "99xyz"),
    Planted("key", "GET /v1/charge?access_token={}", signs(32, HEX)),
    Planted("key", "x-api-key: {}", signs(32)),
    Planted("key", "client_secret: '{}'", signs(40)),
    Planted("key", '"SecretAccessKey": "{}"', signs(39, BASE64) + "9"),
    Planted("SoftLayer", "softlayer_api_key {}", signs(64, "abcdef0123456789"), "SoftlayerDetector"),
    Planted("Cloudant", "cloudant_password {}", signs(64, HEX), "CloudantDetector"),
    Planted("IBM", "ibm_cloud_api_key {}", signs(44), "IbmCloudIamDetector"),
    Planted("IBM", "cos_secret_access_key {}", signs(48, HEX), "IbmCosHmacDetector"),
)
every_planted = pytest.mark.parametrize(
    "planted", PLANTED, ids=lambda planted: f"{planted.told}: {planted.line}".replace("/", "|")[:50]
)

KEY = "\n".join(signs(64, BASE64, seed=number) for number in range(12))
HEADS = (
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "PGP PRIVATE KEY BLOCK",
)


def in_line(planted: Planted) -> str:
    return planted.line.replace("{}", planted.secret)


def around(line: str) -> str:
    """A line among others, as a log has it."""
    return f"2026-11-23T08:44:10Z checkout-api ERROR no connection to payments\n{line}\n2026-11-23T08:44:11Z retry 2\n"


def test_at_least_forty_kinds_are_planted() -> None:
    assert len({find(around(in_line(planted)))[0].kind for planted in PLANTED}) >= 40


@every_planted
def test_a_planted_secret_is_found_where_it_stands_and_whole(planted: Planted) -> None:
    text = around(in_line(planted))
    (found,) = find(text)
    assert text[found.start : found.end] == found.value == planted.secret
    assert planted.told in found.kind


@every_planted
def test_it_is_found_in_quotes_and_in_braces_too(planted: Planted) -> None:
    for line in (f'note: "{in_line(planted)}"', f"- {{text: {in_line(planted)}}}"):
        assert [found.value for found in find(line)] == [planted.secret]


@every_planted
def test_a_masked_secret_shows_four_signs_at_most_and_its_length(planted: Planted) -> None:
    shown = masked(planted.secret)
    assert len(shown) == len(planted.secret)
    assert shown.rstrip("*") == planted.secret[: min(4, len(planted.secret) // 4)]


@pytest.mark.parametrize(
    "planted", [planted for planted in PLANTED if planted.detector], ids=lambda planted: planted.detector
)
def test_the_first_look_passes_over_nothing_that_a_detector_knows(planted: Planted) -> None:
    text = in_line(planted)
    (module, hints) = next((key[0], hints) for key, hints in DETECTORS.items() if key[1] == planted.detector)
    detector = getattr(import_module(f"detect_secrets.plugins.{module}"), planted.detector)()
    assert list(detector.analyze_string(text)), "the detector itself does not know it"
    assert may_hold_token(text)
    assert any(hint in text for hint in hints)


def test_every_detector_that_is_asked_has_a_planted_secret() -> None:
    assert {name for _, name in DETECTORS} == {planted.detector for planted in PLANTED} - {""}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("newline", ["\n", "\\n", "\r\n", "\n    "], ids=["lines", "escapes", "CRLF", "indented"])
def test_a_private_key_is_found_from_its_first_line_to_its_last(head: str, newline: str) -> None:
    block = f"-----BEGIN {head}-----\n{KEY}\n-----END {head}-----".replace("\n", newline)
    (found,) = find(f"key: {block}{newline}and more")
    assert (found.kind, found.value) == ("a private key", block)


def test_a_private_key_without_its_end_is_found_too() -> None:
    (found,) = find(f"-----BEGIN PRIVATE KEY-----\n{KEY}\n")
    assert found.value.endswith(KEY)


CLEAN = (
    "the log said -----BEGIN RSA PRIVATE KEY----- and we stopped",
    "Access denied for user 'root'@'10.0.0.1' (using password: YES)",
    "the password: expired; the token: invalid",
    "password=<hidden> password=**** password: ${DB_PASSWORD} PASSWORD=$(cat /run/x1) pwd={{ vault }}",
    "password=xxxxxxxxxxxx password=[REDACTED1] passwd=changeme1 password: your-password-1",
    "passwords: 4,102 logins failed in 5 minutes",
    "Password policy: at-least-12-signs1",
    "PWD=/data/alice2 OLDPWD=/srv/app1",
    "MYSQL_PWD=null&port=1 password=undefined password: required",
    "commit 3f2a9c1e77b14c0d9e52aa01bc23de4501234567 is in v413",
    "image: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "trace 3f2a9c1e77b14c0d9e52aa01bc23de45 span 9e52aa01bc23de45",
    "Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089",
    "next_page_token=CAUQAA3f2a9c1e77b14c0d next-token: 3f2a9c1e77b14c0d9e52",
    "secret: payments-db-credentials-2 secretName=checkout.tls.v413",
    "secret=arn:aws:secretsmanager:eu-west-1:123456789012:secret:payments-Ab12Cd",
    "secret: projects/123/secrets/payments-key/versions/12",
    "token: 2026-11-23T08:46:00Z tokens=120000000000000000",
    "api_key: ${STRIPE_API_KEY_V2_LIVE} token=%(token_value_1)s",
    "Bearer token authentication-is-required-here",
    "https://grafana.example:3000/d/abc?from=now-1h@x",
    "https://github.com/shop/checkout/compare/v412...v413",
    "postgres://user:password@host/db and https://user:<password>@host",
    "http://login:pass@host smtp://user:pwd@host mysql://name:secret@host redis://username:passwd@host",
    "mailto:alice@shop.example ssh://git@github.com:22/o/r",
    "10.0.0.1:5432 12345678:30 08:41:00",
    "checkout-api-7d9f8b6c5d-x2x4q was OOMKilled, ip-10-0-12-101.eu-west-1.compute.internal",
    "AKIA" + "X" * 16 + " gh" + "p_" + "0" * 36,
    "2026-11-23-checkout-returns-500-for-eu-customers-and-nobody-knows",
    "request 550e8400-e29b-41d4-a716-446655440000 took 30 s",
    "sk-learn-pipeline-for-forecasts task-force-on-call-2026-11",
    "Ceci est un mot de passe: interdit, et Passwort: geheim",
)


@pytest.mark.parametrize("line", CLEAN, ids=range(len(CLEAN)))
def test_what_only_looks_like_a_secret_is_let_pass(line: str) -> None:
    assert find(around(line)) == ()


def test_no_secret_is_seen_in_the_records_and_pages_of_this_repository() -> None:
    """Far more text than fifty incidents, and not one false alarm."""
    files = [
        path
        for folder in ("incidents", "examples", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".yaml", ".md", ".txt")
    ]
    assert len(files) > 20
    assert {path: find(path.read_text(encoding="utf-8")) for path in files} == dict.fromkeys(files, ())


def test_a_secret_that_stands_a_hundred_times_is_found_each_time() -> None:
    planted = PLANTED[4]
    assert len(find((in_line(planted) + "\n") * 100)) == 100


def test_what_overlaps_is_one_secret_of_the_kind_that_tells_more() -> None:
    token = "gh" + "p_" + signs(36)
    (found,) = find(f"password={token}!tail token")
    assert (found.kind, found.value) == ("a GitHub token", f"{token}!tail")


def test_a_digest_is_that_of_common_tools() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("number", range(3))
def test_random_text_of_words_holds_no_secret(number: int) -> None:
    words = re.findall(r"[a-z]+", (ROOT / "incidents/2019/2019-07-02-cloudflare-waf-regex/postmortem.md").read_text())
    text = " ".join(random.Random(number).choices(words, k=20_000))  # noqa: S311 - no secret
    assert find(text) == ()
