"""Which commit brings a sign-off."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hotwash.facts.committed import committed
from hotwash.records.revision import Commit
from tests.builders import FOLDER, case, records, snapshot

INCIDENT = f"{FOLDER}/incident.yaml"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GATHER = "gather: {by: dave, at: 2026-11-23T08:50:10Z"
DECLARED = records(stage="declared")[INCIDENT]
SIGNED = records()[INCIDENT]
NOT_YET = SIGNED.replace(GATHER, "gather: {by: dave")
BY_ERIN = SIGNED.replace(GATHER, "gather: {by: erin, at: 2026-11-23T08:50:10Z")
EARLIER = SIGNED.replace(GATHER, "gather: {by: dave, at: 2026-11-23T08:49:10Z")
WITH_OFFSET = SIGNED.replace(GATHER, "gather: {by: dave, at: 2026-11-23T09:50:10+01:00")


def hour(number: int) -> datetime:
    """An hour of the day."""
    return datetime(2026, 11, 23, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "brought"),
    [
        pytest.param([], NOW, id="not committed yet"),
        pytest.param([DECLARED, SIGNED], hour(1), id="by the second"),
        pytest.param([SIGNED, SIGNED], hour(0), id="by the first"),
        pytest.param([SIGNED, DECLARED, SIGNED], hour(0), id="taken back and brought again"),
        pytest.param([NOT_YET, SIGNED], hour(1), id="the time came later"),
        pytest.param([BY_ERIN, SIGNED], hour(1), id="another name first"),
        pytest.param([EARLIER, SIGNED], hour(1), id="another time first"),
        pytest.param([WITH_OFFSET], hour(0), id="the same time written in another way"),
        pytest.param(["status: [", SIGNED], hour(1), id="unreadable first"),
        pytest.param([SIGNED, "status: ["], hour(0), id="unreadable later"),
        pytest.param([None, SIGNED], hour(1), id="no such file first"),
        pytest.param([DECLARED, NOT_YET], NOW, id="the last part is in the work tree only"),
    ],
)
def test_the_first_commit_that_holds_the_very_sign_off_brings_it(texts: list[str | None], brought: datetime) -> None:
    commits = tuple(
        Commit(hour(number), snapshot({} if text is None else {INCIDENT: text})) for number, text in enumerate(texts)
    )
    assert committed(case(stage="declared"), case(), commits, NOW)["gather"] == brought
    assert committed(None, case(), commits, NOW)["gather"] == brought


def test_what_was_signed_at_the_base_is_not_new() -> None:
    assert committed(case(), case(), (), NOW) == {}


def test_what_nobody_has_signed_is_brought_by_no_commit() -> None:
    assert committed(None, case(stage="declared"), (), NOW) == {}
