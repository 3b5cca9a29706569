"""The server answers as GROBID does: each service, its parameters, its errors; and bad requests do no harm."""

import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
import requests
from conftest import ENVIRONMENT, PAPER, loaded_by, wait_until
from servers import Running

from sciassist.documents.reader import read_document
from sciassist.pipelines.documents import write_document

pytest.importorskip("fastapi", reason="needs the extra [server]")
TEI = {"t": "http://www.tei-c.org/ns/1.0"}
DIV = "{http://www.tei-c.org/ns/1.0}div"
REFERENCE = "Doe, J. (2001). A study. Nature, 3, 1–9."


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with two workers, which ends well and leaves nothing behind."""
    running = Running(tmp_path_factory.mktemp("server"), "--workers", "2", "--queue", "20")
    yield running
    assert running.stop() == 0
    assert os.listdir(running.temporary) == []


def elements(answer, path):
    """Return elements of a TEI answer."""
    assert answer.status_code == 200, answer.text
    return ET.fromstring(answer.content).findall(path, TEI)


# State


def test_state(server):
    assert server.get("/api/isalive").text == "true"
    assert server.get("/api/version").json()["version"]
    health = server.get("/api/health").json()
    assert health["healthy"] and health["pool"]["maxActive"] == 2


def test_package_is_light():
    assert loaded_by("import sciassist, sciassist.cli", "fastapi", "uvicorn", "torch") == []


def test_application_loads_no_model():
    """The process that listens reads no PDF and has no model; its workers do."""
    assert loaded_by("import sciassist.server.app", "onnxruntime", "torch", "sciassist.documents.from_pdf") == []


# Papers


def pieces(tree):
    """Return all elements of a tree but for what the server adds, and how sections are nested."""
    added = ("when", "MD5")
    elements = (e for e in tree.iter() if e.tag != DIV and e.get("type") not in added)
    return [(e.tag, {k: v for k, v in e.attrib.items() if k not in added}, (e.text or "").strip()) for e in elements]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_fulltext_is_what_the_python_api_writes(server, method):
    fields = {"includeRawCitations": "1", "includeRawAffiliations": "1"}
    files = {"input": PAPER.read_bytes()}
    answer = server.post("processFulltextDocument", method, files=files, data=fields)
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    ours = ET.fromstring(write_document(read_document(PAPER.read_bytes()), "tei"))
    theirs = ET.fromstring(answer.content)
    assert pieces(theirs) == pieces(ours)


def test_printed_strings_only_on_request(server):
    notes = ".//t:note[@type='raw_reference']"
    assert elements(server.paper("processReferences"), notes) == []
    assert len(elements(server.paper("processReferences", includeRawCitations="1"), notes)) == 25


def test_header_has_no_body(server):
    answer = server.paper("processHeaderDocument")
    assert elements(answer, "t:teiHeader//t:titleStmt/t:title")[0].text.startswith("From Printed References")
    assert len(elements(answer, ".//t:sourceDesc//t:author")) == 3
    assert elements(answer, ".//t:body//t:head") == [] and elements(answer, ".//t:listBibl") == []


def test_bibtex(server):
    bibtex = {"Accept": "application/x-bibtex"}
    listed, head = (server.paper(s, headers=bibtex) for s in ("processReferences", "processHeaderDocument"))
    assert listed.headers["content-type"] == "application/x-bibtex; charset=utf-8"
    assert listed.text.count("\n@") == 24 and "Ejemplo, Ana" in head.text


def test_sentences_and_identifiers(server):
    answer = server.paper("processFulltextDocument", segmentSentences="1", generateIDs="1")
    sentences = elements(answer, ".//t:body//t:p/t:s")
    ids = [e.get("{http://www.w3.org/XML/1998/namespace}id") for e in sentences]
    assert len(sentences) > 20 and len(set(ids)) == len(ids) and None not in ids
    plain = elements(server.paper("processFulltextDocument"), ".//t:body//t:p")
    squeezed = ["".join("".join(p.itertext()).split()) for p in elements(answer, ".//t:body//t:p")]
    assert squeezed == ["".join("".join(p.itertext()).split()) for p in plain]


def test_boxes(server):
    """Each element that is asked for says where it is, in the page numbers of the whole file; others don't."""
    answer = server.paper("processFulltextDocument", teiCoordinates=["ref", "biblStruct", "s"], segmentSentences="1")
    boxed = {e.tag.rpartition("}")[2] for e in elements(answer, ".//*[@coords]")}
    assert boxed == {"ref", "biblStruct", "s"}
    record = elements(answer, ".//t:listBibl/t:biblStruct")[0].get("coords")
    page, left, upper, width, height = map(float, record.split(";")[0].split(","))
    assert page > 1 and 0 < left < left + width < 612 and 0 < upper < upper + height < 842
    later = server.paper("processFulltextDocument", teiCoordinates="biblStruct", start="2")
    assert {e.get("coords") for e in elements(later, ".//t:listBibl/t:biblStruct")} >= {record}


