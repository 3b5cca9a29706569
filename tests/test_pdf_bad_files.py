"""PDFs that are none, broken, locked, empty or hostile: each has its error, and a run goes on."""

import json
import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pdf_files
import psutil
import pytest
from conftest import PAPER, sciassist

from sciassist.core import (
    DamagedPdfError,
    EncryptedPdfError,
    NoPagesError,
    NotAPdfError,
    NoTextError,
    PdfError,
    PdfLimitError,
)
from sciassist.documents.reader import read_document
from sciassist.pages.sandbox import close_workers
from sciassist.pipelines.folders import Task, find_inputs, read_input, run_files

BAD = [
    ("empty", b"", NotAPdfError),
    ("web page", b"<!DOCTYPE html><html>log in</html>", NotAPdfError),
    ("text", b"Turing, A. (1950). Mind.", NotAPdfError),
    ("truncated", pdf_files.TRUNCATED, DamagedPdfError),
    ("head only", b"%PDF-1.7\n", DamagedPdfError),
    ("password", pdf_files.encrypted("secret"), EncryptedPdfError),
    ("password, old", pdf_files.encrypted("secret", algorithm="RC4-40"), EncryptedPdfError),
    ("no pages", pdf_files.NO_PAGES, NoPagesError),
    ("images", pdf_files.IMAGES, NoTextError),
    ("10,000 pages", pdf_files.MANY_PAGES, PdfLimitError),
    ("nested", pdf_files.NESTED, PdfError),
    ("nested tree", pdf_files.NESTED_TREE, PdfError),
    ("bomb", pdf_files.BOMB, PdfLimitError),
    ("text bomb", pdf_files.TEXT_BOMB, PdfLimitError),
]


