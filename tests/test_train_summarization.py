"""The notebook that trains summarizers, as papermill runs it, on records of one's own."""

import json
import random

import papermill
import pytest
from conftest import execute

from sciassist import Summarization
from sciassist.utils.testing import tiny_seq2seq

NOTEBOOK = "train_summarization.ipynb"
WORDS = "gauge buoy float radar sonar probe logger meter".split()


def run(folder, **parameters):
    nb = execute(NOTEBOOK, folder / "out.ipynb", folder, **parameters)
    shown = json.dumps(nb.cells)
    for wanted in ("image/png", "ROUGE-L", "oracle", "equal predictions for"):
        assert wanted in shown
    return shown


def test_a_file_of_texts_trains_a_model_that_writes(tmp_path, monkeypatch):
    """Texts list three instruments, and any of them is what a summary may say: a task that a tiny T5 learns."""
    rng = random.Random(0)
    records = [
        dict(text=" ".join(names), summary=[f"we read the {n}" for n in names])
        for names in (rng.sample(WORDS, 3) for _ in range(240))
    ]
    (tmp_path / "notes.jsonl").write_text("\n".join(map(json.dumps, records)))
    tiny_seq2seq(tmp_path / "t5", ["summarize in words about : we read the", *WORDS])
    shown = run(
        tmp_path,
        kind="abstractive",
        data_repo="notes.jsonl",
        model_checkpoint="t5",
        max_epochs=5,
        name="mine",
        overrides=[
            "model.optimizer.lr=0.01",
            "datamodule.train_batch_size=16",
            "trainer.accumulate_grad_batches=2",
            "model.net.gradient_checkpointing=true",
            "datamodule.control_dropout=1",
            "datamodule.max_target_length=8",
            "model.generation.num_beams=2",
            "model.net.label_smoothing=0.05",
            "trainer.check_val_every_n_epoch=5",
            "callbacks.early_stopping=null",
        ],
    )
    assert "accumulate_grad_batches: 2" in shown and "gradient_checkpointing: true" in shown
    assert (tmp_path / "models" / "mine" / "README.md").is_file()
    monkeypatch.chdir(tmp_path)
    for text in ("gauge buoy float", "meter probe sonar"):
        assert Summarization("mine", device="cpu", threads=1).predict(text).summary[0] in {
            f"we read the {n}" for n in text.split()
        }


def test_whole_papers_train_a_model_that_chooses(tmp_path, monkeypatch):
    """A data set meant for the other kind of model, summaries of so many words, and papers that have titles."""
    says = ["The {} rose.", "We read the {} at noon and at midnight.", "Nobody knew the {} before."]
    papers = [
        dict(
            id=i,
            title=f"On the {w}",
            abstract=says[0].format(w),
            sections=[dict(title="Introduction", text=" ".join(s.format(w) for s in says))],
            summary=says[1].format(w),
        )
        for i, w in enumerate(f"{w} {n}" for n in range(8) for w in WORDS)
    ]
    (tmp_path / "papers.jsonl").write_text("\n".join(map(json.dumps, papers)))
    shown = run(tmp_path, dataset="scisumm", data_repo="papers.jsonl", length=12, max_epochs=8, name="chooser")
    assert "over: mean" in shown and "title " in shown
    monkeypatch.chdir(tmp_path)
    unseen = " ".join(s.format("drone") for s in (says[0], *says))  # abstract and section, as the papers have them
    assert Summarization("chooser", threads=1).predict(unseen).summary == [says[1].format("drone")]


def test_a_kind_that_there_is_not(tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="kind='both': expected extractive or abstractive"):
        execute(NOTEBOOK, tmp_path / "out.ipynb", tmp_path, kind="both")