def test_annotations(server):
    found = server.paper("referenceAnnotations")
    assert found.headers["content-type"] == "application/json; charset=utf-8"
    annotations = found.json()
    boxed = {reference["id"] for reference in annotations["refBibs"] if reference["pos"]}
    assert len(boxed) == 25 and len(annotations["pages"]) == read_document(PAPER).pages
    assert boxed >= {marker["id"] for marker in annotations["refMarkers"]} > {"b0", "b5"}


def links_of(answer):
    """Return the links of a PDF answer: page, and page or address where each leads."""
    import pypdf

    assert answer.headers["content-type"] == "application/pdf", answer.text
    reader = pypdf.PdfReader(BytesIO(answer.content))
    pages = [page.indirect_reference for page in reader.pages]
    notes = [(i, note.get_object()) for i, page in enumerate(reader.pages, 1) for note in page.get("/Annots", ())]
    within = [(i, pages.index(n["/Dest"][0]) + 1) for i, n in notes if isinstance(n.get("/Dest"), list)]  # Not by name
    return within + [(i, n["/A"]["/URI"]) for i, n in notes if "/URI" in n.get("/A", {})]


def test_pdf_with_links(server):
    links = links_of(server.paper("annotatePDF"))
    within = {(page, target) for page, target in links if isinstance(target, int)}
    assert within >= {(1, 1), (1, 2), (2, 3)}  # To a figure, and to entries of both pages of the list
    assert "https://doi.org/10.1126/science.122.3159.108" in [target for _, target in links]


@pytest.mark.parametrize("content, status", [(b"<html>", 400), (PAPER.read_bytes()[:20_000], 400)])
def test_no_links_in_what_is_no_paper(server, content, status):
    assert server.paper("annotatePDF", content).status_code == status


def test_encrypted_paper_that_anybody_may_read_gets_links(server):
    from pdf_files import encrypted

    answer = server.paper("annotatePDF", encrypted(""))
    assert answer.status_code == 200 and links_of(answer) == []


def test_some_pages(server):
    whole, first = (server.paper("processFulltextDocument", **fields) for fields in ({}, {"start": "1", "end": "1"}))
    assert 0 < len(elements(first, ".//t:body//t:p")) < len(elements(whole, ".//t:body//t:p"))
    assert server.paper("processFulltextDocument", start="99").status_code == 400


def test_what_cannot_be_given_is_named(server):
    fields = {"consolidateHeader": "1", "consolidateCitations": "0", "teiCoordinates": ["figure", "nothing"]}
    answer = server.paper("processHeaderDocument", **fields, flavor="article/light")
    assert answer.headers["X-Ignored-Parameters"] == "consolidateHeader, teiCoordinates=nothing, flavor"
    assert "X-Ignored-Parameters" not in server.paper("processHeaderDocument").headers


def test_own_client_for_grobid_reads_the_same(server):
    ours, theirs = read_document(PAPER), read_document(PAPER, backend="grobid", url=server.url)
    assert (theirs.title, theirs.abstract) == (ours.title, ours.abstract)
    assert [r.text for r in theirs.references] == [r.text for r in ours.references]
    assert sorted(s.heading for s in theirs.sections) == sorted(s.heading for s in ours.sections)


# Strings


@pytest.mark.parametrize("form", [dict(data={"citations": REFERENCE}), dict(files={"citations": (None, REFERENCE)})])
def test_one_reference(server, form):
    record = ET.fromstring(server.post("processCitation", **form).content)
    assert record.tag == "biblStruct" and record.find("monogr/title").text == "Nature"
    assert record.find(".//note[@type='raw_reference']") is None


