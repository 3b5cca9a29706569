"""What the tests share: places, the shipped parser, and ways to run the command, a notebook or a line of Python."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

ROOT = Path(__file__).parent.parent
NBS = ROOT / "nbs"
SAMPLES = ROOT / "sciassist" / "samples"
PAPER = SAMPLES / "paper.pdf"
REFERENCES = ROOT / "demo" / "references.txt"
try:
    from absl import logging as absl_logging
except ImportError:  # only the core is installed
    pass
else:
    # When logging is configured anew, absl (of rouge-score and tensorboard) closes the standard error of its import
    # unless that is Python's own. pytest's must stay open: every later test of the process would fail.
    absl_logging.get_absl_handler().python_handler.stream = sys.__stderr__
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def parser():
    """The reference parser that ships."""
    from sciassist import ReferenceStringParsing

    return ReferenceStringParsing()


def sciassist(*args, stdin=None, cwd=None, text=False, env=None):
    """Run the command in a process of its own; return what subprocess.run returns (bytes unless `text`)."""
    command = [sys.executable, "-m", "sciassist.cli", *map(str, args)]
    environment = ENVIRONMENT | (env or {})
    return subprocess.run(command, input=stdin, cwd=cwd, env=environment, text=text, capture_output=True)


def shell(*args, stdin=None):
    """Run the command in this process; return its exit code, standard output and standard error. Exceptions pass."""
    from sciassist.cli import app

    done = CliRunner().invoke(app, list(map(str, args)), input=stdin)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


def python(code, *args, cwd=None):
    """Run some code in a new interpreter and return what it prints."""
    command = [sys.executable, "-c", code, *map(str, args)]
    done = subprocess.run(command, cwd=cwd, env=ENVIRONMENT, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def loaded_by(code, *modules):
    """Return which of `modules` some code has imported in the end."""
    return python(f"import sys; {code}; print(*[m for m in {modules!r} if m in sys.modules])").split()


def execute(notebook, out, cwd=None, **parameters):
    """Run a notebook of nbs/ with parameters as papermill does; return the executed notebook."""
    import papermill  # not at hand where only the core is installed

    path = NBS / notebook
    options = dict(progress_bar=False, log_output=False, kernel_name="python3", iopub_timeout=60)
    return papermill.execute_notebook(path, out, parameters, cwd=cwd or path.parent, **options)


def wait_until(ready, what, tries=1200):
    """Call `ready` every 50 ms until it returns something true, and return that; fail after so many tries."""
    for _ in range(tries):
        if found := ready():
            return found
        time.sleep(0.05)
    raise AssertionError(f"no {what} after {tries} tries")
