"""Programs that were written for GROBID work with the server as they are.

The light ones come with the development extra. Others pin old versions of what else is installed here, so they live in
environments of their own: name the interpreter of one in GROBID_CLIENTS, and the tests whose client it has are run.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import PAPER
from servers import Running

pytest.importorskip("fastapi", reason="needs the extra [server]")
INTERPRETER = os.environ.get("GROBID_CLIENTS", sys.executable)
TITLE = "From Printed References to Records: What a Parser of Bibliographies Has to Know"
NOT_THERE = 77


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server as the command starts it."""
    running = Running(tmp_path_factory.mktemp("server"), "--workers", "2")
    yield running
    assert running.stop() == 0


def client(script, *args):
    """Run a client in another interpreter; return what it prints, or skip the test if that does not have it."""
    guarded = f"import sys\ntry:\n    {script[0]}\nexcept ImportError:\n    sys.exit({NOT_THERE})\n" + script[1]
    done = subprocess.run([INTERPRETER, "-c", guarded, *map(str, args)], capture_output=True, text=True)
    if done.returncode == NOT_THERE:
        pytest.skip(f"{INTERPRETER} cannot do: {script[0]}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def grobid_client(server):
    """Return the client of grobid-client-python, the one that GROBID's own pages name."""
    module = pytest.importorskip("grobid_client.grobid_client", reason="needs grobid-client-python")
    return module.GrobidClient(grobid_server=server.url, sleep_time=1)


@pytest.fixture
def papers(tmp_path):
    """A folder with two papers and something else."""
    folder = tmp_path / "papers"
    (folder / "more").mkdir(parents=True)
    shutil.copy(PAPER, folder / "one.pdf")
    shutil.copy(PAPER, folder / "more" / "two.pdf")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    return folder


def test_grobid_client_python_reads_a_folder(server, papers, tmp_path):
    out = tmp_path / "out"
    options = dict(n=4, generate_ids=True, segment_sentences=True, tei_coordinates=True, include_raw_citations=True)
    grobid_client(server).process(
        "processFulltextDocument", str(papers), output=str(out), json_output=True, markdown_output=True, **options
    )
    made = {path.name for path in out.rglob("*")}
    assert {"one.grobid.tei.xml", "two.grobid.tei.xml", "broken_400.txt", "one.json", "one.md"} <= made
    record = json.loads((out / "one.json").read_text())
    assert record["biblio"]["title"] == TITLE and len(record["references"]) == 25
    assert {p["head_section"] for p in record["body_text"]} >= {"Introduction", "Pages are drawings", "Conclusion"}
    markdown = (out / "one.md").read_text()
    assert TITLE in markdown and "Pages are drawings" in markdown and "Matthew effect" in markdown


@pytest.mark.parametrize("service", ["processHeaderDocument", "processReferences"])
def test_grobid_client_python_asks_for_parts(server, papers, tmp_path, service):
    grobid_client(server).process(service, str(papers / "more"), output=str(tmp_path))
    assert "http://www.tei-c.org/ns/1.0" in (tmp_path / "two.grobid.tei.xml").read_text()


def test_grobid_client_python_parses_a_list(server, tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "some.txt").write_text(
        "Doe, J. (2001). A study. Nature, 3, 1–9.\nRoe, R. (1999). Another study. Science, 4, 2.\n"
    )
    grobid_client(server).process("processCitationList", str(texts), output=str(tmp_path / "out"))
    assert (tmp_path / "out" / "some.grobid.tei.xml").read_text().count("<biblStruct") == 2


def test_grobid_tei_xml(server):
    module = pytest.importorskip("grobid_tei_xml", reason="needs grobid-tei-xml")
    paper = module.parse_document_xml(server.paper("processFulltextDocument", includeRawCitations="1").text)
    assert paper.header.title == TITLE and [a.surname for a in paper.header.authors] == [
        "Ejemplo",
        "Beispiel",
        "Przykład",
    ]
    assert len(paper.citations) == 25 and paper.citations[1].title == "Networks of scientific papers"
    assert paper.citations[1].unstructured.startswith("D. J. de Solla Price")
    assert paper.abstract.startswith("The list at the end") and "Conclusion" in paper.body
    text = "Doe, J. (2001). A study. Nature, 3, 1–9."
    one = module.parse_citation_xml(server.post("processCitation", data={"citations": text}).text)
    assert (one.title, one.journal, one.authors[0].surname, one.date) == ("A study", "Nature", "Doe", "2001")
    many = module.parse_citation_list_xml(server.post("processCitationList", data={"citations": [text, text]}).text)
    assert [c.journal for c in many] == ["Nature", "Nature"]


AIOGROBID = (
    "from aiogrobid import GrobidClient",
    """
import asyncio, json
async def main():
    client = GrobidClient(sys.argv[1])
    await client.start() if hasattr(client, "start") else None
    found = await client.process_fulltext_document(open(sys.argv[2], "rb"))
    print(json.dumps(found))
    await client.stop() if hasattr(client, "stop") else None
asyncio.run(main())
""",
)


def test_aiogrobid(server):
    found = json.loads(client(AIOGROBID, server.url, PAPER).splitlines()[-1])
    assert found["title"] == TITLE and found["authors"][0] == "Ejemplo, Ana"
    assert "Pages are drawings" in found["body"] and found["abstract"].startswith("The list at the end")
    assert "10.1126/science.149.3683.510" in found["references"]


GROBID_CLIENT = (
    "from grobid_client.api.pdf import process_fulltext_document",
    """
import json
from grobid_client import Client
from grobid_client.models import Article, ProcessForm
from grobid_client.types import TEI, File
form = ProcessForm(
    segment_sentences="1",
    input_=File(file_name="paper.pdf", payload=open(sys.argv[2], "rb"), mime_type="application/pdf"),
)
client = Client(base_url=sys.argv[1] + "/api", timeout=60)
answer = process_fulltext_document.sync_detailed(client=client, multipart_data=form)
article = TEI.parse(answer.content, figures=True)
print(json.dumps([article.title, [s.name for s in article.sections], len(article.citations.to_dict())]))
""",
)


def test_grobid_client(server):
    title, sections, references = json.loads(client(GROBID_CLIENT, server.url, PAPER).splitlines()[-1])
    assert title == TITLE and "Pages are drawings" in sections and references == 25


LANGCHAIN = (
    "from langchain_community.document_loaders.parsers import GrobidParser",
    """
from langchain_core.documents.base import Blob
parser = GrobidParser(segment_sentences=True, grobid_server=sys.argv[1] + "/api/processFulltextDocument")
print(len(list(parser.lazy_parse(Blob.from_path(sys.argv[2])))))
""",
)


def test_langchain(server):
    """Its parser leaves out sentences without boxes."""
    assert int(client(LANGCHAIN, server.url, PAPER).splitlines()[-1]) > 20
