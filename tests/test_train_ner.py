"""The notebook that trains entity taggers, as papermill runs it."""
import json
import subprocess
import sys
from pathlib import Path

import papermill
import pytest

from sciassist import DatasetExtraction

NOTEBOOK = Path(__file__).parent.parent / "nbs" / "train_ner.ipynb"


def test_without_an_output_path_the_executed_notebook_goes_to_standard_output(tmp_path):
    """The command of the card, `papermill nbs/train_ner.ipynb -p gpus 1`, on the machine at hand."""
    done = subprocess.run([sys.executable, "-m", "papermill", str(NOTEBOOK), "-p", "gpus", "0", "-p", "max_epochs", "2", "-k", "python3"],
                          cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr[-2000:]
    cells = json.loads(done.stdout)["cells"]
    shown = json.dumps(cells)
    for wanted in ("image/png", "text/html", "equal labels in", "(made up)"):
        assert wanted in shown
    assert not list(tmp_path.iterdir())


def test_missing_gpus_stop_at_once(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="999 GPUs asked for, .* found. Pass gpus="):
        papermill.execute_notebook(NOTEBOOK, tmp_path / "out.ipynb", parameters=dict(gpus=999), cwd=tmp_path, progress_bar=False, kernel_name="python3")


def test_a_conll_file_trains_a_model_that_has_a_name(tmp_path, monkeypatch):
    (tmp_path / "mentions.conll").write_text("".join(
        f"We\tPRP\tO\ntest\tVBP\tO\non\tIN\tO\nTideSet{i}\tNNP\tS-DATASET\nand\tCC\tO\nMud\tNNP\tB-DATASET\nBench\tNNP\tE-DATASET\n.\t.\tO\n\n" for i in range(60)))
    papermill.execute_notebook(NOTEBOOK, tmp_path / "out.ipynb", cwd=tmp_path, progress_bar=False, kernel_name="python3", parameters=dict(
        data_repo="mentions.conll", dataset="dataset_mentions", max_epochs=8, name="mine", overrides=["model.net.hidden_size=24", "model.optimizer.lr=0.01"]))
    assert (tmp_path / "models" / "mine" / "README.md").is_file()
    monkeypatch.chdir(tmp_path)
    found = DatasetExtraction("mine").extract("We test on TideSet99 and Mud Bench .")
    assert found["all_dataset_mentions"] == ["TideSet99", "Mud Bench"]


def test_labels_that_the_data_lacks_are_told(tmp_path):
    (tmp_path / "a.conll").write_text("We\tO\ntest\tB-Task\n\n" * 20)
    with pytest.raises(papermill.PapermillExecutionError, match=r"entity types \['Task'\], but labels= names \['DATASET'\]"):
        papermill.execute_notebook(NOTEBOOK, tmp_path / "out.ipynb", cwd=tmp_path, progress_bar=False, kernel_name="python3",
                                   parameters=dict(data_repo="a.conll", dataset="dataset_mentions"))
