"""`sciassist new-task`: what it writes runs as it stands, in a folder of its own and inside an nbdev project."""

import os
import subprocess
import sys

import pytest
from conftest import ENVIRONMENT, ROOT, sciassist

PROJECT = (
    "[DEFAULT]\nlib_name = mylib\nlib_path = mylib\nnbs_path = nbs\nrepo = mylib\nuser = u\nauthor = "
    "a\nauthor_email = a@b.c\ndescription = d\nbranch = main\n"
    "version = 0.0.1\ngit_url = https://example.com\ndoc_host = https://example.com\ndoc_baseurl = "
    "/\ntitle = mylib\nlicense = apache2\nmin_python = 3.10\nkeywords = k\nlanguage = "
    "English\nstatus = 3\n"
)


def check_tests(folder, name):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/test_{name}.py"],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "3 passed" in done.stdout, done.stdout + done.stderr
    done = subprocess.run(
        [sys.executable, "-c", "from nbdev.test import nbdev_test; nbdev_test(n_workers=0)"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode == 0 and "Success" in done.stdout + done.stderr, done.stdout + done.stderr


def test_a_folder_of_its_own(tmp_path):
    done = sciassist("new-task", "intents", "--kind", "text-classification", cwd=tmp_path, text=True)
    assert done.returncode == 0 and "tests/test_intents.py" in done.stdout, done.stderr
    check_tests(tmp_path / "intents", "intents")
    typed = "python -m sciassist.train --config-dir configs experiment=intents trainer=cpu trainer.max_epochs=1"
    done = subprocess.run(
        [sys.executable, *typed.split()[1:]],
        cwd=tmp_path / "intents",
        env={**ENVIRONMENT, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path / 'intents'}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and typed + "\n" in (
        tmp_path / "intents" / "models" / "intents" / "README.md"
    ).read_text(encoding="utf-8"), done.stderr
    again = sciassist("new-task", "intents", "--kind", "text-classification", cwd=tmp_path, text=True)
    assert again.returncode == 1 and "nothing was written" in again.stderr


@pytest.mark.parametrize("name,kind", [("tools", "token-classification"), ("abstracts", "summarization")])
def test_in_an_nbdev_project(name, kind, tmp_path):
    (tmp_path / "settings.ini").write_text(PROJECT)
    done = sciassist("new-task", name, "--kind", kind, cwd=tmp_path, text=True)
    assert (
        done.returncode == 0
        and (tmp_path / "mylib" / name / "pipeline.py").is_file()
        and (tmp_path / "nbs" / name / "10_model.ipynb").is_file()
    ), done.stderr
    assert (tmp_path / "settings.ini").read_text() == PROJECT
    check_tests(tmp_path, name)


@pytest.mark.parametrize(
    "name,kind,message",
    [("2nd", "text-classification", "cannot be the name of a task"), ("mine", "translation", "expected one of")],
)
def test_mistakes_are_told(name, kind, message, tmp_path):
    done = sciassist("new-task", name, "--kind", kind, cwd=tmp_path, text=True)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
