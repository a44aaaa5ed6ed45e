from __future__ import annotations

import posixpath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotwash.facts.paths import is_url, why_not_evidence

UP = "leads up with `..`"
HERE = "has a part that is only `.`"
ROOT = "begins at the root of the disk"
BACK = "is written with `\\`"
DRIVE = "begins with a drive"
ENCODED = "holds an encoded sign"
TWO = "has two slashes in a row"
FOLDER = "names a folder"
ELSEWHERE = "does not begin with evidence/"
LINK = "is a link, not a file"
EDGE = "has a name that begins or ends with a blank, or ends with a dot"
HIDDEN = "holds a sign that nobody sees"
WINDOWS = "has a sign that Windows takes in no name"
HOME = "begins at somebody's home"
GIT = "leads into .git"


def device(name: str) -> str:
    return f"has a name that is a device on Windows: `{name}`"


# threats P1: each means another file somewhere, or none.
REFUSED = [
    # out of the folder
    ("../../../etc/passwd", UP), ("..", UP), ("../evidence/logs.txt", UP), ("evidence/../../policy.yaml", UP),
    ("evidence/../incident.yaml", UP), ("evidence/../evidence/logs.txt", UP), ("evidence/sub/../../incident.yaml", UP),
    ("evidence/..", UP), ("evidence/sub/..", UP), ("evidence/../", FOLDER), ("./../evidence/logs.txt", HERE),
    # from the top of something
    ("/etc", ROOT), ("/etc/passwd", ROOT), ("/evidence/logs.txt", ROOT), ("//host/share/logs.txt", ROOT), ("/", ROOT),
    ("~/.ssh/id_ed25519", HOME), ("~alice/logs.txt", HOME),
    ("C:\\Windows\\win.ini", DRIVE), ("C:/Windows/win.ini", DRIVE), ("c:evidence/logs.txt", DRIVE), ("C:", DRIVE),
    # the other separator
    ("evidence\\logs.txt", BACK), ("evidence\\..\\..\\policy.yaml", BACK), ("evidence/sub\\logs.txt", BACK),
    ("\\\\host\\share\\logs.txt", BACK), ("\\\\?\\C:\\logs.txt", BACK), ("..\\..\\etc", BACK), ("\\etc", BACK),
    ("evidence/..\\..\\policy.yaml", BACK),
    # encoded
    ("%2e%2e/policy.yaml", ENCODED), ("evidence/%2e%2e/%2e%2e/policy.yaml", ENCODED), ("evidence/%2E%2E%2Fx", ENCODED),
    ("evidence%2flogs.txt", ENCODED), ("evidence/%5c..%5cx", ENCODED), ("evidence/%252e%252e/x", ENCODED),
    ("evidence/logs.txt%00.png", ENCODED), ("evidence/..%c0%af..", ENCODED),
    # what other alphabets offer
    ("evidence/\uff0e\uff0e/policy.yaml", UP), ("evidence\uff0flogs.txt", "holds a sign that some systems read as a slash"),
    ("evidence/\u2025/policy.yaml", UP), ("evidence/a\u2100b.txt", "holds a sign that some systems read as a slash"),
    ("evidence/\uff3clogs.txt", BACK), ("\uff0fetc/passwd", ROOT), ("evidence/logs\u2024", EDGE),
    # unseen
    ("evidence/logs.txt\x00", HIDDEN), ("evidence/\x00/x", HIDDEN), ("evidence/a\x1bb", HIDDEN), ("evidence/a\u202etxt.exe", HIDDEN),
    ("evidence/a\u200b.txt", HIDDEN), ("\ufeffevidence/logs.txt", HIDDEN), ("evidence/a\tb", HIDDEN), ("evidence/a\nb", HIDDEN),
    ("evidence/.\u200d./x", HIDDEN), ("evidence/a\ud800", HIDDEN),
    # not as the file is written
    ("./evidence/logs.txt", HERE), ("evidence/./logs.txt", HERE), ("evidence/.", HERE), ("evidence//logs.txt", TWO),
    ("evidence///etc/passwd", TWO), ("evidence/logs.txt/", FOLDER), ("evidence/", FOLDER), ("evidence", FOLDER),
    (" evidence/logs.txt", EDGE), ("evidence /logs.txt", EDGE), ("evidence/logs.txt ", EDGE), ("evidence/logs.txt.", EDGE),
    ("evidence/ logs.txt", EDGE), ("evidence/...", EDGE), ("evidence/.../logs.txt", EDGE), ("evidence/.. /x", EDGE),
    ("evidence/\u2026", EDGE),
    # elsewhere
    ("logs.txt", ELSEWHERE), ("incident.yaml", ELSEWHERE), ("Evidence/logs.txt", ELSEWHERE), ("EVIDENCE/logs.txt", ELSEWHERE),
    ("evidence2/logs.txt", ELSEWHERE), ("incidents/2026/2026-11-23-checkout-500/evidence/logs.txt", ELSEWHERE),
    (".git/config", GIT), ("evidence/.git/config", GIT), ("evidence/.GIT/config", GIT), ("evidence/git~1/config", GIT),
    # no files at all
    ("evidence/con", device("con")), ("evidence/NUL", device("NUL")), ("evidence/nul.txt", device("nul.txt")),
    ("evidence/COM1", device("COM1")), ("evidence/lpt9.log", device("lpt9.log")), ("evidence/aux/logs.txt", device("aux")),
    ("evidence/con .txt", device("con .txt")), ("evidence/com\u00b9.txt", device("com\u00b9.txt")),
    ("evidence/logs.txt:stream", WINDOWS), ("evidence/logs.txt::$DATA", WINDOWS), ("evidence/*.txt", WINDOWS),
    ("evidence/lo?s.txt", WINDOWS), ('evidence/"logs".txt', WINDOWS), ("evidence/a|b", WINDOWS), ("evidence/<a>", WINDOWS),
    ("https://grafana.example/d/abc", LINK), ("file:///etc/passwd", LINK), ("file:evidence/logs.txt", LINK),
    ("data:text/plain,x", LINK), ("javascript:alert(1)", LINK), ("git@host.example:o/r.git", WINDOWS),
]  # fmt: skip

