"""The viewer without a server: `Document.show` in a real browser, in a frame as a notebook has it."""

import pytest
from browsers import faults, needs_browser, open_browser
from conftest import PAPER, wait_until

from sciassist import ReferenceStringParsing, read_document
from sciassist.documents.document import Document, Reference

pytestmark = needs_browser
SCRIPT = "</script><script>parent.hacked=window.hacked=1</script><img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    driver = open_browser(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


@pytest.fixture
def opened(driver, tmp_path):
    """A function that opens a view in a frame; the browser reports no error."""

    def open_view(view):
        file = tmp_path / "notebook.html"
        file.write_text(f"<!doctype html><html><body>{view._repr_html_()}</body></html>", encoding="utf-8")
        driver.get(file.as_uri())
        driver.switch_to.frame(0)
        wait_until(lambda: driver.find_elements("css selector", "body[data-ready]"), "the viewer")
        return driver

    yield open_view
    assert [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"] == []
    driver.switch_to.default_content()


def chosen(driver):
    return driver.find_element("css selector", "[role=tab][aria-selected=true]").text


def test_paper_with_its_pages(opened):
    doc = read_document(PAPER)
    records = ReferenceStringParsing().predict([reference.text for reference in doc.references])
    driver = opened(doc.show(records, width=300))
    wait_until(lambda: driver.find_elements("css selector", ".page img"), "an image")
    assert driver.find_element("css selector", "#status").text.startswith("3 pages, 25 references")
    driver.execute_script("document.querySelector('.box[data-name=callout_0]').click()")
    assert chosen(driver) == "References"
    entry = driver.find_element("css selector", "#reference-0[open].picked")
    assert "Garfield" in entry.text and entry.find_elements("css selector", "mark[title^=journal]")
    assert "move forward in time" in driver.find_element("css selector", "#reference-0 ul li").text


def test_document_without_pages(opened):
    doc = Document(title="A title", text="A title", references=[Reference("1", "Doe, J. (2001).", 1, 0, 0)])
    driver = opened(doc.show())
    assert not driver.find_elements("css selector", ".page")
    driver.find_element("css selector", "#tab-references").click()
    assert "Doe" in driver.find_element("css selector", "#reference-0").text


def test_nothing_in_a_paper_runs(opened):
    driver = opened(Document(title=SCRIPT, text=SCRIPT, keywords=[SCRIPT]).show())
    assert "hacked=1" in driver.find_element("css selector", "#panel-paper").text
    assert driver.execute_script("return window.hacked === undefined && document.images.length === 0")
    driver.switch_to.default_content()
    assert driver.execute_script("return window.hacked === undefined")


def test_saved_page_needs_nothing_else(driver, tmp_path):
    path = read_document(PAPER).show(width=300).save(tmp_path / "paper.html")
    driver.get(path.as_uri())
    wait_until(lambda: driver.find_elements("css selector", ".page img"), "an image")
    asked = driver.execute_script("return performance.getEntriesByType('resource').map((one) => one.name)")
    assert faults(driver) == []
    assert [name[:60] for name in asked if not name.startswith("data:")] == []
