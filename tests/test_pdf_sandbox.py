"""Workers: they die alone, leave nothing behind, and work from wherever they are called."""

import math
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from conftest import wait_until

from sciassist.core import PdfError, PdfLimitError
from sciassist.documents.sandbox import close_workers, run_limited


def children():
    return [
        p
        for p in psutil.Process().children(recursive=True)
        if "sciassist.documents.sandbox" in " ".join(p.cmdline() or ["zombie sciassist.documents.sandbox"])
    ]


@pytest.fixture(autouse=True)
def none_left():
    yield
    close_workers()
    assert not children()


def gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_worker_that_is_too_slow_is_ended_at_once():
    with pytest.raises(PdfLimitError, match="took more than 0.5 s"):
        run_limited(time.sleep, 60, seconds=0.5)
    assert not children()


def test_the_next_call_is_served_after_each_kind_of_death():
    for death, args in (
        (os.abort, ()),
        (os._exit, (0,)),
        (signal.raise_signal, (signal.SIGKILL,)),
        (time.sleep, (60,)),
    ):
        with pytest.raises(PdfError):
            run_limited(death, *args, seconds=3)
        assert run_limited(math.factorial, 5) == 120


def test_many_threads_share_few_workers():
    with ThreadPoolExecutor(6) as pool:
        pids = list(pool.map(lambda _: run_limited(os.getpid), range(60)))
    assert len(set(pids)) < 30 and len(children()) <= os.cpu_count()


def in_a_process(queue):
    queue.put(run_limited(math.factorial, 6))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_daemons_and_forks_have_workers_of_their_own(method):
    mine = run_limited(os.getpid)
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=in_a_process, args=(queue,), daemon=True)
    process.start()
    assert queue.get(timeout=60) == 720
    process.join(20)
    assert process.exitcode == 0
    assert run_limited(os.getpid) == mine


def test_an_idle_worker_ends_when_its_caller_is_killed():
    code = (
        "import os; from sciassist.documents.sandbox import run_limited; print(run_limited(os.getpid), "
        "flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    wait_until(lambda: gone(int(done.stdout)), "end of the worker")


def test_a_busy_worker_ends_when_its_caller_is_killed():
    code = (
        "import os, time; from threading import Timer; from sciassist.documents.sandbox import "
        "run_limited; print(run_limited(os.getpid), flush=True); "
        "Timer(.5, lambda: os.kill(os.getpid(), 9)).start(); run_limited(time.sleep, 600, seconds=1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    wait_until(lambda: gone(int(done.stdout)), "end of the worker")


def test_a_message_that_looks_endless_is_refused():
    with pytest.raises(PdfLimitError, match="bytes, 1,000 are allowed"):
        run_limited(bytes, 10_000, size=1000)
    assert run_limited(bytes, 10_000, size=20_000) == bytes(10_000)


def test_the_worker_never_loads_what_reading_does_not_need():
    code = (
        "import sys; from sciassist.documents.sandbox import run_limited, close_workers; from "
        "sciassist.documents.from_pdf import read_pdf; "
        "import sciassist, pathlib; run_limited(read_pdf, "
        "pathlib.Path(sciassist.__file__).parent/'samples'/'paper.pdf'); "
        "print(run_limited(eval, 'sorted(__import__(\"sys\").modules.keys() & {\"onnxruntime\", "
        "\"torch\", \"transformers\", \"rich\", \"tokenizers\"})'))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
