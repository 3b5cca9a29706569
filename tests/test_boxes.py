"""Boxes of pieces: in the document, in JSON and as GROBID's coordinates in TEI."""

import io
import re

import numpy as np
import pypdf
import pypdfium2
import pytest
from conftest import PAPER, sciassist
from lxml import etree
from pdf_files import lines, pdf, stream

from sciassist.documents.document import Box, Document, Section, Statement
from sciassist.documents.from_pdf import read_pdf
from sciassist.documents.reader import read_document

TEI = "{http://www.tei-c.org/ns/1.0}"
COORDS = r"(\d+,\d+\.\d\d,\d+\.\d\d,\d+\.\d\d,\d+\.\d\d;?)+"


@pytest.fixture(scope="module")
def doc():
    return read_document(PAPER, boxes=True)


def test_boxes_are_only_made_if_asked_for(doc):
    assert read_document(PAPER).boxes == {}
    assert Document.from_json(doc.to("json")) == doc


def test_every_piece_has_a_box(doc):
    names = set(doc.boxes)
    assert {"title", "abstract", "fig_0", "tab_0", "statement_0"} <= names
    assert {f"b{i}" for i in range(25)} | {f"author_{i}" for i in range(3)} <= names
    assert {f"callout_{i}" for i in range(len(doc.callouts))} <= names
    assert {f"section_{i}/heading" for i in range(len(doc.sections))} <= names


def test_boxes_lie_on_the_pages(doc):
    for name, boxes in doc.boxes.items():
        for box in boxes:
            assert 1 <= box.page <= doc.pages, name
            assert 0 <= box.x0 < box.x1 <= 595 and 0 <= box.y0 < box.y1 <= 842, name


def test_a_callout_lies_within_its_paragraph(doc):
    first, paragraph = doc.boxes["callout_0"][0], doc.boxes["section_0/p_0"][0]
    assert paragraph.x0 <= first.x0 and first.x1 <= paragraph.x1
    assert paragraph.y0 <= first.y0 and first.y1 <= paragraph.y1


def test_tei_has_coordinates_as_grobid_writes_them():
    done = sciassist("read", PAPER, "--to", "tei", "--boxes")
    root = etree.fromstring(done.stdout)
    for tag, count in {"persName": 3, "head": 12, "biblStruct": 25, "figure": 2, "ref": 28}.items():
        found = [e for e in root.iter(TEI + tag) if e.get("coords")]
        assert len(found) >= count and all(re.fullmatch(COORDS, e.get("coords")) for e in found), tag


def test_other_backends_have_no_boxes():
    done = sciassist("read", PAPER, "--backend", "grobid", "--boxes")
    assert done.returncode == 2 and b"pdfium" in done.stderr


def test_a_folder_of_results_has_boxes(tmp_path):
    done = sciassist("read", PAPER, "--to", "json", "--boxes", "-o", f"{tmp_path}/")
    assert done.returncode == 0
    assert Document.from_json((tmp_path / "paper.json").read_text()).boxes["title"]


def sideways(rotation):
    "Return a page whose lines run upwards in the file, from the lower left corner, shown as it is or turned."
    shown = " ".join(f"0 1 -1 0 {100 + 14 * i} 72 Tm (Rivers flow to the sea and bring sand.) Tj" for i in range(9))
    page = pypdf.PdfReader(io.BytesIO(pdf([stream(f"BT /F1 11 Tf {shown} ET".encode())]))).pages[0]
    out, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_page(page).rotate(rotation)
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_lie_on_the_page_as_it_is_shown(rotation):
    source = sideways(rotation)
    places = [b for found in read_pdf(source, boxes=True).boxes.values() for b in found]
    ends = [min(b.x0 for b in places), min(b.y0 for b in places), max(b.x1 for b in places), max(b.y1 for b in places)]
    with pypdfium2.PdfDocument(source) as file:
        ink = np.argwhere(file[0].render(scale=1).to_numpy()[..., 0] < 200)
    (upper, left), (lower, right) = ink.min(0), ink.max(0)
    assert np.abs(np.array(ends) - [left, upper, right, lower]).max() < 6


def test_boxes_end_at_the_edge_of_the_page():
    long = "Rivers flow to the sea and bring sand, which the sea takes away to where the rivers are not."
    content = f"BT /F1 11 Tf 300 700 Td ({long}) Tj ET BT /F1 11 Tf 620 600 Td (Beside the paper.) Tj ET"
    doc = read_pdf(pdf([stream(content.encode())]), boxes=True)
    assert "sea takes away" in doc.text
    assert {(b.x0, b.x1) for found in doc.boxes.values() for b in found} == {(300, 595)}


def test_pieces_lie_within_the_pages_where_one_is_damaged():
    whole = pdf([lines("A Study of Commas"), lines("Rivers flow to the sea.", "They bring sand.")])
    doc = read_pdf(whole.replace(b"[5 0 R 6 0 R]", b"[9 0 R 6 0 R]"), boxes=True)
    assert doc.pages == 2 and [s.page for s in doc.sections] == [2]


def test_statements_in_the_back_have_their_own_boxes():
    """A statement amid the text stays there, and the next is the first of the back."""
    funding = Statement("funding", "Funding", "Paid.", 1, 0, 0)
    thanks = Statement("acknowledgement", "Thanks", "We do.", 1, 0, 0)
    sections = [
        Section(None, "Funding", 1, "Paid.", 1, 0, 0, "funding"),
        Section(None, "Results", 1, "It rained.", 1, 0, 0, "results"),
    ]
    doc = Document(sections=sections, statements=[funding, thanks], boxes={"statement_1": [Box(3, 1, 2, 4, 6)]})
    divs = [e for e in etree.fromstring(doc.to("tei").encode()).iter(TEI + "div") if e.get("coords")]
    assert [(e.findtext(TEI + "head"), e.get("coords")) for e in divs] == [("Thanks", "3,1.00,2.00,3.00,4.00")]
