"""Everything that `make test` checks, counted together: notebooks in step, every notebook, every test."""

import hashlib
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent


def fingerprint() -> dict[str, str]:
    """What nbdev may rewrite: notebooks and exported modules."""
    found = [*ROOT.glob("nbs/**/*.ipynb"), *ROOT.glob("sciassist/**/*.py")]
    return {
        str(p.relative_to(ROOT)): hashlib.sha1(p.read_bytes()).hexdigest()
        for p in found
        if ".ipynb_checkpoints" not in p.parts
    }


def in_step() -> bool:
    """Clean and export; True if that changed nothing."""
    before = fingerprint()
    for command in ("nbdev_clean", "nbdev_export"):
        subprocess.run([command], cwd=ROOT, check=True)
    after = fingerprint()
    changed = sorted(p for p in before.keys() | after.keys() if before.get(p) != after.get(p))
    if changed:
        print("not clean, or out of step with the notebooks (now mended; look at git diff):", *changed, sep="\n  ")
    return not changed


def notebook(path: Path) -> tuple[str, bool, float]:
    """Run one notebook as nbdev_test does."""
    code = f"from nbdev.test import test_nb; from pathlib import Path; import sys; sys.exit(not test_nb(Path({str(path)!r}), skip_flags='notest slow gpu net'.split())[0])"
    start = time.time()
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        print(f"FAILED {path}\n{done.stdout[-2000:]}{done.stderr[-6000:]}", flush=True)
    return str(path.relative_to(ROOT)), done.returncode == 0, time.time() - start


def notebooks() -> list[Path]:
    found = sorted((ROOT / "nbs").rglob("*.ipynb"))
    return [p for p in found if not any(part.startswith(("_", ".")) for part in p.relative_to(ROOT).parts)]


def main() -> int:
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    results = [in_step()]
    print("ok    " if results[0] else "FAILED", "notebooks are clean, modules in step", flush=True)
    with ProcessPoolExecutor(2) as pool:
        for name, passed, seconds in pool.map(notebook, notebooks()):
            results.append(passed)
            print("ok    " if passed else "FAILED", f"{seconds:6.1f} s  {name}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--durations=10", "tests"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    print(done.stdout)
    count = lambda word: sum(int(n) for n in re.findall(rf"(\d+) {word}", done.stdout.strip().splitlines()[-1]))
    passed, failed = sum(results) + count("passed"), results.count(False) + count("failed") + count("error")
    if done.returncode not in (0, 1):
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