PLAIN = [
    "evidence/logs.txt", "evidence/a", "evidence/sub/logs.txt", "evidence/a/b/c/d.json", "evidence/5xx rate.txt",
    "evidence/2026-11-23T08.41.txt", "evidence/cpu-100%.txt", "evidence/журнал.txt", "evidence/ログ.txt", "evidence/.hidden",
    "evidence/console.txt", "evidence/com10.txt", "evidence/nullable", "evidence/auxiliary.log", "evidence/~x", "evidence/-rf",
    "evidence/a..b", "evidence/..a", "evidence/gitconfig", "evidence/.gitignore", "evidence/evidence/x", "evidence/a&b=c#d.txt",
    "evidence/Prüfung.txt", "evidence/Pru\u0308fung.txt",
]  # fmt: skip


def test_the_table_is_as_long_as_the_threats_ask() -> None:
    assert len({path for path, _ in REFUSED}) == len(REFUSED) >= 60


@pytest.mark.parametrize(("path", "why"), REFUSED)
def test_a_path_that_may_mean_another_file_is_refused_and_says_why(path: str, why: str) -> None:
    assert why_not_evidence(path) == why


@pytest.mark.parametrize("path", PLAIN)
def test_a_plain_path_below_evidence_is_taken(path: str) -> None:
    assert why_not_evidence(path) == ""


@given(
    st.text(st.sampled_from("./\\:%2e~ evidnc\0\uff0e\uff0f\u2025C"), max_size=30).map(lambda tail: f"evidence/{tail}")
)
@example("evidence/x")
def test_what_is_taken_stays_below_evidence_on_every_system(path: str) -> None:
    if why_not_evidence(path):
        return
    assert posixpath.normpath(path) == path
    assert path.startswith("evidence/")
    assert not set(path) & set("\\:\0")
    assert ".." not in path.split("/")


@pytest.mark.parametrize("path", ["https://wiki.example/pay", "HTTP://x", "ftp://x/y"])
def test_an_address_is_no_path(path: str) -> None:
    assert is_url(path)


@pytest.mark.parametrize("path", ["docs/pay.md", "//wiki/pay", "wiki.example/pay", "C:/pay.md", "mailto:a@b.example", "docs/https://x", ""])  # fmt: skip
def test_a_path_is_no_address(path: str) -> None:
    assert not is_url(path)
