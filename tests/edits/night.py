"""An incident that is told by requests alone: each is made twice, and what it leaves is judged against what was there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hotwash.edits.amend import amended
from hotwash.edits.requests import read_request, request_text
from hotwash.edits.steps import amendments
from hotwash.facts.demands import pending
from hotwash.model.repository import Case
from hotwash.model.time import utc_text
from hotwash.records.load import case_files, load_case
from hotwash.records.revision import Base
from hotwash.records.snapshot import MappingSnapshot
from hotwash.records.splice import Unproven
from hotwash.rules.check import check
from tests.builders import SERVICES

if TYPE_CHECKING:
    from hotwash.diagnostics import Report
    from hotwash.edits.amendment import Amendment
    from hotwash.edits.requests import Request

CATALOGUE = {
    SERVICES: b"""\
checkout-api: {owner: team-pay, runbook: docs/runbooks/checkout.md}
payments: {owner: team-pay, runbook: docs/runbooks/payments.md}
""",
    "docs/runbooks/checkout.md": b"Roll back first\n",
    "docs/runbooks/payments.md": b"Call the bank\n",
}
BEGIN = datetime(2026, 11, 23, 8, 46, tzinfo=UTC)
ID = "2026-11-23-checkout-500"
FOLDER = f"incidents/2026/{ID}"


@dataclass(slots=True)
class Night:
    """Records in memory, and a clock that goes on with each request.

    Attributes:
        lines: How many ids were given out.
    """

    files: dict[str, bytes] = field(default_factory=lambda: dict(CATALOGUE))
    now: datetime = BEGIN
    lines: int = 0
    who: str = "alice"

    @property
    def snapshot(self) -> MappingSnapshot:
        """The records as they are."""
        return MappingSnapshot(self.files)

    @property
    def case(self) -> Case:
        """The incident."""
        loaded = load_case(self.snapshot, next(iter(case_files(self.snapshot.paths()))))
        assert isinstance(loaded.case, Case), [p.message for d in loaded.documents for p in d.problems]
        return loaded.case

    def request(self, op: str, **answers: Any) -> Any:  # noqa: ANN401 - one of the requests, and what each takes
        """A request as a command makes it."""
        self.lines += 1
        known: dict[str, Any] = {"op": op, "by": self.who, "at": utc_text(self.now)}
        if op != "declare":
            known["incident"] = ID
        if op not in ("accept", "postmortem", "publish") and not op.startswith("action"):
            known["id"] = f"{self.now:%H%M}-t{self.lines:03}"
        asked = read_request(b"{}", defaults=known | answers)
        assert read_request(request_text(asked)) == asked
        return asked

    def asked(self, request: Request) -> tuple[Amendment, ...]:
        """What a request asks of the files."""
        return amendments(self.snapshot, request, self.now)[1]

    def write(self, request: Request) -> None:
        """Do what a request asks."""
        folder, asked = amendments(self.snapshot, request, self.now)
        changed = amended(self.snapshot, folder, asked)
        assert not isinstance(changed, Unproven), changed.why
        kept = {path: data for path, data in self.files.items() if path not in changed}
        self.files = kept | {path: data for path, data in changed.items() if data is not None}

    def do(self, op: str, *, minutes: float = 1, **answers: Any) -> Any:  # noqa: ANN401 - see above
        """Do what somebody asks; nothing is wrong afterwards that was right before, and asked again nothing happens."""
        self.now += timedelta(minutes=minutes)
        before = dict(self.files)
        request = self.request(op, **answers)
        self.write(request)
        assert self.files != before, "nothing was written"
        assert self.asked(request) == ()
        assert self.errors(before) == []
        return request

    def judged(self, before: dict[str, bytes]) -> Report:
        """What `check --base` says."""
        outcome = check(self.snapshot, now=self.now, base=Base("main", MappingSnapshot(before)))
        assert not outcome.bugs, outcome.bugs[0].trace
        return outcome.report

    def errors(self, before: dict[str, bytes]) -> list[str]:
        """The errors that `check --base` finds."""
        found = self.judged(before).diagnostics
        return [f"{d.code} {d.path}: {d.message}" for d in found if d.level == "error"]

    def pending(self) -> str:
        """The id of the mitigation of which nobody has said whether it helped."""
        (logged,) = pending(self.case)
        assert logged.entry.id
        return logged.entry.id

    @property
    def status(self) -> str:
        """Where it is."""
        return self.case.incident.status

    def text(self, file: str) -> str:
        """What stands in a file of the incident."""
        return self.files[f"{FOLDER}/{file}"].decode()