def test_list_keeps_order_and_number(server):
    texts = [REFERENCE, "", "?", "Roe, R. (1999). Commas in print. Journal of Punctuation, 4(2), 3–8."]
    answer = server.post("processCitationList", data={"citations": texts})
    records = elements(answer, ".//t:listBibl/t:biblStruct")
    assert [r.findtext("t:monogr/t:title", None, TEI) for r in records] == [
        "Nature",
        None,
        None,
        "Journal of Punctuation",
    ]
    assert len(elements(answer, ".//t:biblStruct")) == 4


def test_many_references(server):
    answer = server.post("processCitationList", data={"citations": [REFERENCE] * 1100})
    assert len(elements(answer, ".//t:listBibl/t:biblStruct")) == 1100
    assert server.post("processCitationList", data={"citations": ["x"] * 5001}).status_code == 413


def test_reference_that_names_a_file_is_a_text(server):
    """A string is never opened as a file."""
    answer = server.post("processCitation", data={"citations": str(PAPER), "includeRawCitations": "1"})
    assert ET.fromstring(answer.content).findtext("note[@type='raw_reference']") == str(PAPER)


@pytest.mark.parametrize(
    "service, field, text, expected",
    [
        ("processDate", "date", "September 16th, 2001", '<date when="2001-09-16" />'),
        ("processHeaderNames", "names", "John Doe1,2 and Jane Smith*", "<surname>Smith</surname>"),
        ("processCitationNames", "names", "J. Doe, J. Smith and B. M. Jackson", "<surname>Jackson</surname>"),
        ("processAffiliations", "affiliations", "Stanford University, California, USA", "<country>USA</country>"),
    ],
)
def test_pieces(server, service, field, text, expected):
    answer = server.post(service, data={field: text})
    assert expected in answer.text
    ET.fromstring(f"<all>{answer.text}</all>")
    assert server.post(service, data={field: " "}).status_code == 204
    assert server.post(service, data={"x": text}).status_code == 400


# Bad requests

BROKEN = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize(
    "status, said, request_",
    [
        (400, "empty", dict(files={"input": b""})),
        (400, "no PDF", dict(files={"input": b"<html>Log in</html>"})),
        (400, "damaged", dict(files={"input": PAPER.read_bytes()[:20_000]})),
        (400, "'input'; it has file", dict(files={"file": PAPER.read_bytes()})),
        (400, "start='x'", dict(files={"input": PAPER.read_bytes()}, data={"start": "x"})),
        (400, "it has nothing", dict(data=b"--x\r\nContent-Disposition: form-d", headers=BROKEN)),
        (400, "boundary", dict(data=b"--x", headers={"Content-Type": "multipart/form-data"})),
        (400, "BAD_INPUT_DATA", dict(data=b"rubbish", headers=BROKEN)),
        (415, "form", dict(json={"input": "x"})),
        (415, "form", dict(data=b"")),
    ],
)
def test_bad_requests(server, status, said, request_):
    answer = server.post("processFulltextDocument", **request_)
    assert answer.status_code == status and said in answer.text


def test_path_in_the_file_name(server):
    answer = server.paper("processHeaderDocument", name="../../../../etc/passwd\x00.pdf")
    assert answer.status_code == 200


def test_part_without_a_file_name(server):
    files = {"input": (None, PAPER.read_bytes())}
    assert server.post("processHeaderDocument", files=files).status_code == 200


def test_pages_without_text_are_no_content(server):
    import pypdfium2 as pdfium

    blank, out = pdfium.PdfDocument.new(), BytesIO()
    blank.new_page(300, 300)
    blank.save(out)
    answer = server.paper("processFulltextDocument", out.getvalue())
    assert (answer.status_code, answer.content) == (204, b"")


