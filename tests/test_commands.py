"""The `sciassist` command as a shell user meets it."""

import json
import subprocess
import sys

import bibtexparser
import pytest
import rispy
from conftest import REFERENCES, ROOT, loaded_by, sciassist


@pytest.fixture(scope="module")
def demo():
    done = sciassist("parse", REFERENCES)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_every_line_has_a_result_with_offsets_into_it(demo):
    lines = REFERENCES.read_text(encoding="utf-8").splitlines()
    assert [r["text"] for r in demo] == lines and len(lines) == 30
    for r in demo:
        assert r["tokens"] == r["text"].split() and len(r["tags"]) == len(r["tokens"])
        assert 0 <= r["score"] <= 1
        ends = 0
        for s in r["spans"]:
            assert ends <= s["start"] < s["end"] <= len(r["text"]) and 0 <= s["score"] <= 1
            ends = s["end"]


def test_most_of_the_demo_is_read_right(demo):
    years = [r["fields"].get("date") for r in demo]
    assert sum(bool(y) for y in years) >= 28
    assert sum("title" in r["fields"] for r in demo) >= 28
    assert sum("author" in r["fields"] or "editor" in r["fields"] for r in demo) >= 28


def test_bibtex_reads_back(tmp_path):
    target = tmp_path / "new folder" / "refs.bib"
    assert sciassist("parse", REFERENCES, "--to", "bibtex", "-o", target).returncode == 0
    library = bibtexparser.parse_string(target.read_text(encoding="utf-8"))
    assert len(library.entries) == 30 and not library.failed_blocks
    assert [p.name for p in target.parent.iterdir()] == ["refs.bib"]


def test_the_other_formats_read_back():
    out = {
        to: sciassist("parse", REFERENCES, "--to", to).stdout.decode()
        for to in ("csl-json", "ris", "tagged", "tei", "table")
    }
    assert len(json.loads(out["csl-json"])) == 30
    assert len(rispy.loads(out["ris"])) == 30
    assert len(out["tagged"].splitlines()) == 30 and "<author>" in out["tagged"]
    assert out["tei"].count("<biblStruct") == 30
    assert "Hochreiter" in out["table"]


def test_standard_input_and_two_models():
    line = b"A. Cau, R. Kuiper. Formalising Dijkstra's development strategy. Comput. J. 27(2), 1996.\n"
    for model, label in (("default", "issue"), ("cora", "volume")):
        done = sciassist("parse", "-", "--model", model, stdin=line)
        assert done.returncode == 0 and label in json.loads(done.stdout)["fields"]


@pytest.mark.parametrize(
    "args, message",
    [
        (["none.txt"], "none.txt does not exist"),
        (["paper.pdf"], "paper.pdf does not exist"),
        (["-", "--model", "corra"], "no model called 'corra'"),
        (["-", "--device", "tpu"], "device='tpu'"),
    ],
)
def test_what_cannot_be_done_is_named_and_exits_1(args, message, tmp_path):
    done = sciassist("parse", *args, stdin=b"", cwd=tmp_path)
    assert done.returncode == 1 and message in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["parse"],
        ["parse", "-", "--to", "docx"],
        ["prase"],
        ["parse", "-", "--batch-size", "0"],
        ["parse", str(ROOT / "demo")],
        ["parse", str(ROOT / "demo"), "-o", __file__],
        ["read"],
    ],
)
def test_a_wrong_command_exits_2(args):
    done = sciassist(*args, stdin=b"")
    assert done.returncode == 2 and done.stderr


def test_bad_bytes_blank_lines_and_long_lines(tmp_path):
    bad = tmp_path / "bad refs.txt"
    bad.write_bytes(
        b"M\xfcller, A.: Title. 1999\n\n\x00\x01\x02\n"
        + b"Turing, A. Mind 59, 1950. " * 4000
        + b"\nShannon, C. 1948\r\n"
    )
    done = sciassist("parse", bad, "--max-chars", 200_000)
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert done.returncode == 0 and len(rows) == 5
    assert "bad refs.txt, line 1 is not valid UTF-8" in done.stderr.decode()
    assert [bool(r["fields"]) for r in rows] == [True, False, False, True, True]
    assert len(rows[3]["text"]) > 100_000


def test_a_closed_pipe_is_no_error(tmp_path):
    many = tmp_path / "many.txt"
    many.write_text(REFERENCES.read_text(encoding="utf-8") * 200, encoding="utf-8")
    done = subprocess.run(
        f'"{sys.executable}" -m sciassist.cli parse "{many}" | head -n 1', shell=True, capture_output=True
    )
    assert done.stdout.count(b"\n") == 1 and b"Traceback" not in done.stderr


def test_importing_and_parsing_load_no_torch():
    parse = (
        "from sciassist.pipelines.reference_string_parsing import predict; "
        "assert predict('Turing, A. (1950). Computing machinery. Mind, 59.').fields['date']"
    )
    assert not loaded_by("import sciassist", "numpy")
    assert not loaded_by(parse, "torch", "transformers", "pytorch_lightning", "hydra", "datasets")


def test_models_lists_what_ships():
    done = sciassist("models")
    assert done.returncode == 0
    assert b"cora" in done.stdout
    assert b"references" in done.stdout


def test_where_results_cannot_go_is_told_in_a_line(tmp_path):
    (tmp_path / "file").touch()
    done = sciassist("parse", REFERENCES, "-o", tmp_path / "file" / "refs.jsonl")
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"file" in done.stderr
    assert sciassist("parse", REFERENCES, "-o", "/dev/null").returncode == 0
