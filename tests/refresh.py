"""What `make outputs` does: run notebooks, and save the outputs of those whose text is not what is committed.

`python tests/refresh.py [NOTEBOOK …]`; without names, all notebooks.
"""

import os
import subprocess
import sys
from pathlib import Path

from run_all import ROOT, notebooks

DIFFERENT = 2  # the status of run_notebook.py


def refresh(path: Path) -> str:
    """Run one notebook; return what was done with it."""
    status = subprocess.run([sys.executable, "tests/run_notebook.py", str(path)], cwd=ROOT).returncode
    if status != DIFFERENT:
        return "FAILED" if status else "ok"
    command = ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", path.name]
    return "FAILED" if subprocess.run(command, cwd=path.parent).returncode else "saved"


if __name__ == "__main__":
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    os.environ |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = {path: refresh(path.resolve()) for path in map(Path, sys.argv[1:] or notebooks())}
    subprocess.run(["nbdev_clean"], cwd=ROOT, check=True)
    for path, state in done.items():
        if state != "ok":
            print(f"{state:6s} {path}")
    sys.exit("FAILED" in done.values())
