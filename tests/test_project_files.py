"""The files that GitHub and citation tools read: they parse, and say what settings.ini says."""

import re
from configparser import ConfigParser

import pytest
import yaml
from conftest import ROOT

SETTINGS = ConfigParser(delimiters=["="])
SETTINGS.read(ROOT / "settings.ini", encoding="utf-8")
CFG = SETTINGS["DEFAULT"]


def load(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_citation():
    cff = load("CITATION.cff")
    assert cff["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= cff.keys()
    assert cff["type"] == "software"
    assert cff["version"] == CFG["version"]
    assert cff["license"] == "Apache-2.0"
    assert cff["authors"] == [{"name": CFG["author"]}]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(cff["date-released"]))


def test_changelog_has_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\](?: - \d{4}-\d\d-\d\d)?$", text, re.M)
    assert versions[0] == "Unreleased"
    assert versions[1] == CFG["version"]
    assert all(f"\n[{v}]: https://" in text for v in versions)
    assert f"- {load('CITATION.cff')['date-released']}" in text


@pytest.mark.parametrize("form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=lambda p: p.stem)
def test_issue_forms(form):
    data = load(form)
    assert {"name", "description", "body"} <= data.keys()
    ids = [part["id"] for part in data["body"] if part["type"] != "markdown"]
    assert ids
    assert len(ids) == len(set(ids))
    assert all(part["type"] == "markdown" or part["attributes"]["label"] for part in data["body"])


def test_workflows_run_what_developers_run():
    test, docs = load(".github/workflows/test.yml"), load(".github/workflows/docs.yml")

    def runs(flow):
        return [s["run"].partition(" #")[0] for job in flow["jobs"].values() for s in job["steps"] if "run" in s]

    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert runs(test) == ["make test"]
    assert runs(docs) == ["make docs"]
    assert {"test", "docs"} <= targets
    assert test["jobs"]["test"]["strategy"]["matrix"]["python"] == [CFG["min_python"], "3.12"]
    (quarto,) = [s["with"]["version"] for s in docs["jobs"]["docs"]["steps"] if "quarto" in s.get("uses", "")]
    assert quarto.startswith("1.7.")
    assert any(s.get("with", {}).get("publish_dir") == CFG["doc_path"] for s in docs["jobs"]["docs"]["steps"])
