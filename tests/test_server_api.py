"""The API of our own gives what the Python API gives, and says in words what it does not understand."""

import json

import pytest
import requests
from conftest import PAPER
from servers import Running

from sciassist import NamedEntityRecognition, Summarization, read_document

pytest.importorskip("fastapi", reason="needs the extra [server]")
REFERENCES = ["Doe, J. (2001). A study. Nature, 3, 1–9.", "", "<script>alert(1)</script> Roe, R. (1999). Another. X."]
TEXTS = ["We train BERT on SciERC. It works well.", "Nothing here."]
PDF = {"Content-Type": "application/pdf"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server as the command starts it."""
    running = Running(tmp_path_factory.mktemp("server"), "--workers", "1")
    yield running
    assert running.stop() == 0


def ask(server, path, **options):
    return requests.post(f"{server.url}/v1/{path}", timeout=60, **options)


def as_json(value):
    """Return a value as it comes back from JSON."""
    return json.loads(json.dumps(value))


def test_document(server):
    doc = read_document(PAPER.read_bytes())
    for sent in (dict(data=PAPER.read_bytes(), headers=PDF), dict(files={"file": PAPER.read_bytes()})):
        assert ask(server, "documents", **sent).json() == as_json(doc.to_dict())
    markdown = ask(server, "documents?format=markdown", data=PAPER.read_bytes(), headers=PDF)
    assert markdown.text == doc.to("markdown") and markdown.headers["content-type"].startswith("text/plain")


def test_references(server, parser):
    found = ask(server, "references", json={"texts": REFERENCES}).json()["results"]
    assert found == as_json([r.to_dict() for r in parser.predict(REFERENCES)])
    bibtex = ask(server, "references", json={"texts": REFERENCES, "format": "bibtex"})
    assert bibtex.text == parser.predict(REFERENCES).to("bibtex")
    assert bibtex.headers["content-type"].startswith("application/x-bibtex")


def test_references_of_a_paper(server, parser):
    found = ask(server, "references?min_score=0.5", data=PAPER.read_bytes(), headers=PDF).json()["results"]
    assert found == as_json([r.to_dict() for r in parser.predict(read_document(PAPER), min_score=0.5)])


def test_entities(server):
    found = ask(server, "entities", json={"texts": TEXTS, "min_score": 0.2}).json()["results"]
    assert found == as_json([r.to_dict() for r in NamedEntityRecognition().predict(TEXTS, min_score=0.2)])


def test_summaries(server):
    found = ask(server, "summaries?sentences=2", files={"file": PAPER.read_bytes()}).json()["results"]
    assert found == as_json([Summarization().predict(read_document(PAPER.read_bytes()), sentences=2).to_dict()])


def test_path_is_a_text(server):
    (found,) = ask(server, "references", json={"texts": [str(PAPER)]}).json()["results"]
    assert found["text"] == str(PAPER)


@pytest.mark.parametrize(
    "path, status, said, sent",
    [
        ("references", 422, "texts", dict(json={})),
        ("references", 422, "JSON", dict(data=b"{", headers={"Content-Type": "application/json"})),
        ("references", 422, "texts.0", dict(json={"texts": [1]})),
        ("references", 422, "formt", dict(json={"texts": ["x"], "formt": "ris"})),
        ("entities", 422, "model", dict(json={"texts": ["x"], "model": "../../secret"})),
        ("summaries", 422, "sentences", dict(json={"texts": ["x"], "sentences": 0})),
        ("references", 413, "5,000", dict(json={"texts": ["x"] * 5001})),
        ("references", 415, "expected", dict(data="x", headers={"Content-Type": "text/plain"})),
        ("documents", 415, "PDF", dict(json={"texts": ["x"]})),
        ("documents", 400, "empty", dict(data=b"", headers=PDF)),
        ("documents", 400, "no PDF", dict(files={"file": b"<html>"})),
        ("documents", 422, "format", dict(files={"file": PAPER.read_bytes()}, data={"format": "docx"})),
    ],
)
def test_errors_are_json(server, path, status, said, sent):
    answer = ask(server, path, **sent)
    assert answer.status_code == status and said in answer.json()["error"]["message"]


def test_description(server):
    described = server.get("/openapi.json").json()
    assert {"/v1/documents", "/v1/references", "/api/processFulltextDocument"} <= set(described["paths"])
    for resource in ("references", "entities", "summaries"):
        content = described["paths"][f"/v1/{resource}"]["post"]["requestBody"]["content"]
        answer = ask(server, resource, json=content["application/json"]["example"])
        assert answer.status_code == 200 and len(answer.json()["results"]) == 1
