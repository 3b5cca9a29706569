"""`sciassist label`: what the model found as a file to correct, which the readers read and training takes."""

import json

import pytest
from conftest import REFERENCES, ROOT, sciassist

from sciassist import ReferenceStringParsing
from sciassist.datamodules.components.conventions import to_tight
from sciassist.datamodules.components.page_records import read_page_records
from sciassist.datamodules.components.readers import read_records
from sciassist.models.bundle import sign_bundle

ODD = [
    "Okoro & Li: On <i>silt</i> &amp; <title> sand. 61(2):23-45, 1998",
    "<bibl>Ruiz, B.</bibl> AT&T   &lt;memo&gt;\t3 < 4",
    "",
    "Ono\u00a0K,\u200b Sil\u00adt.\u2028Nature 3 (1990)",
    "王小明，《论标题》，《期刊》，2005年，第3期。",
    "   ",
    "???",
    "12vol3no4 ]]> <!-- x -->",
]


def label(*args, **options):
    return sciassist("label", *args, **options)


def fields(record):
    return [(record["text"][a:b], label) for a, b, label in record["spans"] if label != "other"]


@pytest.mark.parametrize("to", ["tagged", "anystyle"])
def test_what_is_read_is_what_was_predicted(to, tmp_path, parser):
    (tmp_path / "refs.txt").write_text(
        "\n".join([*REFERENCES.read_text(encoding="utf-8").splitlines(), *ODD]), encoding="utf-8"
    )  # no newline at the end
    done = label("refs.txt", "--to", to, "-o", "labelled.txt", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    results = [r for r in parser.predict(tmp_path / "refs.txt") if r["tokens"]]
    records = list(read_records(tmp_path / "labelled.txt"))
    assert len(records) == len(results) == 36
    for n, (r, record) in enumerate(zip(results, records)):

        def visible(s):
            return " ".join(s.replace("\u200b", "").replace("\u00ad", "").split())

        assert record["text"] == visible(r["text"])
        assert fields(record) == [(visible(r["text"][s["start"] : s["end"]]), s["label"]) for s in r["spans"]]
        if n < 30:
            tags = zip(r["tokens"], r["tags"], record["tags"])
            changed = {(token, after) for token, before, after in tags if before != after}
            assert changed <= {("Éd.", "other")}  # Which is left out of its field
            assert fields(to_tight(record)) == fields(record)  # So training sees it


@pytest.mark.parametrize("to", ["tagged", "anystyle"])
def test_the_labels_of_cora_pass_through(to, tmp_path):
    done = label(REFERENCES, "--model", "cora", "--to", to, "-o", tmp_path / "cora.txt")
    assert done.returncode == 0
    records, results = list(read_records(tmp_path / "cora.txt")), ReferenceStringParsing("cora").predict(REFERENCES)
    assert [r["tags"] for r in records] == [r["tags"] for r in results]


def test_the_doubtful_come_first_and_none_is_lost(tmp_path, parser):
    lines = REFERENCES.read_text(encoding="utf-8").splitlines()
    done = label("-", "--doubtful-first", "-o", tmp_path / "a.txt", stdin="\n".join(lines * 2).encode())
    texts = [r["text"] for r in read_records(tmp_path / "a.txt")]
    scores = {" ".join(t.split()): r["score"] for t, r in zip(lines, parser.predict(lines))}
    assert done.returncode == 0 and sorted(texts) == sorted(" ".join(t.split()) for t in lines * 2)
    assert all(scores[a] <= scores[b] + 0.001 for a, b in zip(texts, texts[1:]))  # batches differ by a rounding


def test_references_of_a_pdf(tmp_path):
    done = label(ROOT / "sciassist" / "samples" / "paper.pdf", "-o", tmp_path / "paper.txt")
    assert done.returncode == 0 and len(list(read_records(tmp_path / "paper.txt"))) > 10


def test_corrections_are_not_overwritten_unasked(tmp_path):
    (tmp_path / "mine.txt").write_text("<title> corrected </title>\n")
    done = label("-", "-o", tmp_path / "mine.txt", stdin=b"Turing, A. Mind 59, 1950.")
    assert done.returncode == 1
    assert b"mine.txt exists and may hold corrections" in done.stderr
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "mine.txt").read_text() == "<title> corrected </title>\n"
    assert label("-", "-o", tmp_path / "mine.txt", "--overwrite", stdin=b"Turing, A. Mind 59, 1950.").returncode == 0
    assert "Turing" in (tmp_path / "mine.txt").read_text()


