"""What is built from the project: the wheel, the README."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from readme import MADE, readme

from sciassist.core import DISTRIBUTION
from sciassist.site import links

OFFLINE = """
import socket
def refuse(*args, **kwargs): raise OSError("the network is off")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import sciassist
text = "Turing, A. M. (1950). Computing machinery and intelligence. Mind, 59(236), 433-460."
ref = sciassist.ReferenceStringParsing().predict(text)
print(sciassist.__file__)
print(ref.fields["date"], ref.fields["journal"])
"""


def run(*args, **kwargs):
    done = subprocess.run(list(map(str, args)), capture_output=True, text=True, **kwargs)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    parts = "settings.ini", "setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "constraints.txt"
    source = Path(
        shutil.copytree(
            ROOT / "sciassist", folder / "source" / "sciassist", ignore=shutil.ignore_patterns("__pycache__")
        )
    ).parent
    for part in parts:
        shutil.copy(ROOT / part, source)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_configs_weights_and_samples(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for wanted in (
        "sciassist/configs/train.yaml",
        "sciassist/configs/model/cora.yaml",
        "sciassist/weights/references/model.onnx",
        "sciassist/weights/cora/config.json",
        "sciassist/weights/cora/README.md",
        "sciassist/weights/work-types/model.safetensors",
        "sciassist/samples/works.json",
        "sciassist/samples/paper.pdf",
        "sciassist/samples/citations.csv",
        "sciassist/templates/new_task/model.md",
        "sciassist/viewer/page_files/index.html",
        "sciassist/viewer/page_files/app.js",
    ):
        assert wanted in names
    assert not any(n.endswith((".pkl", ".pt", ".ckpt", ".bin")) for n in names)


def test_the_wheel_works_in_an_empty_environment_without_a_network(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-c", ROOT / "constraints.txt", wheel)
    where, fields = run(python, "-c", OFFLINE, cwd=tmp_path).splitlines()
    assert str(tmp_path) in where and fields == "['1950'] ['Mind']"
    installed = {p["name"].lower() for p in json.loads(run(python, "-m", "pip", "list", "--format", "json"))}
    assert not installed & {"torch", "transformers", "jupyterlab", "pytorch-lightning"}
    assert "parse" in run(tmp_path / "env" / "bin" / "sciassist", "--help")


@pytest.mark.parametrize("name", MADE)
def test_what_is_written_from_notebooks_is_in_step_and_leads_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == readme(name), "run make readme"
    assert not [t for t in links(text) if not (ROOT / t.partition("#")[0]).exists()]


def test_every_module_has_its_notebook():
    targets = set()
    for nb in (ROOT / "nbs").rglob("*.ipynb"):
        for cell in json.loads(nb.read_text(encoding="utf-8"))["cells"]:
            for line in cell["source"]:
                if line.startswith("#| default_exp"):
                    targets.add(line.split()[2].replace(".", "/") + ".py")
    modules = {str(p.relative_to(ROOT / "sciassist")) for p in (ROOT / "sciassist").rglob("*.py")}
    assert {
        m for m in modules if not m.endswith(("__init__.py", "_modidx.py")) and not m.startswith("templates")
    } == targets


# What the package index would send for these is another package.
BARE_INSTALL = re.compile(r"pip3? install (?:-\S+ )*\\*[\"']?sciassist(?![\w-])", re.I)
OURS = [
    p
    for p in ("nbs", "sciassist", "tests", "demo", "README.md", "CONTRIBUTING.md", "Makefile", ".ci")
    if (ROOT / p).exists()
]
TEXT = (".ipynb", ".py", ".md", ".yaml", ".yml", ".ini", ".txt", "Makefile", "run")


def texts():
    for top in OURS:
        files = [ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*")
        yield from (f for f in files if f.is_file() and f.name.endswith(TEXT) and f != Path(__file__))


def test_no_line_installs_the_other_package():
    there = "| `pip install SciAssist` |"  # the table that says what it is called here
    bare = [str(f) for f in texts() if BARE_INSTALL.search(f.read_text(encoding="utf-8").replace(there, ""))]
    assert not bare
    assert BARE_INSTALL.search("pip install 'sciassist[train]'") and BARE_INSTALL.search("pip install -U sciassist")
    assert not BARE_INSTALL.search('pip install "sciassist-toolkit[train] @ git+https://…"')


def test_the_distribution_has_a_name_of_its_own(wheel):
    metadata = next(n for n in zipfile.ZipFile(wheel).namelist() if n.endswith(".dist-info/METADATA"))
    said = zipfile.ZipFile(wheel).read(metadata).decode()
    assert f"Name: {DISTRIBUTION}\n" in said and metadata.startswith("sciassist_toolkit-")
    assert all(f"Python :: 3.{minor}\n" in said for minor in range(10, 15))
    assert "sciassist/py.typed" in zipfile.ZipFile(wheel).namelist()


def test_importing_beside_the_other_package_warns(tmp_path):
    (tmp_path / "SciAssist").mkdir()
    (tmp_path / "SciAssist" / "__init__.py").touch()
    info = tmp_path / "SciAssist-0.1.4.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: SciAssist\nVersion: 0.1.4\n")
    (info / "top_level.txt").write_text("SciAssist\n")
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-m", "sciassist.cli", "--version"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    assert "The package SciAssist by WING-NUS is installed beside sciassist" in done.stderr
    assert "also installed: SciAssist 0.1.4 by WING-NUS" in done.stdout
    alone = run(sys.executable, "-W", "error", "-c", "import sciassist")
    assert alone == ""
