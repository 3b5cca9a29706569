"""Everything that `make test` checks, counted together: notebooks in step, lint, every notebook, every test."""

import hashlib
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from lint import lint

ROOT = Path(__file__).parent.parent
NOTEBOOK_FAULTS = {1: "FAILED", 2: "OUTPUT"}  # statuses of run_notebook.py: a cell fails, or only outputs differ


def fingerprint() -> dict[str, str]:
    """Return a hash of each file that nbdev may rewrite: notebooks and exported modules."""
    found = [*ROOT.glob("nbs/**/*.ipynb"), *ROOT.glob("sciassist/**/*.py")]
    return {
        str(p.relative_to(ROOT)): hashlib.sha1(p.read_bytes()).hexdigest()
        for p in found
        if ".ipynb_checkpoints" not in p.parts
    }


def in_step() -> bool:
    """Clean and export; return whether that changed nothing."""
    before = fingerprint()
    for command in ("nbdev_clean", "nbdev_export"):
        subprocess.run([command], cwd=ROOT, check=True)
    after = fingerprint()
    changed = sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))
    if changed:
        print("not clean, or out of step with the notebooks (now mended; look at git diff):", *changed, sep="\n  ")
    return not changed


def run_notebook(path: Path) -> tuple[str, str, float]:
    """Run one notebook; return its name, "ok" or its fault, and seconds."""
    start = time.time()
    command = [sys.executable, "tests/run_notebook.py", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        print(f"{path}\n{done.stdout[-4000:]}{done.stderr[-6000:]}", flush=True)
    state = "ok" if not done.returncode else NOTEBOOK_FAULTS.get(done.returncode, "FAILED")
    return str(path.relative_to(ROOT)), state, time.time() - start


def notebooks() -> list[Path]:
    """Return every notebook that is no draft."""
    found = sorted((ROOT / "nbs").rglob("*.ipynb"))
    return [p for p in found if not any(part.startswith(("_", ".")) for part in p.relative_to(ROOT).parts)]


def run_notebooks() -> list[bool]:
    """Run every notebook, two at a time."""
    results = []
    with ProcessPoolExecutor(2) as pool:
        for name, state, seconds in pool.map(run_notebook, notebooks()):
            results.append(state == "ok")
            print(f"{state:6s} {seconds:6.1f} s  {name}", flush=True)
    return results


def run_pytest() -> tuple[int, int]:
    """Run the tests, two files at a time; return how many passed and how many failed."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--durations=15", "tests"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    print(done.stdout)
    summary = done.stdout.strip().splitlines()[-1]
    passed, failed, errors = (
        sum(int(n) for n in re.findall(rf"(\d+) {word}", summary)) for word in ("passed", "failed", "error")
    )
    stopped = done.returncode not in (0, 1)  # pytest itself could not go on
    return passed, failed + errors + stopped


def timed(name: str, work):
    """Run one part and print its seconds."""
    start = time.time()
    result = work()
    print(f"------ {time.time() - start:6.1f} s  {name}", flush=True)
    return result


def main() -> int:
    """Run everything; return 1 if anything failed."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    results = [timed("nbdev_clean and nbdev_export", in_step)]
    print("ok    " if results[0] else "FAILED", "notebooks are clean, modules in step", flush=True)
    results += timed("lint", lint)
    results += timed("notebooks", run_notebooks)
    passed, failed = timed("tests", run_pytest)
    passed, failed = sum(results) + passed, results.count(False) + failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
