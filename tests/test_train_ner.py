"""The notebook that trains entity taggers, as papermill runs it."""

import papermill
import pytest
from conftest import execute

from sciassist import DatasetExtraction

NOTEBOOK = "train_ner.ipynb"


def test_a_conll_file_trains_a_model_that_has_a_name(tmp_path, monkeypatch):
    (tmp_path / "mentions.conll").write_text(
        "".join(
            f"We\tPRP\tO\ntest\tVBP\tO\non\tIN\tO\nTideSet{i}\tNNP\tS-DATASET\n"
            f"and\tCC\tO\nMud\tNNP\tB-DATASET\nBench\tNNP\tE-DATASET\n.\t.\tO\n\n"
            for i in range(60)
        )
    )
    execute(
        NOTEBOOK,
        tmp_path / "out.ipynb",
        cwd=tmp_path,
        data_repo="mentions.conll",
        dataset="dataset_mentions",
        max_epochs=8,
        name="mine",
        overrides=["model.net.hidden_size=24", "model.optimizer.lr=0.01"],
    )
    assert (tmp_path / "models" / "mine" / "README.md").is_file()
    monkeypatch.chdir(tmp_path)
    found = DatasetExtraction("mine").extract("We test on TideSet99 and Mud Bench .")
    assert found["all_dataset_mentions"] == ["TideSet99", "Mud Bench"]


def test_labels_that_the_data_lacks_are_told(tmp_path):
    (tmp_path / "a.conll").write_text("We\tO\ntest\tB-Task\n\n" * 20)
    with pytest.raises(
        papermill.PapermillExecutionError, match=r"entity types \['Task'\], but labels= names \['DATASET'\]"
    ):
        execute(
            NOTEBOOK,
            tmp_path / "out.ipynb",
            cwd=tmp_path,
            data_repo="a.conll",
            dataset="dataset_mentions",
        )
