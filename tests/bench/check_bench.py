"""`hotwash check` of 1,000 generated incidents against check-jsonschema on their incident files, in one run.

The same incidents are checked as internal ones and as public ones, in which people and their addresses are looked for.

Prints medians and ratios of alternating rounds; asserts nothing: speed is measured, never a test.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

INCIDENTS = 1_000
ROUNDS = 3
HERE = Path(__file__).parent
PUBLIC = "format: 1\norganisation: Example Shop\npublishing: {default: public}\n"
SCHEMA = HERE.parents[1] / "schemas" / "incident.schema.json"


def main() -> None:
    """Run both in turn and print what they took."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "records"
        subprocess.run([sys.executable, str(HERE / "make_incidents.py"), str(root), str(INCIDENTS)], check=True)
        public = shutil.copytree(root, Path(folder) / "public")
        (public / "incidents" / "policy.yaml").write_text(PUBLIC, encoding="utf-8")
        files = sorted(str(path) for path in root.glob("incidents/*/*/incident.yaml"))
        size = sum(path.stat().st_size for path in root.glob("incidents/*/*/*"))
        part = sum(Path(name).stat().st_size for name in files)
        commands = {
            "hotwash check, all records": [sys.executable, "-m", "hotwash", "-C", str(root), "check"],
            "the same, all public": [sys.executable, "-m", "hotwash", "-C", str(public), "check"],
            "check-jsonschema, incident.yaml": [
                str(Path(sys.executable).with_name("check-jsonschema")), "--schemafile", str(SCHEMA), *files,
            ],
            "hotwash --help": [sys.executable, "-m", "hotwash", "--help"],
            "python -c pass": [sys.executable, "-c", "pass"],
        }  # fmt: skip
        print(f"{INCIDENTS:,} incidents, {size / 1e6:.1f} MB; their incident.yaml {part / 1e6:.1f} MB; {ROUNDS} rounds")
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                start = time.perf_counter()
                done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
                taken[name].append(time.perf_counter() - start)
                if done.returncode:
                    sys.exit(f"{name}: exit {done.returncode}\n{done.stdout.decode()[-2000:]}")
        medians = {name: statistics.median(times) for name, times in taken.items()}
        for name, times in taken.items():
            print(f"{name:32} {medians[name]:7.3f} s   (from {min(times):.3f} to {max(times):.3f})")
        ours, published, peer, helped, floor = medians.values()
        print(f"check / check-jsonschema         {ours / peer:7.3f}")
        print(f"public / internal                {published / ours:7.3f}")
        print(f"--help / python                  {helped / floor:7.2f}")


if __name__ == "__main__":
    main()
