"""A command that is killed and run again writes the bytes of an undisturbed run, and leaves nothing behind."""

import random
import signal
import subprocess
import sys
import time

import pytest
from conftest import ENVIRONMENT
from fuzzing import FACTOR

KILLS = 2  # In a short run; 50 times as many by `make fuzz`, 100 for lines and 100 for folders
LINES, FILES = 400, 12
COMMAND = [sys.executable, "-m", "sciassist.cli", "parse", "--device", "cpu", "--threads", "1"]
REFERENCE = "Author{0}, A. & Other, B. ({1}). A study of rivers number {0}. Journal of Rivers, {2}({3}), {4}-{5}."

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def references(n, seed):
    rng = random.Random(seed)
    return [REFERENCE.format(i, *(rng.randint(1, 2000) for _ in range(5))) for i in range(n)]


def tree(folder):
    """The content of all files below a folder; statuses in any order, as files are done."""
    found = {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
    return {name: sorted(data.splitlines()) if name == "_status.jsonl" else data for name, data in found.items()}


def killed(args, cwd, after):
    """Run a command, kill it after some seconds; return whether it was still running."""
    process = subprocess.Popen([*COMMAND, *args], cwd=cwd, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True


def complete(args, cwd):
    """Run a command to its end; return how many seconds that took."""
    start = time.monotonic()
    subprocess.run([*COMMAND, *args], cwd=cwd, env=ENVIRONMENT, check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def moments(whole, n, seed):
    """Moments to kill a command at, most of them while it writes."""
    rng = random.Random(seed)
    return [rng.uniform(0.3, 1.0) * whole for _ in range(n)]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "refs.txt").write_text("\n".join(references(LINES, 1)) + "\n")
    (folder / "papers").mkdir()
    for i in range(FILES):
        (folder / "papers" / f"{i:02d}.txt").write_text("\n".join(references(LINES // FILES, i)) + "\n")
    return folder


def test_lines_are_the_same_after_kills(inputs):
    args = ["refs.txt", "-o"]
    whole = complete([*args, "undisturbed.jsonl"], inputs)
    wanted = (inputs / "undisturbed.jsonl").read_bytes()
    assert wanted.count(b"\n") == LINES
    for n, after in enumerate(moments(whole, KILLS * min(FACTOR, 50), 2)):
        killed([*args, "killed.jsonl"], inputs, after)
        complete([*args, "killed.jsonl"], inputs)
        assert (inputs / "killed.jsonl").read_bytes() == wanted, f"kill {n} after {after:.2f} s"
        (inputs / "killed.jsonl").unlink()
        assert not [p.name for p in inputs.iterdir() if p.name.startswith((".", "killed"))]


def test_folders_are_the_same_after_kills(inputs):
    whole = complete(["papers", "-o", "undisturbed/"], inputs)
    wanted = tree(inputs / "undisturbed")
    assert len(wanted) == FILES + 1
    for n, after in enumerate(moments(whole, KILLS * min(FACTOR, 50), 3)):
        out = inputs / f"killed{n}"
        killed(["papers", "-o", f"{out}/"], inputs, after)
        complete(["papers", "-o", f"{out}/"], inputs)
        found = tree(out)
        assert found == wanted, f"kill {n} after {after:.2f} s: {[k for k in wanted if found.get(k) != wanted[k]]}"
