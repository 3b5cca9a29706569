"""The files that GitHub and citation tools read: they parse, and say what settings.ini says."""

import re
from configparser import ConfigParser

import pytest
import yaml
from conftest import ROOT

from sciassist.documents.tei import RELEASED

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
    assert RELEASED == str(load('CITATION.cff')['date-released'])


@pytest.mark.parametrize("form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=lambda p: p.stem)
def test_issue_forms(form):
    data = load(form)
    assert {"name", "description", "body"} <= data.keys()
    ids = [part["id"] for part in data["body"] if part["type"] != "markdown"]
    assert ids
    assert len(ids) == len(set(ids))
    assert all(part["type"] == "markdown" or part["attributes"]["label"] for part in data["body"])


WORKFLOWS = {path.stem: load(path) for path in (ROOT / ".github" / "workflows").glob("*.yml")}


def steps(name):
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_runs_what_developers_run(name):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert name in targets
    assert [step["run"].partition(" #")[0] for step in steps(name) if "run" in step] == [f"make {name}"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_commit(name):
    for step in steps(name):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", "a@" + "0" * 40))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_jobs_have_the_least_rights(name):
    assert WORKFLOWS[name]["permissions"] == {}
    for job in WORKFLOWS[name]["jobs"].values():
        runs_code = any("run" in step for step in job["steps"])
        assert job["permissions"] == {"contents": "read" if runs_code else "write"}
        assert all(
            step["with"]["persist-credentials"] is False for step in job["steps"] if "checkout" in step.get("uses", "")
        )


def test_workflows_name_the_versions_and_folders_of_the_settings():
    assert WORKFLOWS["test"]["jobs"]["test"]["strategy"]["matrix"]["python"] == [CFG["min_python"], "3.12"]
    (quarto,) = [step["with"]["version"] for step in steps("docs") if "quarto" in step.get("uses", "")]
    assert quarto.startswith("1.7.")
    assert any(step.get("with", {}).get("publish_dir") == CFG["doc_path"] for step in steps("docs"))


def test_what_dependabot_updates():
    assert {update["package-ecosystem"] for update in load(".github/dependabot.yml")["updates"]} == {
        "github-actions",
        "pip",
    }
