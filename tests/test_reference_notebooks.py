"""The notebooks on reference data and on types of works, with parameters, as papermill runs them."""

import papermill
import pytest
from conftest import execute

from sciassist.bibliography.work_types import WorkTypes, predict_type
from sciassist.datamodules.components.readers import write_jsonl
from sciassist.datamodules.synthesis.synthesiser import synthesise


@pytest.fixture
def folder(tmp_path):
    "A source that was trained on and one that was not."
    for n, name in enumerate(("grobid.train", "grobid.test", "excite.test")):
        write_jsonl(synthesise(40, seed=n), tmp_path / f"{name}.jsonl")
    return tmp_path


def outputs(book):
    return "\n".join(
        "".join(o.get("data", {}).get("text/plain", "")) + o.get("text", "")
        for c in book.cells
        for o in c.get("outputs", ())
    )


def test_classifier_of_works_learns_from_a_folder_too(folder):
    target = folder / "weights"
    parameters = dict(n=300, steps=20, data=str(folder), target=str(target))
    book = execute("train_work_types.ipynb", folder / "out.ipynb", **parameters)
    trained = WorkTypes.load(target / "model.safetensors")
    assert predict_type({"title": ["On nets"], "journal": ["Nature"], "volume": ["3"]}, trained)[0] == "article-journal"
    assert "real references" in (target / "README.md").read_text() and "of them real" in outputs(book)
    assert (target / "model.safetensors").stat().st_size < 100_000


def test_data_card_of_a_folder(folder):
    text = outputs(execute("benchmarks/reference_data.ipynb", folder / "out.ipynb", data=str(folder)))
    assert "excite" in text
    assert "taken for several" in text
    assert "Latin" in text
    with pytest.raises(papermill.PapermillExecutionError, match="has no files named SOURCE.SPLIT.jsonl"):
        execute("benchmarks/reference_data.ipynb", folder / "out2.ipynb", data=str(folder / "nowhere"))
