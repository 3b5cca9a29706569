"""What `make lint` checks: the style of notebooks, modules and tests, and that no room imports from one above it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

CHECKS = {
    "ruff check: style": ["ruff", "check"],
    "ruff format: layout": ["ruff", "format", "--check", "nbs", "tests"],
    "import-linter: order of the rooms": ["lint-imports", "--no-logo"],
}


def check(command: list[str]) -> bool:
    """Run one tool; print what it says only if it fails."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout[-6000:], done.stderr[-2000:], sep="\n")
    return done.returncode == 0


def lint() -> list[bool]:
    """Run every check and say which passed."""
    results = []
    for name, command in CHECKS.items():
        results.append(check(command))
        print("ok    " if results[-1] else "FAILED", name, flush=True)
    return results


if __name__ == "__main__":
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    sys.exit(not all(lint()))
