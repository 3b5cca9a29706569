"""The page in a real browser: a paper is dropped, looked at, corrected and exported; nothing that is in it runs."""

import os
import re

import pytest
from browsers import faults, needs_browser, open_browser
from conftest import PAPER, wait_until
from pdf_files import lines, pdf
from servers import Running, saving_corrections

from sciassist import read_document
from sciassist.datamodules.components.readers import read_records

pytest.importorskip("fastapi", reason="needs the extra [server]")
pytestmark = needs_browser
REFERENCE = "Doe, J. (2001). A study. Nature, 3, 1–9."
SCRIPT = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that saves corrections."""
    yield from saving_corrections(tmp_path_factory.mktemp("server"), 2)


class Page:
    """The page, and what a user does in it."""

    def __init__(self, driver, url):
        self.driver = driver
        driver.get(url)
        self.wait("body[data-ready]")

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def wait(self, selector):
        return wait_until(lambda: self.all(selector), selector)[0]

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def click(self, selector):
        """Click an element, wherever it is."""
        element = self.wait(selector)
        self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
        self.run("arguments[0].click()", element)
        return element

    def open(self, path):
        self.wait("#file").send_keys(str(path))

    def status(self):
        return self.all("#status")[0].text

    def said(self, pattern):
        """Wait for something in the line at the top."""
        return wait_until(lambda: re.search(pattern, self.status()), pattern)

    def paste(self, *texts):
        self.click("#paste")
        self.run("document.getElementById('paste-text').value = arguments[0]", "\n".join(texts))
        self.click("#paste-go")

    def errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    driver = open_browser(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


@pytest.fixture
def page(driver, server):
    """The page, in which nothing has been done; it reports no error until it is closed."""
    page = Page(driver, server.url)
    page.errors()
    yield page
    assert page.errors() == []
    if target := os.environ.get("SCREENSHOT"):
        driver.save_screenshot(target)


@pytest.fixture
def shown(page):
    """The page with the sample paper."""
    page.open(PAPER)
    page.said("25 references")
    return page


def test_boxes_are_over_the_words(shown):
    doc = read_document(PAPER, boxes=True)
    for name in ("title", "b3", "section_0/heading"):
        place = doc.boxes[name][0]
        box = shown.all(f".box[data-name='{name}']")[0]
        page = shown.all(f".page[data-page='{place.page}']")[0]
        edges = [
            100 * v / size for v, size in ((place.x0, 595.3), (place.y0, 841.9), (place.x1, 595.3), (place.y1, 841.9))
        ]
        outer, inner = page.rect, box.rect
        left, top = inner["x"] - outer["x"], inner["y"] - outer["y"]
        seen = [100 * left / outer["width"], 100 * top / outer["height"]]
        seen += [seen[0] + 100 * inner["width"] / outer["width"], seen[1] + 100 * inner["height"] / outer["height"]]
        assert seen == pytest.approx(edges, abs=0.5), name  # Per cent of the page
    shown.wait(".page[data-page='1'] img")


def test_callout_leads_to_its_entry_and_back(shown):
    shown.click(".box[data-name='callout_0']")
    entry = shown.wait("#reference-0[open].picked")
    assert "Garfield" in entry.text
    context = shown.wait("#reference-0 ul li")
    assert "move forward in time" in context.text
    shown.click("#reference-0 ul li button")
    assert [box.get_attribute("data-name") for box in shown.all(".box.picked")] == ["callout_0"]


def test_tabs_by_keyboard(shown):
    shown.all("#tab-paper")[0].send_keys("\ue014")  # Right
    assert shown.all("#tab-references")[0].get_attribute("aria-selected") == "true"
    assert shown.driver.switch_to.active_element.text == "References"


def test_each_control_has_a_name(shown):
    nameless = []
    for tab in ("references", "figures-and-tables", "entities", "summary", "lines", "export"):
        shown.click(f"#tab-{tab}")
        shown.click({"references": "#reference-1 summary", "lines": "#panel-lines .row"}.get(tab, f"#tab-{tab}"))
        controls = [e for e in shown.all("button, select, textarea, input") if e.is_displayed()]
        nameless += [e.get_attribute("outerHTML")[:80] for e in controls if not e.accessible_name]
    assert nameless == []


def test_correction_is_saved(page, server):
    page.paste(REFERENCE)
    page.click("#reference-0 > summary")
    page.click("#reference-0 details > summary")
    area = page.wait("#reference-0 textarea")
    page.run("arguments[0].focus(); arguments[0].setSelectionRange(16, 24)", area)  # With the full stop and a blank
    page.run("arguments[0].value = 'note'", page.all("#reference-0 select")[0])
    page.click("#reference-0 .row button")
    assert "A study." in page.wait("#reference-0 details mark[title='note']").text
    page.click("#reference-0 .save")
    wait_until(lambda: "Saved." in page.all("#reference-0")[0].text, "saving")
    (record,) = read_records(server.corrected / "references.jsonl")
    assert [16, 24, "note"] in record["spans"] and [25, 31, "journal"] in record["spans"]
    page.click("#tab-corrections")
    assert "1 corrected: references" in page.all("#panel-corrections")[0].text


def test_roles_of_lines_are_corrected(shown, server):
    shown.click("#tab-lines")
    shown.click("#panel-lines details summary")
    shown.click("#panel-lines .line input")
    shown.run("arguments[0].value = 'running'", shown.all("#panel-lines select")[0])
    shown.click("#panel-lines .row button")
    assert "running" in shown.wait(".line.changed").text
    shown.click("#panel-lines .save")
    wait_until(lambda: "Saved." in shown.all("#panel-lines")[0].text, "saving")
    assert (server.corrected / "pages.jsonl").exists()


def test_export(shown, tmp_path):
    shown.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    shown.click("#tab-export")
    shown.click("#panel-export [data-format='bibtex']")
    wait_until((tmp_path / "paper.bib").exists, "file")
    assert (tmp_path / "paper.bib").read_text(encoding="utf-8").count("\n@") == 24
    shown.click("#panel-export [data-format='pdf']")
    wait_until((tmp_path / "paper.linked.pdf").exists, "PDF")


def test_entities_and_summary(shown):
    shown.click("#tab-entities")
    shown.click("#panel-entities button")
    shown.wait("#panel-entities mark[title^='Method']")
    shown.click("#tab-summary")
    shown.click("#panel-summary button")
    shown.wait("#panel-summary li")
    assert len(shown.all("#panel-summary li")) == 3


def test_folder_of_papers(page, tmp_path):
    """Several files are read as a job; each can be opened then, and the list is still there."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.pdf").write_bytes(PAPER.read_bytes())
    (tmp_path / "c.pdf").write_bytes(b"<html>")
    page.wait("#file").send_keys("\n".join(str(tmp_path / f"{name}.pdf") for name in "abc"))
    page.wait("#panel-all-papers button:enabled:not([hidden]):not(.link)")
    wait_until(lambda: "3 of 3" in page.all("#panel-all-papers")[0].text, "the papers")
    rows = [row.text for row in page.all("#panel-all-papers tbody tr")]
    assert "From Printed References" in rows[0] and " 25" in rows[1] and "no PDF" in rows[2]
    page.click("#panel-all-papers tr:nth-child(2) button")
    page.said("25 references")
    page.click("#tab-all-papers")
    assert len(page.all("#panel-all-papers tbody tr")) == 3
    page.run("document.querySelector('.row button:not([hidden])').focus()")
    assert page.run("return document.activeElement.textContent") == "Save as JSON Lines"


