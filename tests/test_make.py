"""What make does with its variables, without installing anything."""

import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OWN = ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PIP_NO_INDEX", "TORCH_INDEX")


def make(*typed, **env):
    """What `make` would run, on a machine that has chosen no index."""
    inherited = {k: v for k, v in os.environ.items() if k not in OWN}
    command = ["make", "-n", "-W", "settings.ini", f"PYTHON={sys.executable}", *typed]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**inherited, **env}).stdout


@pytest.fixture
def index(tmp_path):
    """A package index on this machine."""
    (tmp_path / "whl" / "cpu" / "torch").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=tmp_path))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/whl/cpu"
    server.shutdown()


def test_a_training_notebook_is_run_with_an_output_path():
    said = make("train-ner", "GPUS=1", "RUN=-p max_epochs 3")
    assert "papermill nbs/train_ner.ipynb runs/train_ner.ipynb -p gpus 1 -p max_epochs 3" in said


@pytest.mark.skipif(sys.platform != "linux" or os.path.exists("/dev/nvidiactl"), reason="for a Linux without a GPU")
def test_the_cpu_build_of_torch_is_taken_where_its_index_answers(index):
    assert f"--extra-index-url {index} -e '.[dev]'" in make("test", f"CPU_INDEX={index}")


def test_an_index_that_cannot_be_reached_is_not_passed_on():
    said = make("test", "CPU_INDEX=http://127.0.0.1:9/whl/cpu")
    assert "-e '.[dev]'" in said
    assert "--extra-index-url" not in said


def test_an_index_of_the_user_is_left_alone(index):
    for own in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        assert "--extra-index-url" not in make("test", f"CPU_INDEX={index}", **{own: "https://example.com/simple"})
    assert "--extra-index-url https://mine" in make("test", "TORCH_INDEX=https://mine")
