"""The sample paper from end to end: what was typeset is what is read."""

import json
import re
import signal
import subprocess
import sys
import threading
from difflib import SequenceMatcher
from http.server import BaseHTTPRequestHandler, HTTPServer

import bibtexparser
import pypdfium2
import pytest
from conftest import PAPER, SAMPLES, sciassist, wait_until

from sciassist import ReferenceStringParsing
from sciassist.bibliography.formats import latex_unescape
from sciassist.core import InputError
from sciassist.documents.reader import read_document


def page_texts(source):
    with pypdfium2.PdfDocument(source) as document:
        return [document[n].get_textpage().get_text_range() for n in range(len(document))]


def test_the_pdf_comes_from_its_source():
    typst = pytest.importorskip("typst")
    assert page_texts(typst.compile(str(SAMPLES / "paper.typ"), ignore_system_fonts=True)) == page_texts(PAPER)


@pytest.fixture(scope="module")
def facts():
    """Title, year and pages of the works in the order in which the paper cites them."""
    entries = bibtexparser.parse_file(str(SAMPLES / "paper.bib")).entries_dict
    cited = dict.fromkeys(
        re.findall(r"@(\w+)", (SAMPLES / "paper.typ").read_text(encoding="utf-8").split("= Introduction")[1])
    )
    return [entries[key].fields_dict for key in cited if key in entries]


def alike(a, b):
    plain = [re.sub(r"\W+", " ", latex_unescape(t).casefold()).strip() for t in (a, b)]
    return SequenceMatcher(None, *plain, autojunk=False).ratio()


def test_its_references_are_the_facts(facts):
    refs = ReferenceStringParsing().predict(PAPER)
    assert [r.label for r in refs] == [str(n) for n in range(1, 26)] and {r.page for r in refs} == {2, 3}
    titles = [alike(" ".join(r.fields.get("title", [])), f["title"].value) for r, f in zip(refs, facts, strict=True)]
    assert sum(t >= 0.9 for t in titles) >= 23, titles
    years = [f["year"].value in " ".join(r.fields.get("date", [])) for r, f in zip(refs, facts) if "year" in f]
    assert sum(years) >= len(years) - 2


def test_path_bytes_text_and_document_give_the_same(monkeypatch):
    parser = ReferenceStringParsing()
    refs = parser.predict(PAPER)
    assert (
        parser.predict(PAPER.read_bytes())
        == refs
        == parser.predict(str(PAPER), type="pdf")
        == parser.predict(read_document(PAPER))
    )
    monkeypatch.chdir(PAPER.parent)
    assert parser.predict(PAPER.name) == refs
    with pytest.raises(InputError, match="Pass a Path or type='pdf'"):
        parser.predict(str(PAPER))
    assert refs.to("bibtex").count("@") == 25


def test_the_shell_reads_files_pipes_and_folders(tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.pdf").write_bytes(PAPER.read_bytes())
    from_file = sciassist("parse", PAPER).stdout
    assert len(from_file.splitlines()) == 25
    assert sciassist("parse", "-", stdin=PAPER.read_bytes()).stdout == from_file
    done = sciassist("parse", tmp_path / "papers", "-o", tmp_path / "out")
    assert done.returncode == 0 and (tmp_path / "out" / "a.jsonl").read_bytes() == from_file
    assert json.loads(sciassist("read", PAPER, "--to", "json").stdout)["title"].startswith("From Printed References")
    assert sciassist("read", "-", "--to", "tei", stdin=PAPER.read_bytes()).stdout.startswith(b"<?xml")
    assert sciassist("read", tmp_path / "papers", "--to", "text", "-o", str(tmp_path / "texts") + "/").returncode == 0
    assert "Saussure" in (tmp_path / "texts" / "a.txt").read_text(encoding="utf-8")


def test_results_in_the_folder_of_the_inputs_are_no_inputs(tmp_path):
    (tmp_path / "a.pdf").write_bytes(PAPER.read_bytes())
    for _ in range(2):
        done = sciassist("read", tmp_path, "--to", "text", "-o", tmp_path)
        assert done.returncode == 0
        assert sorted(p.name for p in tmp_path.iterdir()) == [
            "_status.jsonl",
            "a.pdf",
            "a.txt",
        ]
    assert b"known from an earlier run" in done.stderr


def test_a_file_of_lines_goes_on_where_it_was_killed(tmp_path):
    lines = tmp_path / "refs.txt"
    lines.write_text(
        "".join(f"Author {n}, A. (1950). Title number {n}. Journal, {n}.\n" for n in range(12_000)), encoding="utf-8"
    )
    out = tmp_path / "refs.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "sciassist.cli", "parse", str(lines), "-o", str(out)], stderr=subprocess.DEVNULL
    )
    wait_until(lambda: sum(p.stat().st_size for p in tmp_path.glob("refs.jsonl.*.part")), "first lines")
    process.send_signal(signal.SIGKILL)
    process.wait()
    (part,) = tmp_path.glob("*.part")
    with open(part, "rb+") as f:
        first = f.readline()
        f.seek(0)
        f.write(first.replace(b"Author", b"Writer"))  # a mark that only this line carries
    assert sciassist("parse", lines, "-o", out).returncode == 0
    texts = [json.loads(line)["text"] for line in out.read_text(encoding="utf-8").splitlines()]
    assert texts[0].startswith("Writer 0") and texts[1:] == lines.read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["refs.jsonl", "refs.txt"]


def test_an_interrupted_command_says_how_to_go_on(tmp_path):
    lines = tmp_path / "refs.txt"
    lines.write_text(
        "".join(f"Author {n}, A. (1950). Title number {n}. Journal, {n}.\n" for n in range(60_000)), encoding="utf-8"
    )  # none known already
    process = subprocess.Popen(
        [sys.executable, "-m", "sciassist.cli", "parse", str(lines), "-o", str(tmp_path / "out.jsonl")],
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # tests in the background may ignore it
    wait_until(lambda: sum(p.stat().st_size for p in tmp_path.glob("*.part")), "first lines")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert b"interrupted; the same command will go on after line" in said
    assert b"Traceback" not in said


class Grobid(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(
            b'<TEI><text><back><div type="references"><listBibl><biblStruct><note '
            b'type="raw_reference">Turing, A. (1950). Computing '
            b"machinery and intelligence. Mind, 59.</note></biblStruct></listBibl></div></back></text></TEI>"
        )

    def log_message(self, *args):
        pass


def test_a_grobid_server_can_do_the_reading():
    server = HTTPServer(("127.0.0.1", 0), Grobid)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = {"GROBID_URL": f"http://127.0.0.1:{server.server_port}"}
    done = sciassist("parse", PAPER, "--backend", "grobid", env=here)
    server.shutdown()
    server.server_close()
    assert done.returncode == 0 and json.loads(done.stdout)["fields"]["journal"] == ["Mind"]
    done = sciassist("parse", PAPER, "--backend", "grobid", env=here)
    assert done.returncode == 1
    assert b"no GROBID server at" in done.stderr
    assert done.stderr.count(b"\n") == 1
