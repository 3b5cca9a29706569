"""Workers: they die alone, leave nothing behind, and work from wherever they are called."""

import math
import multiprocessing
import operator
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from conftest import PAPER, ROOT, wait_until

from sciassist.core import InputError, ModelNotFoundError, PdfError, PdfLimitError
from sciassist.documents import reader
from sciassist.pages.confinement import landlock_version
from sciassist.pages.sandbox import Worker, close_workers, run_limited


def children():
    return [
        p
        for p in psutil.Process().children(recursive=True)
        if "sciassist.pages.sandbox" in " ".join(p.cmdline() or ["zombie sciassist.pages.sandbox"])
    ]


@pytest.fixture(autouse=True)
def none_left():
    close_workers()  # Those of other test files
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
        "import os; from sciassist.pages.sandbox import run_limited; print(run_limited(os.getpid), "
        "flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    wait_until(lambda: gone(int(done.stdout)), "end of the worker")


def test_a_busy_worker_ends_when_its_caller_is_killed():
    code = (
        "import os, time; from threading import Timer; from sciassist.pages.sandbox import "
        "run_limited; print(run_limited(os.getpid), flush=True); "
        "Timer(.5, lambda: os.kill(os.getpid(), 9)).start(); run_limited(time.sleep, 600, seconds=1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    wait_until(lambda: gone(int(done.stdout)), "end of the worker")


def test_a_message_that_looks_endless_is_refused():
    with pytest.raises(PdfLimitError, match="bytes, 1,000 are allowed"):
        run_limited(operator.mul, "x", 10_000, size=1000)
    assert run_limited(operator.mul, "x", 10_000, size=20_000) == "x" * 10_000


def test_the_worker_never_loads_what_reading_does_not_need():
    code = (
        "import sys; from sciassist.pages.sandbox import run_limited, close_workers; from "
        "sciassist.documents.from_pdf import read_pdf; "
        "import sciassist, pathlib; run_limited(read_pdf, "
        "pathlib.Path(sciassist.__file__).parent/'samples'/'paper.pdf'); "
        "print(run_limited(eval, 'sorted(__import__(\"sys\").modules.keys() & {\"onnxruntime\", "
        "\"torch\", \"transformers\", \"rich\", \"tokenizers\"})'))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


WEIGHTS = ROOT / "sciassist" / "weights"
SECRET = "hf_a_token_of_the_parent"
ATTACKS = {
    "socket": "__import__('socket').socket()",
    "connection": "__import__('urllib.request').request.urlopen('http://127.0.0.1:1', timeout=1)",
    "write": "open('stolen.txt', 'w')",
    "append": "open('secret.txt', 'a')",
    "delete": "__import__('os').unlink('secret.txt')",
    "rename": "__import__('os').rename('secret.txt', 'mine.txt')",
    "read": "open('secret.txt').read()",
    "home": "__import__('os').listdir(__import__('os').path.expanduser('~'))",
    "environment of the parent": "open(f'/proc/{__import__(\"os\").getppid()}/environ', 'rb').read()",
    "memory of the parent": "open(f'/proc/{__import__(\"os\").getppid()}/mem', 'rb').read()",
    "program": "__import__('subprocess').run(['/bin/true'])",
    "shell": "{0: True}[__import__('os').system('true')]",
    "fork": "__import__('os').fork()",
    "kill": "__import__('os').kill(__import__('os').getppid(), 0)",
    "limits": "__import__('resource').setrlimit(__import__('resource').RLIMIT_FSIZE, (9, 9))",
    "limits of the parent": "__import__('resource').prlimit(__import__('os').getppid(), 7)",
    "memory": "len(bytes(3 * 2**30))",
}
CONFINED = sys.platform == "linux" and landlock_version() and platform.machine() in ("x86_64", "aarch64")


@pytest.mark.skipif(not CONFINED, reason="the system has no Landlock")
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_from_inside_a_worker_fails(attack, tmp_path, monkeypatch):
    (tmp_path / "secret.txt").write_text(SECRET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_TOKEN", SECRET)
    with pytest.raises(PdfError):
        run_limited(eval, ATTACKS[attack])
    assert [p.name for p in tmp_path.iterdir()] == ["secret.txt"]
    assert (tmp_path / "secret.txt").read_text() == SECRET


def test_a_worker_sees_no_variable_and_no_descriptor_of_its_caller(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_TOKEN", SECRET)
    with open(tmp_path / "open.txt", "w") as f:
        os.set_inheritable(f.fileno(), True)
        assert SECRET not in run_limited(eval, "' '.join(__import__('os').environ.values())")
        with pytest.raises(PdfError, match="Bad file descriptor"):
            run_limited(eval, f"__import__('os').fstat({max(f.fileno(), 30)})")


def test_an_answer_that_is_a_pickle_runs_nothing(tmp_path, monkeypatch):
    target = tmp_path / "ran.txt"
    evil = f"cos\nsystem\n(S'touch {target}'\ntR.".encode()
    monkeypatch.setattr(Worker, "ask", lambda self, *_: evil)
    with pytest.raises(PdfError, match="answered nonsense"):
        run_limited(os.getpid)
    assert not target.exists()


@pytest.mark.parametrize("record", [1, [], {"title": 1}, {"sections": [{}]}, {"__class__": "os.system"}])
def test_an_answer_that_is_no_document_is_an_error(record, monkeypatch):
    monkeypatch.setattr(reader, "run_limited", lambda *_, **__: record)
    with pytest.raises(PdfError, match="answered nonsense"):
        reader.read_document(b"%PDF-1.4")


def test_a_worker_is_replaced_after_a_document_that_failed():
    first = run_limited(os.getpid)
    with pytest.raises(PdfError):
        run_limited(math.sqrt, -1)
    assert run_limited(os.getpid) != first


@pytest.mark.parametrize("options", [dict(memory=-1), dict(memory=0), dict(seconds=0), dict(seconds=math.inf)])
def test_limits_that_are_none_are_refused(options):
    with pytest.raises(InputError, match="expected numbers above 0"):
        reader.read_document(b"%PDF-1.4", **options)


def test_a_confined_worker_reads_the_model_that_it_is_told_to(tmp_path, monkeypatch):
    shutil.copytree(WEIGHTS / "page-layout", tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    shipped, absolute, relative = (
        reader.read_document(PAPER, roles=str(roles)) for roles in ("page-layout", tmp_path / "mine", "mine")
    )
    assert shipped == absolute == relative
    with pytest.raises(ModelNotFoundError, match="none is no model"):
        reader.read_document(PAPER, roles="none")
    with pytest.raises(ModelNotFoundError, match="holds no model that labels given and family names"):
        reader.read_document(PAPER, header="mine")
