"""JupyterLab in a real browser: a notebook is opened, run from top to bottom, and shows its result in colours."""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import urllib.request

import pytest
from browsers import needs_browser, open_browser
from conftest import ENVIRONMENT, ROOT, wait_until


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab that serves copies of a few notebooks, without their outputs."""
    folder = tmp_path / "nbs"
    folder.mkdir()
    nb = json.loads((ROOT / "nbs" / "quickstart.ipynb").read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            cell |= dict(outputs=[], execution_count=None)
    (folder / "quickstart.ipynb").write_text(json.dumps(nb), encoding="utf-8")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    token = secrets.token_hex(8)
    env = {
        **ENVIRONMENT,
        "HOME": str(tmp_path),
        "JUPYTER_PLATFORM_DIRS": "0",
        **{f"JUPYTER_{part}_DIR": str(tmp_path / part.lower()) for part in ("CONFIG", "DATA", "RUNTIME")},
        "IPYTHONDIR": str(tmp_path / "ipython"),
    }
    log = open(tmp_path / "lab.log", "w")
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.port={port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={token}",
            "--LabApp.news_url=",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            str(folder),
        ],
        env=env,
        stdout=log,
        stderr=log,
        cwd=folder,
    )

    def up():
        assert server.poll() is None, (tmp_path / "lab.log").read_text()
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={token}", timeout=2).status == 200
        except OSError:
            return False

    try:
        wait_until(up, "JupyterLab")
        yield f"http://127.0.0.1:{port}/lab/tree/quickstart.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


@pytest.fixture
def browser(tmp_path):
    driver = open_browser(tmp_path / "profile", size=(1400, 3000))
    yield driver
    driver.quit()


@needs_browser
def test_a_notebook_runs_in_jupyterlab_and_shows_its_result_in_colours(lab, browser):
    cells = sum(
        c["cell_type"] == "code"
        for c in json.loads((ROOT / "nbs" / "quickstart.ipynb").read_text(encoding="utf-8"))["cells"]
    )

    def find(selector):
        return browser.find_elements("css selector", selector)

    browser.get(lab)
    wait_until(lambda: find(".jp-NotebookPanel .jp-CodeCell"), "notebook")
    wait_until(lambda: any("| Idle" in e.text for e in find("#jp-main-statusbar .jp-StatusBar-TextItem")), "kernel")
    assert not find(".jp-OutputArea-output span[title^='author']")
    next(e for e in find(".lm-MenuBar-itemLabel") if e.text == "Run").click()
    wait_until(lambda: find("li[data-command='runmenu:run-all']"), "menu")[0].click()

    def prompts():
        return [e.text for e in find(".jp-CodeCell .jp-InputPrompt")]

    wait_until(
        lambda: len(prompts()) == cells and all(re.fullmatch(r"\[\d+\]:", p) for p in prompts()),
        "end of the notebook",
        tries=3600,
    )
    assert not find(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']"), browser.find_element(
        "css selector", ".jp-Notebook"
    ).text
    (author,) = [e for e in find(".jp-OutputArea-output span[title^='author']") if "Hochreiter" in e.text]
    (title,) = [e for e in find(".jp-OutputArea-output span[title^='title']") if "Long short-term memory" in e.text]
    colours = [e.value_of_css_property("background-color") for e in (author, title)]
    assert len({*colours, "rgba(0, 0, 0, 0)"}) == 3, colours
    assert find(".jp-OutputArea-output table.dataframe tbody tr")
    if target := os.environ.get("SCREENSHOT"):
        browser.save_screenshot(target)


def test_make_lab_opens_the_notebooks():
    said = subprocess.run(["make", "-n", "lab"], cwd=ROOT, capture_output=True, text=True).stdout
    assert re.search(r"jupyter lab .*\bnbs$", said, re.M)
