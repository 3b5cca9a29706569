"""Papers that are kept: what is asked about them and corrected in them, and what a browser may do with the answers."""

import json
import struct

import pytest
import requests
from conftest import PAPER, sciassist
from servers import saving_corrections

from sciassist import NamedEntityRecognition, read_document
from sciassist.datamodules.components.page_records import read_page_records
from sciassist.datamodules.components.readers import read_records

pytest.importorskip("fastapi", reason="needs the extra [server]")
PDF = {"Content-Type": "application/pdf"}
REFERENCE = "Doe, J. (2001). A study. Nature, 3, 1–9."
TITLE = dict(start=16, end=23, label="title")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that saves corrections."""
    yield from saving_corrections(tmp_path_factory.mktemp("server"), 1)


@pytest.fixture(scope="module")
def paper(server):
    """The address of a paper that is kept."""
    kept = requests.post(f"{server.url}/v1/papers", data=PAPER.read_bytes(), headers=PDF, timeout=60)
    assert kept.status_code == 201
    return f"/v1/papers/{kept.json()['name']}"


def as_json(value):
    """Return a value as it comes back from JSON."""
    return json.loads(json.dumps(value))


def correct(server, kind, value, **options):
    """Send a correction."""
    return requests.post(f"{server.url}/v1/corrections/{kind}", **{"json": value, "timeout": 60} | options)


# Looking


def test_pages_have_sizes(server):
    kept = requests.post(f"{server.url}/v1/papers", files={"file": PAPER.read_bytes()}, timeout=60).json()
    assert len(kept["pages"]) == read_document(PAPER).pages
    assert kept["pages"][0] == {"width": 595.3, "height": 841.9}


def test_view_is_what_the_python_api_gives(server, paper, parser):
    found, doc = server.get(paper).json(), read_document(PAPER.read_bytes(), boxes=True)
    assert found["document"] == as_json(doc.to_dict())
    assert found["references"] == as_json([r.to_dict() for r in parser.predict([r.text for r in doc.references])])
    assert found["cited"].keys() == doc.citation_contexts().keys()


def test_image(server, paper):
    image = server.get(f"{paper}/pages/1?width=300")
    assert image.headers["content-type"] == "image/png"
    assert struct.unpack("!2I", image.content[16:24]) == (300, 425)


@pytest.mark.parametrize(
    "status, path", [(400, "/pages/99"), (400, "/pages/0"), (400, "/pages/1?width=99999"), (404, "/secrets")]
)
def test_what_is_not_there(server, paper, status, path):
    answer = server.get(paper + path)
    assert answer.status_code == status and answer.json()["error"]["message"]


def test_resources_of_a_kept_paper(server, paper):
    doc = read_document(PAPER.read_bytes())
    assert server.get(f"{paper}/documents?format=markdown").text == doc.to("markdown")
    found = server.get(f"{paper}/entities").json()["results"]
    assert found == as_json([r.to_dict() for r in NamedEntityRecognition().predict(doc)])
    assert server.get(f"{paper}/references?format=bibtex").text.count("\n@") == 24
    assert server.get(f"{paper}/summaries?sentences=0").status_code == 422


def test_lines_have_boxes_on_the_page(server, paper):
    lines = server.get(f"{paper}/lines").json()["results"]
    assert [line["role"] for line in lines[:2]] == ["title", "title"]
    assert all(0 <= line["box"]["x0"] <= line["box"]["x1"] <= 595.3 for line in lines)


def test_forgotten_paper_is_gone(server):
    kept = requests.post(f"{server.url}/v1/papers", data=PAPER.read_bytes(), headers=PDF, timeout=60).json()
    path = f"/v1/papers/{kept['name']}"
    assert requests.delete(server.url + path, timeout=60).status_code == 204
    assert [server.get(path + more).status_code for more in ("", "/pages/1", "/entities")] == [404] * 3


@pytest.mark.parametrize("content, status", [(b"", 400), (b"<html>", 400), (PAPER.read_bytes()[:20_000], 400)])
def test_what_is_no_paper_is_not_kept(server, content, status):
    assert requests.post(f"{server.url}/v1/papers", data=content, headers=PDF, timeout=60).status_code == status


# Correcting


def test_saved_reference_is_a_record_to_train_on(server):
    found = [dict(start=0, end=7, label="author", score=0.9)]
    told = correct(server, "references", {"text": REFERENCE, "spans": [TITLE], "found": found}).json()
    assert told["counts"]["references"] == 1 and "finetune_references" in told["commands"]["references"]
    correct(server, "references", {"text": REFERENCE, "spans": [TITLE, found[0]]})
    (record,) = read_records(server.corrected / "references.jsonl")
    assert record["spans"] == [[0, 7, "author"], [16, 23, "title"]]


def test_saved_page_is_a_record_to_train_on(server, paper):
    name = paper.rpartition("/")[2]
    assert correct(server, "pages", {"paper": name, "roles": {"0": "running"}}).json()["counts"]["pages"] == 1
    (record,) = read_page_records(server.corrected / "pages.jsonl")
    assert record.roles[:2] == ["running", "title"] and record.lines[0].text.startswith("From Printed")


@pytest.mark.parametrize("kind", ["references", "pages"])
def test_command_that_is_shown_trains(server, paper, kind, tmp_path):
    """A smoke run on what is saved, by the command that the page shows."""
    pytest.importorskip("torch", reason="needs the extra [train]")
    for n in range(6):
        correct(server, "references", {"text": f"{n}. {REFERENCE}", "spans": [dict(start=3, end=10, label="author")]})
    told = correct(server, "pages", {"paper": paper.rpartition("/")[2], "roles": {}}).json()
    program, *options = told["commands"][kind].split()
    small = ["trainer.max_epochs=1", "+trainer.limit_train_batches=1", f"paths.root_dir={tmp_path}"]
    small += ["datamodule.rehearsal=0"] if kind == "references" else []
    done = sciassist(*options, *small, cwd=tmp_path, text=True)
    assert program == "sciassist" and done.returncode == 0, done.stderr[-3000:]
    assert list(tmp_path.glob("models/my-*/*.safetensors"))


@pytest.mark.parametrize(
    "kind, status, value",
    [
        ("references", 400, {"text": REFERENCE, "spans": [TITLE | {"end": 99}]}),
        ("references", 400, {"text": REFERENCE, "spans": [TITLE | {"label": "../x"}]}),
        ("references", 400, {"text": REFERENCE, "spans": [TITLE, TITLE]}),
        ("references", 422, {"text": "x" * 5001, "spans": []}),
        ("references", 422, {"text": REFERENCE}),
        ("pages", 404, {"paper": "../../etc/passwd", "roles": {}}),
        ("pages", 422, {"paper": "x", "roles": {"0": "no role"}}),
    ],
)
def test_bad_corrections_are_not_saved(server, kind, status, value):
    before = server.get("/v1/corrections").json()["counts"]
    answer = correct(server, kind, value)
    assert answer.status_code == status and answer.json()["error"]["message"]
    assert server.get("/v1/corrections").json()["counts"] == before


def test_form_of_another_site_is_refused(server):
    """A browser sends JSON to another site only with its leave; what it sends without is refused."""
    body = json.dumps({"text": REFERENCE, "spans": []})
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        sent = correct(server, "references", None, json=None, data=body, headers={"Content-Type": kind})
        assert sent.status_code == 415


def test_what_a_page_of_another_site_sends_is_refused(server):
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://example.com"}
    for path in ("/v1/papers", "/v1/jobs/documents", "/api/processHeaderDocument"):
        sent = requests.post(server.url + path, files={"file": PAPER.read_bytes()}, headers=foreign, timeout=60)
        assert sent.status_code == 403 and "--origin" in sent.json()["error"]["message"]
    assert server.get("/", headers=foreign).status_code == 200  # A link may stand anywhere


def test_without_a_folder_nothing_is_saved():
    from sciassist.server.app import serving
    from sciassist.server.settings import Settings

    with serving(Settings(port=0, workers=1)) as url:
        sent = requests.post(f"{url}/v1/corrections/references", json={"text": "x", "spans": []}, timeout=60)
        assert sent.status_code == 403 and requests.get(f"{url}/v1/corrections", timeout=60).json()["saves"] is False


# The files of the page


def test_page_and_its_files(server):
    page = server.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert server.get("/page/app.js").headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("path", ["/page/../app.py", "/page/%2e%2e/app.py", "/page/..%2fapp.py", "/page/x", "/page/"])
def test_other_files_are_not_served(server, path):
    url = requests.Request("GET", server.url).prepare()
    url.url = server.url + path
    assert requests.Session().send(url, timeout=60).status_code == 404


def test_other_answers_may_do_nothing(server, paper):
    for path in ("/api/isalive", f"{paper}/documents?format=html", "/nothing", "/openapi.json"):
        headers = server.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]


def test_names_of_papers_are_not_in_the_log(server, paper):
    assert paper.rpartition("/")[2] not in server.log.read_text()
