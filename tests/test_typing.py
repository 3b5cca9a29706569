"""What type checkers and editors know of the public names: mypy over code as users write it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sciassist

ROOT = Path(__file__).parent.parent
USER_CODE = ROOT / "tests" / "typing" / "user_code.py"


def mypy(path, cache):
    options = ["--strict", "--follow-imports=silent", "--no-error-summary", "--cache-dir", str(cache)]
    return subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(path)],
        capture_output=True,
        text=True,
        cwd=path.parent,
        env=os.environ | {"MYPYPATH": str(ROOT)},
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


def test_user_code_has_real_types(cache):
    done = mypy(USER_CODE, cache)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_type_in_user_code_is_found(cache, tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from sciassist import ReferenceStringParsing\nReferenceStringParsing().predict('…').score.upper()\n"
    )
    done = mypy(wrong, cache)
    assert '"float" has no attribute "upper"' in done.stdout


def test_the_names_for_type_checkers_are_those_that_are_fetched():
    tree = ast.parse(Path(sciassist.__file__).read_text(encoding="utf-8"))
    block = next(n for n in tree.body if isinstance(n, ast.If) and isinstance(n.body[0], ast.ImportFrom))
    homes = {alias.name: statement.module for statement in block.body for alias in statement.names}
    assert homes == sciassist._HOMES
    assert sorted([*homes, "__version__"]) == sorted(sciassist.__all__)
    for name in sciassist.__all__:
        getattr(sciassist, name)


def test_type_checkers_are_told_that_there_are_types():
    assert (Path(sciassist.__file__).parent / "py.typed").is_file()
    assert "py.typed" in (ROOT / "settings.ini").read_text(encoding="utf-8")
