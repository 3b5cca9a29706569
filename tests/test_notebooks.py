"""Training notebooks as papermill runs them."""

import json
import subprocess
import sys

import papermill
import pytest
from conftest import NBS, execute, python

TRAINING = ["train_references", "train_ner", "train_page_layout", "train_summarization"]


@pytest.mark.parametrize("name", TRAINING)
def test_the_parameters_cell_is_tagged(name):
    cells = json.loads((NBS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", ())]
    assert len(tagged) == 1 and "gpus = 0" in "".join(tagged[0]["source"])


@pytest.mark.parametrize("name", TRAINING)
def test_missing_gpus_stop_at_once_with_what_to_do(name, tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match="999 GPUs asked for, .* found. Pass gpus="):
        execute(f"{name}.ipynb", tmp_path / "out.ipynb", tmp_path, gpus=999)
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    "name,parameters,wanted",
    [
        ("train_ner", dict(max_epochs=2), ["image/png", "text/html", "equal labels in", "(spurious)"]),
        ("train_page_layout", dict(max_epochs=2), ["image/png", "reference begins", "macro F1"]),
        ("train_summarization", {}, ["image/png", "<mark", "oracle", "equal predictions for 6 of 6"]),
        (
            "train_summarization",
            dict(kind="abstractive", max_epochs=2),
            ["image/png", "<p>", "oracle", "equal predictions for 6 of 6"],
        ),
    ],
)
def test_without_an_output_path_the_executed_notebook_goes_to_standard_output(name, parameters, wanted, tmp_path):
    """The command of the card, `papermill nbs/NAME.ipynb -p gpus 1`, on the machine at hand."""
    options = [o for k, v in dict(gpus=0, **parameters).items() for o in ("-p", k, str(v))]
    done = subprocess.run(
        [sys.executable, "-m", "papermill", str(NBS / f"{name}.ipynb"), *options, "-k", "python3"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    shown = json.dumps(json.loads(done.stdout)["cells"])
    for part in wanted:
        assert part in shown
    assert not list(tmp_path.iterdir())


def test_a_file_labelled_for_another_tool_trains_a_model_that_has_a_name(tmp_path):
    labelled = "".join(
        f"<author> A. Author{i} and B. Other. </author> <title> A study number {i} of things. </title> "
        f"<journal> Journal of Studies, </journal> <volume> {i}({i % 4 + 1}) </volume> <date> {1950 + i}. </date>\n"
        for i in range(60)
    )
    (tmp_path / "refs.txt").write_text(labelled, encoding="utf-8")
    nb = execute(
        "train_references.ipynb",
        tmp_path / "out.ipynb",
        tmp_path,
        data_repo="refs.txt",
        datamodule="cora",
        max_epochs=30,
        name="mine",
        overrides=["model.net.hidden_size=24", "datamodule.format=parscit"],
    )
    assert (tmp_path / "models" / "mine" / "README.md").is_file()
    shown = json.dumps(nb.cells)
    for wanted in ("image/png", "text/html", "equal labels in"):
        assert wanted in shown
    code = (
        "from sciassist import ReferenceStringParsing as R; "
        "print(R('mine').predict('C. Third. A study of it. Journal of Studies, 7(1) 1999.').tags[0])"
    )
    assert python(code, cwd=tmp_path) == "author"