def test_no_serious_fault_for_assistive_technology(shown):
    """What axe-core finds in each tab, faults of colour contrast among them."""
    for tab in page_tabs(shown):
        shown.click(tab)
        assert faults(shown.driver) == [], tab


def page_tabs(page):
    return [f"#{tab.get_attribute('id')}" for tab in page.all("[role=tab]")]


def test_nothing_in_a_paper_runs(page, tmp_path):
    """A script in a title, in the name of a file, and in a reference is a text."""
    file = tmp_path / "<img src=x onerror=window.hacked=1>.pdf"
    text = lines(
        SCRIPT, SCRIPT, "Abstract", "We study markup.", "References", f"[1] {SCRIPT} A study. Nature 3 (2001)."
    )
    file.write_bytes(pdf([text]))
    page.open(file)
    page.said("references,")
    page.paste(f"{SCRIPT} Doe, J. (2001). A study. Nature, 3, 1–9.")
    page.said(r"^1 references\.$")
    assert "window.hacked" in page.wait("#reference-0").text
    assert page.run("return window.hacked === undefined && document.images.length === 0")


def test_what_is_no_paper_is_told_in_words(page, tmp_path):
    (tmp_path / "paper.pdf").write_bytes(b"<html>Log in</html>")
    page.open(tmp_path / "paper.pdf")
    assert "no PDF" in page.said("no PDF").string
    assert "failed" in page.all("#status")[0].get_attribute("class")
    assert "400" in page.errors()[0]  # Which the browser notes


def test_key_is_asked_for(driver, tmp_path):
    running = Running(tmp_path, "--workers", "1", "--api-key", "secret")
    page = Page(driver, running.url)
    page.open(PAPER)
    page.wait("#key-form:not([hidden])")
    page.all("#key")[0].send_keys("secret\n")
    page.said("25 references")
    page.wait(".page img")
    page.errors()
    assert running.stop() == 0


@pytest.mark.parametrize("size", [(1400, 1000), (500, 844)])
@pytest.mark.parametrize("dark", [False, True])
def test_fits_the_window(server, tmp_path, size, dark):
    """Nothing is cut off at the right, and the page follows the colours of the browser."""
    driver = open_browser(tmp_path, size=size)
    try:
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
        if size[0] < 600:  # A window is never narrower than 500 pixels, a phone is
            phone = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
        page = Page(driver, server.url)
        page.open(PAPER)
        page.said("25 references")
        assert page.run("return document.documentElement.scrollWidth <= window.innerWidth")
        background = page.run("return getComputedStyle(document.documentElement).backgroundColor")
        assert (max(map(int, re.findall(r"\d+", background))) < 60) == dark
        if folder := os.environ.get("SCREENSHOTS"):
            page.wait(".page img")
            driver.save_screenshot(f"{folder}/{size[0]}-{'dark' if dark else 'light'}.png")
    finally:
        driver.quit()