def test_request_that_is_too_large(server):
    with socket.create_connection(server.url.removeprefix("http://").split(":")) as raw:
        raw.sendall(
            b"POST /api/processFulltextDocument HTTP/1.1\r\nHost: x\r\nContent-Length: 500000000\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        assert b" 413 " in raw.recv(100)


def test_client_that_hangs_up(server):
    with socket.create_connection(server.url.removeprefix("http://").split(":")) as raw:
        raw.sendall(
            b"POST /api/processFulltextDocument HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            b'--x\r\nContent-Disposition: form-data; name="input"; filename="a"\r\n\r\n' + b"x" * 3_000_000
        )
    wait_until(lambda: any(line.get("status") == 499 for line in server.lines()), "line of the client that left")
    assert server.get("/api/isalive").text == "true"


def test_unknown_path_and_method(server):
    assert server.get("/api/processEverything").status_code == 404
    assert server.get("/api/processDate").status_code == 405


def test_nothing_is_loaded_from_elsewhere(server):
    """The pages that FastAPI makes would fetch scripts from another server."""
    assert [server.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


# Limits, with small servers of their own


def test_too_many_requests(tmp_path):
    running = Running(tmp_path, "--workers", "1", "--queue", "0")
    wait_until(lambda: running.get("/api/health").json()["ready"], "worker")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: running.paper("processFulltextDocument"), range(8)))
    assert {a.status_code for a in answers} == {200, 503}
    assert all(int(a.headers["Retry-After"]) > 0 for a in answers if a.status_code == 503)
    assert running.stop() == 0


def many_pages(n):
    """Return the sample paper many times over, in one PDF."""
    import pypdfium2 as pdfium

    source, out, paper = pdfium.PdfDocument(PAPER), BytesIO(), pdfium.PdfDocument.new()
    for _ in range(n // len(source)):
        paper.import_pages(source)
    paper.save(out)
    return out.getvalue()


def test_work_without_end_costs_a_worker_and_no_more(tmp_path):
    running = Running(tmp_path, "--workers", "1", "--seconds", "1")
    answer = running.paper("processFulltextDocument", many_pages(400))
    assert answer.status_code == 413 and "more than 1 s" in answer.text
    assert running.post("processDate", data={"date": "2001"}).status_code == 200
    assert "sciassist_workers_replaced 1.0" in running.get("/metrics").text
    assert running.stop() == 0


def test_work_at_hand_ends_before_the_server_does(tmp_path):
    running = Running(tmp_path, "--workers", "1")
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(running.paper, "processFulltextDocument")
        wait_until(lambda: running.get("/api/health").json()["pool"]["waiting"], "request that waits")
        assert running.stop() == 0
        assert asked.result().status_code == 200


def test_slow_upload():
    from sciassist.server.app import serving
    from sciassist.server.settings import Settings

    with serving(Settings(port=0, workers=1, upload_seconds=1)) as url:
        with socket.create_connection(url.removeprefix("http://").split(":")) as raw:
            raw.sendall(
                b"POST /api/processDate HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\ndate"
            )
            assert b" 408 " in raw.recv(100)


def test_key_and_origin(tmp_path):
    from sciassist.server.app import serving
    from sciassist.server.settings import Settings

    page = {"Origin": "https://example.org"}
    with serving(Settings(port=0, workers=1, api_key="secret", origins=("https://example.org",))) as url:
        asked = [{}, {"X-API-Key": "wrong"}, {"X-API-Key": "secret"}, {"Authorization": "Bearer secret"}]
        codes = [requests.get(f"{url}/metrics", headers=h | page, timeout=60) for h in asked]
        before = requests.options(
            f"{url}/metrics", headers=page | {"Access-Control-Request-Method": "POST"}, timeout=60
        )
        other = requests.get(f"{url}/api/isalive", headers={"Origin": "https://example.com"}, timeout=60)
    assert [a.status_code for a in codes] == [401, 401, 200, 200]
    assert codes[2].headers["Access-Control-Allow-Origin"] == "https://example.org"
    assert before.status_code == 200 and "Access-Control-Allow-Origin" not in other.headers


def test_port_that_is_taken(server):
    port = server.url.rpartition(":")[2]
    command = [sys.executable, "-m", "sciassist.cli", "serve", "--port", port]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 1 and "cannot listen on 127.0.0.1" in done.stderr and "Traceback" not in done.stderr


# What it says of itself; last, when there is something to say


def test_log_has_facts_and_no_content(server):
    lines = server.lines()
    known = {"at", "level", "event", "address", "workers", "method", "service", "status", "ms", "received", "sent"}
    assert {key for line in lines for key in line} <= known | {"error"}
    told = server.log.read_text()
    assert all(word not in told for word in ("paper.pdf", "passwd", "Printed References", "Nature", "Doe"))
    assert threading.active_count() < 50


def test_metrics_count_routes_and_not_paths(server):
    told = server.get("/metrics").text
    assert 'service="processFulltextDocument",status="200"' in told and 'service="other",status="404"' in told
    assert "processEverything" not in told