def test_an_input_that_is_missing_is_named_and_the_rest_is_done(tmp_path):
    done = label("none.txt", REFERENCES, "-o", "all.txt", cwd=tmp_path)
    assert done.returncode == 1 and b"none.txt does not exist" in done.stderr
    assert len(list(read_records(tmp_path / "all.txt"))) == 30


@pytest.mark.parametrize("args", [[], ["-", "--to", "bibtex"], [ROOT / "demo", "-o", "x"]])
def test_a_wrong_command_exits_2(args):
    assert label(*args, stdin=b"").returncode == 2


def test_labels_that_a_format_cannot_hold_are_told(tmp_path):
    folder = tmp_path / "years"
    folder.mkdir()
    for file in (ROOT / "sciassist" / "weights" / "cora").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["labels"][config["labels"].index("date")] = "year"
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    sign_bundle(folder)
    done = label(REFERENCES, "--model", folder)
    assert done.returncode == 1 and b"'year' would be read back as 'date'" in done.stderr


@pytest.mark.parametrize("to", ["tagged", "anystyle"])
def test_a_corrected_file_trains_a_model_that_is_used_by_name(to, tmp_path):
    from sciassist.models.bundle import read_config
    from sciassist.pipelines.training_pipeline import train
    from sciassist.utils.run import load_config
    from sciassist.utils.testing import quiet

    quiet()
    assert label(REFERENCES, "--to", to, "-o", tmp_path / "mine.txt").returncode == 0
    run = train(
        load_config(
            [
                "experiment=finetune_references",
                "callbacks=notebook",
                f"datamodule.data_repo={tmp_path}/mine.txt",
                "bundle_name=mine",
                f"paths.root_dir={tmp_path}",
                "extras.print_config=false",
                "datamodule.rehearsal=32",
                "trainer.max_epochs=1",
            ]
        )
    )
    sizes = {k: len(v) for k, v in run.datamodule.given.items()}
    assert 0 < sizes["val"] < 15
    assert sizes["test"] == 0
    assert (sizes["train"] - 32) % (30 - sizes["val"]) == 0
    config, start = (
        read_config(tmp_path / "models" / "mine"),
        read_config(ROOT / "sciassist" / "weights" / "references"),
    )
    assert config["labels"] == start["labels"] and set(config["calibration"]) == {"span", "record"}
    assert ReferenceStringParsing(tmp_path / "models" / "mine").predict(
        "Turing, A. Computing machinery. Mind 59, 1950."
    )["fields"]["date"] == ["1950"]


def test_lines_of_pages_are_labelled_and_read_back(tmp_path):
    sample = ROOT / "sciassist" / "samples" / "paper.pdf"
    done = label("--kind", "pages", sample, "none.pdf", "-o", tmp_path / "pages.jsonl")
    assert done.returncode == 1 and b"none.pdf" in done.stderr
    text = (tmp_path / "pages.jsonl").read_text(encoding="utf-8")
    (paper,) = read_page_records(tmp_path / "pages.jsonl")
    assert paper.roles.count("reference begins") == 25
    assert all(len(row) < 1000 for row in text.splitlines())
    (tmp_path / "pages.jsonl").write_text(text.replace('"role": "title"', '"role": "front"'), encoding="utf-8")
    (corrected,) = read_page_records(tmp_path / "pages.jsonl")
    assert corrected.roles[:2] == ["front", "front"] and corrected.lines == paper.lines
    again = label("--kind", "pages", sample, "-o", tmp_path / "pages.jsonl")
    assert again.returncode != 0 and b"may hold corrections" in again.stderr
