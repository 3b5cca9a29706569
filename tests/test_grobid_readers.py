"""GROBID's own readers of TEI take what we write without a warning."""

import logging
import warnings

import pytest
from conftest import PAPER

from sciassist.documents.reader import read_document
from sciassist.pipelines.documents import write_document


@pytest.fixture(scope="module", params=["plain", "with boxes"])
def tei(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("tei") / "paper.tei.xml"
    doc = read_document(PAPER, boxes=request.param == "with boxes")
    path.write_text(write_document(doc, "tei"), encoding="utf-8")
    return path


@pytest.fixture
def silent(caplog):
    "Make warnings errors, and see that nothing is logged as one."
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        yield
    assert [r.message for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_grobid_tei_xml_reads_the_header_and_the_references(tei, silent):
    reader = pytest.importorskip("grobid_tei_xml", reason="needs grobid-tei-xml")
    paper = reader.parse_document_xml(tei.read_text(encoding="utf-8"))
    assert paper.header.title.startswith("From Printed References")
    assert [a.surname for a in paper.header.authors] == ["Ejemplo", "Beispiel", "Przykład"]
    assert len(paper.citations) == 25 and paper.citations[0].title and paper.abstract


def test_the_converter_to_json_reads_the_paper(tei, silent):
    module = pytest.importorskip("grobid_client.format.TEI2LossyJSON", reason="needs grobid-client-python")
    made = module.TEI2LossyJSONConverter().convert_tei_file(tei, stream=False)
    assert made["biblio"]["title"].startswith("From Printed References") and len(made["references"]) == 25
    assert made["body_text"] and made["figures_and_tables"]


def test_the_converter_to_markdown_reads_the_paper(tei, silent):
    module = pytest.importorskip("grobid_client.format.TEI2Markdown", reason="needs grobid-client-python")
    made = module.TEI2MarkdownConverter().convert_tei_file(tei)
    assert made.startswith("# From Printed References") and "Introduction" in made and "Shannon" in made
