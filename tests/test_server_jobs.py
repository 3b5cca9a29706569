"""Jobs: many files in one request, which goes on by itself, tells how far it is, and can be cancelled."""

import json
import os

import pytest
import requests
from conftest import PAPER, wait_until
from servers import Running

from sciassist import read_document

pytest.importorskip("fastapi", reason="needs the extra [server]")
REFERENCES = [f"Doe, J. (2001). A study, part {n}. Nature, 3, 1–9." for n in range(250)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with one worker, which leaves nothing behind."""
    running = Running(tmp_path_factory.mktemp("server"), "--workers", "1")
    yield running
    assert running.stop() == 0
    assert os.listdir(running.temporary) == []


def begin(server, resource, **options):
    return requests.post(f"{server.url}/v1/jobs/{resource}", timeout=60, **options)


def papers(*contents):
    return [("file", (f"{n}.pdf", content, "application/pdf")) for n, content in enumerate(contents)]


def followed(server, name):
    """Return all that a job tells until it is over."""
    with server.get(f"/v1/jobs/{name}/events", stream=True) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines(decode_unicode=True) if line]


def results(server, name):
    return server.get(f"/v1/jobs/{name}/results").json()["results"]


def test_folder_of_papers(server):
    begun = begin(server, "documents", files=papers(PAPER.read_bytes(), b"<html>", PAPER.read_bytes()))
    assert begun.status_code == 202 and begun.json()["total"] == 3
    name = begun.json()["name"]
    assert begun.headers["location"] == f"/v1/jobs/{name}"
    told = followed(server, name)
    assert told[-1] == dict(state="done", total=3, done=3, failed=1)
    first, wrong, last = results(server, name)
    assert [r["name"] for r in (first, wrong, last)] == ["0.pdf", "1.pdf", "2.pdf"]
    assert first["result"] == last["result"] == json.loads(json.dumps(read_document(PAPER.read_bytes()).to_dict()))
    assert wrong["error"]["kind"] == "NotAPdfError" and wrong["error"]["status"] == 400
    assert server.get(f"/v1/jobs/{name}").json() == told[-1]


def test_format_of_all_papers(server):
    name = begin(server, "documents?format=markdown", files=papers(PAPER.read_bytes())).json()["name"]
    followed(server, name)
    assert results(server, name)[0]["result"] == read_document(PAPER.read_bytes()).to("markdown")


def test_many_references(server, parser):
    name = begin(server, "references", json={"texts": REFERENCES}).json()["name"]
    assert followed(server, name)[-1]["done"] == 3
    found = [record for piece in results(server, name) for record in piece["result"]]
    assert [record["text"] for record in found] == REFERENCES
    assert found[0]["fields"] == parser.predict(REFERENCES[0])["fields"]


def test_cancelled_job_is_gone(server):
    name = begin(server, "documents", files=papers(*[PAPER.read_bytes()] * 20)).json()["name"]
    assert requests.delete(f"{server.url}/v1/jobs/{name}", timeout=60).status_code == 204
    assert [server.get(f"/v1/jobs/{name}{more}").status_code for more in ("", "/events", "/results")] == [404] * 3
    wait_until(lambda: server.get("/api/health").json()["pool"]["active"] == 0, "end of the work")


def test_others_are_served_meanwhile(server):
    """A job has no more of the queue than one place a worker."""
    name = begin(server, "documents", files=papers(*[PAPER.read_bytes()] * 10)).json()["name"]
    assert server.post("processDate", data={"date": "2001"}).status_code == 200
    assert server.get(f"/v1/jobs/{name}").json()["state"] == "running"
    requests.delete(f"{server.url}/v1/jobs/{name}", timeout=60)


@pytest.mark.parametrize(
    "resource, status, said, sent",
    [
        ("documents", 422, "files", dict(files=[("other", ("a.pdf", b"x"))])),
        ("references", 422, "texts", dict(json={"texts": []})),
        ("documents", 415, "multipart", dict(json={"texts": ["x"]})),
        ("documents?format=docx", 422, "format", dict(files=papers(b"x"))),
        ("secrets", 404, "documents", dict(json={"texts": ["x"]})),
        ("references", 413, "100,000", dict(json={"texts": [""] * 100_001})),
    ],
)
def test_bad_requests(server, resource, status, said, sent):
    answer = begin(server, resource, **sent)
    assert answer.status_code == status and said in answer.json()["error"]["message"]


def test_stops_in_the_middle_of_a_job(tmp_path):
    running = Running(tmp_path, "--workers", "1")
    begin(running, "documents", files=papers(*[PAPER.read_bytes()] * 30))
    assert running.stop() == 0 and os.listdir(running.temporary) == []
