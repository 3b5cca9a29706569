"""The command that extracts entities, with a model trained on the sample sentences."""

import json
from functools import partial

import pytest
import torch
from conftest import SAMPLES, shell

from sciassist.core import ModelNotFoundError
from sciassist.datamodules.ner import NERDataModule
from sciassist.models.bundle import save_bundle
from sciassist.models.components.token_classifier import TokenClassifier
from sciassist.models.token_classification_module import TokenClassificationModule
from sciassist.utils.testing import quiet_trainer

TEXT = "Evaluation is on SciERC and ChemProt .\n\nOn SST-2 most systems have an accuracy above 90 .\nSST-2 is easy .\n"
LABELLED = [
    ("Evaluation is on SciERC and ChemProt .", {"SciERC": "Dataset", "ChemProt": "Dataset"}),
    ("SST-2 is easy .", {"SST-2": "Dataset"}),
    ("On SST-2 most systems have an accuracy above 90 .", {"SST-2": "Dataset", "accuracy": "Metric"}),
]


def learnt():
    """Return the samples and the sentences of the text, so that what the model finds in these does not vary."""
    records = [
        dict(tokens=s.split(), tags=[f"B-{types[w]}" if w in types else "O" for w in s.split()])
        for s, types in LABELLED
    ]
    return (SAMPLES / "entities.jsonl").read_text(encoding="utf-8") + "".join(json.dumps(r) + "\n" for r in records * 8)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("entities")
    for split in ("train", "val", "test"):
        (folder / f"{split}.jsonl").write_text(learnt(), encoding="utf-8")
    torch.manual_seed(1)
    dm = NERDataModule(str(folder), train_batch_size=8)
    lit = TokenClassificationModule(
        partial(TokenClassifier, hidden_size=48, dim=16, dropout=0.1), partial(torch.optim.Adam, lr=0.01)
    )
    quiet_trainer(max_epochs=25).fit(lit, dm)
    return str(save_bundle(lit, dm, folder / "model"))


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "paper.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_line_a_paragraph(model, paper):
    code, out, _ = shell("extract", str(paper), "-m", model)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and len(rows) == 2
    for row in rows:
        for span in row["spans"]:
            assert row["text"][span["start"] : span["end"]] == span["text"] and 0 < span["score"] < 1
    assert {(s["text"], s["label"]) for r in rows for s in r["spans"]} >= {
        ("SciERC", "Dataset"),
        ("ChemProt", "Dataset"),
        ("SST-2", "Dataset"),
        ("accuracy", "Metric"),
    }


def test_citations_have_no_format_for_entities(paper):
    code, _, err = shell("extract", str(paper), "--model", "citations", "--to", "brat")
    assert code == 2
    assert "citations are written as jsonl, csv or table" in err


def test_brat_points_into_the_text(model, paper):
    text, ann = (shell("extract", str(paper), "-m", model, "--to", to)[1] for to in ("text", "brat"))
    for line in ann.splitlines():
        _, where, surface = line.split("\t")
        start, end = map(int, where.split()[1:])
        assert text[start:end] == surface


@pytest.mark.parametrize(
    "to,wanted",
    [
        ("csv", "text,label,score,start,end,sentence,section,page\n"),
        ("conll", "SciERC\tB-Dataset\n"),
        ("table", "SST-2"),
    ],
)
def test_other_formats(model, paper, to, wanted):
    code, out, _ = shell("extract", str(paper), "-m", model, "--to", to)
    assert code == 0 and wanted in out


def test_what_is_named_twice_is_one_row(model, paper):
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in shell("extract", str(paper), "-m", model, "-t", "table")[1].splitlines()
        if "│" in line
    ]
    assert {row[0]: (row[1], row[3]) for row in rows} == {
        "SST-2": ("Dataset", "2"),
        "SciERC": ("Dataset", "1"),
        "ChemProt": ("Dataset", "1"),
        "accuracy": ("Metric", "1"),
    }
    assert len(rows) == 4


def test_standard_input_and_scores(model):
    def scores(*args):
        code, out, _ = shell(
            "extract", "-", "-m", model, *args, stdin="On SST-2 most systems have an accuracy above 90 .\n\n"
        )
        assert code == 0 and len(out.splitlines()) == 2
        return [s["score"] for line in out.splitlines() for s in json.loads(line)["spans"]]

    found = scores()
    middle = (min(found) + max(found)) / 2
    assert scores("--min-score", str(middle)) == [s for s in found if s > middle]
    assert 0 < len(scores("--min-score", str(middle))) < len(found)


def test_folders(model, paper, tmp_path):
    code, _, err = shell(
        "extract", str(paper.parent), "-m", model, "-o", str(tmp_path / "out"), "--to", "brat", "-j", "1"
    )
    assert code == 0 and (tmp_path / "out" / "paper.ann").read_text(encoding="utf-8").startswith("T1\tDataset ")


def test_what_is_wrong_is_told(model, paper, tmp_path):
    code, _, err = shell("extract", str(tmp_path / "none.txt"), str(paper), "-m", model)
    assert code == 1 and "none.txt does not exist" in err
    assert shell("extract", str(paper.parent), "-m", model, "-o", str(tmp_path / "o"), "-t", "table")[0] == 2
    with pytest.raises(ModelNotFoundError, match="no model called 'nothing'"):
        shell("extract", str(paper), "-m", "nothing")


def test_identifiers_of_data(tmp_path):
    path = tmp_path / "data.txt"
    path.write_text("All reads were deposited under PRJNA123456 .\nTrial NCT02329080 .\n", encoding="utf-8")
    code, out, _ = shell("extract", str(path), "-m", "dataset-mentions", "--to", "csv")
    head, *rows = out.splitlines()
    assert code == 0 and head.endswith(",repository,identifier,url")
    assert [row.split(",")[-3:-1] for row in rows if "PRJNA" in row] == [["BioProject", "PRJNA123456"]]
    assert "NCT" not in "".join(row.split(",")[0] for row in rows)


def test_citing_sentences_of_a_folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "paper.pdf").write_bytes((SAMPLES / "paper.pdf").read_bytes())
    code, _, _ = shell("extract", str(tmp_path / "in"), "-m", "citations", "--to", "csv", "-o", f"{tmp_path}/out/")
    (result,) = (tmp_path / "out").glob("*.csv")
    rows = result.read_text(encoding="utf-8").splitlines()
    assert code == 0 and rows[0].startswith("source,reference,label,entry,text,section,page")
    assert "[1]" in rows[1] and "Introduction" in rows[1]


def test_lines_cite_nothing():
    code, out, err = shell("extract", "-", "-m", "citations", stdin="Parsers are old [1].\n")
    assert (code, out) == (1, "") and "expected a PDF" in err
