"""The entity model in the package, by the names that users type."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sciassist import DatasetExtraction, NamedEntityRecognition
from sciassist.cli import app
from sciassist.models.bundle import shipped_models

TEXT = (
    "We fine-tune BERT for question answering on SQuAD. On the CoNLL-2003 dataset we report the F1 "
    "score of named entity recognition."
)


@pytest.mark.parametrize(
    "name,types",
    [
        ("scientific", ["Generic", "Material", "Method", "Metric", "OtherScientificTerm", "Task"]),
        ("dataset-mentions", ["DATASET"]),
        ("tdmsci", ["DATASET", "METRIC", "TASK"]),
    ],
)
def test_each_name_has_labels_of_its_own(name, types):
    assert NamedEntityRecognition(name).labels == types


def test_data_sets_are_found():
    found = DatasetExtraction().extract(TEXT)
    assert {"SQuAD", "CoNLL-2003 dataset"} & set(found["all_dataset_mentions"])
    assert found["text"] == [TEXT[:50], TEXT[51:]]
    for sentence_mentions, sentence in found["dataset_mentions"]:
        assert all(m in sentence for m in sentence_mentions)


def test_tasks_are_found():
    spans = NamedEntityRecognition().predict(TEXT).spans
    assert ("question answering", "Task") in {(s["text"], s["label"]) for s in spans}
    assert all(TEXT[s["start"] : s["end"]] == s["text"] and 0 < s["score"] < 1 for s in spans)


def test_the_command_finds_them_too(tmp_path):
    (tmp_path / "paper.txt").write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(app, ["extract", str(tmp_path / "paper.txt"), "--model", "dataset-mentions"])
    found = [s["text"] for s in json.loads(done.stdout)["spans"]]
    assert done.exit_code == 0
    assert found
    assert found == [s["text"] for s in DatasetExtraction().extract(TEXT)["mentions"]]


def test_it_is_small_and_has_a_card():
    folder = shipped_models()["entities"]
    assert sum(p.stat().st_size for p in Path(folder).iterdir()) < 40e6
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "experiment=entities" in card
    assert "SciERC" in card
    assert "test/span_f1" in card


def test_only_the_types_asked_for(tmp_path):
    (tmp_path / "paper.txt").write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(app, ["extract", str(tmp_path / "paper.txt"), "--type", "task"])
    assert done.exit_code == 0 and {s["label"] for s in json.loads(done.stdout)["spans"]} == {"Task"}