@pytest.mark.parametrize("data, error", [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_each_has_its_error(data, error):
    with pytest.raises(error) as caught:
        read_document(data, seconds=30)
    assert str(caught.value)


def test_pages_that_cannot_be_read_are_told():
    font = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources " + font + b" >>"
    broken = pdf_files.stream(b"\x78\x9c\x00\xff\x00\xff", b"/Filter /FlateDecode")
    tree = b"<< /Type /Pages /Kids [5 0 R 9 0 R 5 0 R 6 0 R] /Count 4 >>"  # There is no object 9
    root = b"<< /Type /Catalog /Pages 2 0 R >>"
    doc = read_document(
        pdf_files.assemble([root, tree, pdf_files.lines("Rivers flow."), broken, page % 3, page % 4]), seconds=30
    )
    assert doc.pages == 4
    assert doc.warnings == ["damaged and not read: page 2", "nothing at all on page 4: blank, or damaged"]


def test_messages_say_what_to_do():
    for data, words in (
        (pdf_files.IMAGES, "OCR"),
        (pdf_files.encrypted("secret"), "password="),
        (pdf_files.MANY_PAGES, "max_pages="),
    ):
        with pytest.raises(PdfError, match=words):
            read_document(data)


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_encrypted_files_open_with_their_password_or_an_empty_one(algorithm):
    plain = read_document(pdf_files.GOOD).text
    assert read_document(pdf_files.encrypted("", algorithm=algorithm)).text == plain
    assert read_document(pdf_files.encrypted("secret", algorithm=algorithm), password="secret").text == plain
    with pytest.raises(EncryptedPdfError, match="not its password"):
        read_document(pdf_files.encrypted("secret", algorithm=algorithm), password="guess")


def test_limits_can_be_set():
    with pytest.raises(PdfLimitError, match="3 pages, 2 are allowed"):
        read_document(PAPER, max_pages=2)
    with pytest.raises(PdfLimitError):
        read_document(PAPER, max_chars=100)
    with pytest.raises(PdfLimitError):
        read_document(PAPER, seconds=0.001)
    for memory in (1, 2**20, 30 * 2**20):
        with pytest.raises(PdfLimitError, match="memory="):
            read_document(PAPER, memory=memory)


def test_names_with_blanks_dots_and_other_letters(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("a paper .. of mine.pdf", "..pdf.pdf", "論文 – é'\".pdf", "sub/../up.pdf"):
        path = tmp_path / name
        path.write_bytes(pdf_files.GOOD)
        assert len(read_document(path).references) == 1


def test_a_folder_that_cannot_be_listed_is_a_failure_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.pdf").write_bytes(pdf_files.GOOD)
    list_folder = os.scandir

    def refuse(path="."):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(find_inputs([tmp_path]))
    assert [i.name.as_posix() for i in found] == ["open.pdf", "closed"]
    statuses = {
        s.state: s
        for s in run_files(
            Task(read_input, lambda document: [document.title], lambda titles: titles, ".title", ""),
            found,
            tmp_path / "out",
            jobs=1,
        )
    }
    assert (
        statuses["failed"].message
        == f"{tmp_path / 'closed'} cannot be listed; it may be that its permissions forbid it"
    )
    assert statuses["done"].result == "open.title"


def mutants(data, number, seed=0):
    rng = random.Random(seed)
    for _ in range(number):
        mutant = bytearray(data)
        for _ in range(rng.choice((1, 10, 100, 1000))):
            mutant[rng.randrange(len(mutant))] = rng.randrange(256)
        yield bytes(mutant)


def outcome(data):
    try:
        return "read" if read_document(data, seconds=30).pages else "nothing"
    except PdfError as e:
        return type(e).__name__


def test_random_changes_crash_and_hang_nothing():
    with ThreadPoolExecutor(2) as pool:
        seen = Counter(pool.map(outcome, mutants(PAPER.read_bytes(), 500)))
    assert sum(seen.values()) == 500 and seen["read"] > 50 and seen["DamagedPdfError"] > 50, seen
    close_workers()
    assert all(p.status() != psutil.STATUS_ZOMBIE for p in psutil.Process().children(recursive=True))


def run_text(*args, env=None):
    return sciassist(*args, text=True, env=env)


@pytest.fixture
def folder(tmp_path):
    source = tmp_path / "in"
    source.mkdir()
    for name, data, _ in BAD[:9]:
        (source / f"{name}.pdf").write_bytes(data)
    (source / "good.pdf").write_bytes(pdf_files.GOOD)
    (source / "good.txt").write_text("Turing, A. (1950). Computing machinery. Mind, 59.\n", encoding="utf-8")
    (source / "no references.pdf").write_bytes(
        pdf_files.pdf([pdf_files.lines("A letter", "Dear reader", "this is all.")])
    )
    return source


def states(out):
    return Counter(
        json.loads(line)["state"] for line in (out / "_status.jsonl").read_text(encoding="utf-8").splitlines()
    )


def test_a_folder_with_bad_files_is_done_and_resumed(folder, tmp_path):
    out, scratch = tmp_path / "out", tmp_path / "scratch"
    scratch.mkdir()
    done = run_text("parse", folder, "-o", out, "-j", 2, env={"TMPDIR": str(scratch)})
    assert done.returncode == 1
    assert not done.stdout
    assert "Traceback" not in done.stderr
    assert sorted(p.name for p in out.iterdir()) == ["_status.jsonl", "good.pdf.jsonl", "good.txt.jsonl"]
    assert states(out) == {"done": 2, "empty": 1, "failed": 9}
    for error in ("NotAPdfError", "DamagedPdfError", "EncryptedPdfError", "NoPagesError", "NoTextError"):
        assert error in done.stderr
    assert not list(scratch.iterdir())

    again = run_text("parse", folder, "-o", out)
    assert again.returncode == 1 and "2 of them known from an earlier run" in again.stderr
    assert states(out) == {"done": 2, "empty": 1, "failed": 9}
    (folder / "text.pdf").write_bytes(pdf_files.GOOD)
    assert "2 of them known" in run_text("parse", folder, "-o", out).stderr and (out / "text.jsonl").exists()
    assert "known" not in run_text("parse", folder, "-o", out, "--force").stderr
    for name, _, _ in BAD[:9]:
        (folder / f"{name}.pdf").unlink()
    assert run_text("parse", folder, "-o", out).returncode == 0


def test_one_bad_file_does_not_keep_the_others_from_standard_output(tmp_path):
    (tmp_path / "bad.pdf").write_bytes(b"no")
    (tmp_path / "good.pdf").write_bytes(pdf_files.GOOD)
    done = run_text("parse", tmp_path / "bad.pdf", tmp_path / "good.pdf")
    assert done.returncode == 1 and len(done.stdout.splitlines()) == 1
    assert done.stderr.count("\n") == 1 and "bad.pdf is no PDF" in done.stderr
    done = run_text("read", tmp_path / "bad.pdf", tmp_path / "good.pdf", "--to", "text")
    assert done.returncode == 1
    assert "A Study of Commas" in done.stdout
    assert "bad.pdf is no PDF" in done.stderr


def test_options_that_messages_name_can_be_given(tmp_path):
    (tmp_path / "locked.pdf").write_bytes(pdf_files.encrypted("a=b c"))
    done = run_text("parse", tmp_path / "locked.pdf")
    assert done.returncode == 1 and "password=" in done.stderr
    assert run_text("parse", tmp_path / "locked.pdf", "--pdf", "password=a=b c").returncode == 0
    assert run_text("parse", tmp_path, "-o", tmp_path / "out", "--pdf", "password=a=b c").returncode == 0
    assert "a=b" not in (tmp_path / "out" / "_status.jsonl").read_text(encoding="utf-8")
    assert run_text("read", tmp_path / "locked.pdf", "--pdf", "pages=3").returncode == 2
