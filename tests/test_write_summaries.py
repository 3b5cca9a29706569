"""Summaries that a network writes: trained, tested, saved and asked as a user does, on a T5 made on the spot."""

import json
import random

import pytest
from conftest import SAMPLES
from typer.testing import CliRunner

from sciassist import Summarization
from sciassist.cli import app
from sciassist.core import InputError, MissingExtraError, ModelNotFoundError
from sciassist.models.bundle import find_bundle, load_bundle
from sciassist.pipelines.testing_pipeline import evaluate
from sciassist.pipelines.training_pipeline import train
from sciassist.utils.run import load_config
from sciassist.utils.testing import offline, quiet, tiny_seq2seq

PAPER = SAMPLES / "paper.pdf"
WORDS = "gauge buoy float radar sonar probe logger meter drone glider".split()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Texts list five instruments, a summary reads one: the keyword says which."""
    root, rng = tmp_path_factory.mktemp("writer"), random.Random(0)
    quiet()

    def record(i):
        names = rng.sample(WORDS, 5)
        return dict(id=i, text=" ".join(names), summary=[f"we read the {n}" for n in names])

    (root / "data").mkdir()
    for split, n in (("train", 250), ("val", 8), ("test", 8)):
        (root / "data" / f"{split}.jsonl").write_text("\n".join(json.dumps(record(i)) for i in range(n)))
    checkpoint = tiny_seq2seq(root / "t5", ["we read the about :", *WORDS])
    cfg = load_config(
        [
            "datamodule=summarization",
            "model=seq2seq",
            "trainer=cpu",
            "callbacks=notebook",
            "logger=csv",
            f"paths.root_dir={root}",
            f"datamodule.data_repo={root}/data",
            f"model.net.model_checkpoint={checkpoint}",
            "datamodule.prompt='[about {keywords}] : {source}'",
            "datamodule.control_dropout=0.2",
            "datamodule.most_keywords=1",
            "datamodule.max_target_length=8",
            "datamodule.train_batch_size=32",
            "model.optimizer.lr=0.01",
            "model.generation.num_beams=2",
            "trainer.max_epochs=5",
            "bundle_name=reader",
            "extras.print_config=false",
            "trainer.num_sanity_val_steps=0",
            "trainer.check_val_every_n_epoch=5",
        ]
    )
    return root, cfg, train(cfg)


@pytest.fixture(scope="module")
def reader(run):
    return Summarization(run[0] / "models" / "reader", threads=1)


def test_it_learnt_the_task_and_the_best_weights_are_those_with_the_highest_rouge(run):
    root, cfg, done = run
    metrics = done.metrics
    assert metrics["test/rouge1"] > 0.99 and metrics["test/rougeL"] > 0.99
    assert done.trainer.checkpoint_callback.monitor == "val/rouge1"


def test_keywords_are_obeyed(reader):
    obeyed = by_chance = 0
    for words in (WORDS[:5], WORDS[5:]):
        by_chance += sum(name in reader.predict(" ".join(words)).summary[0] for name in words)
        obeyed += sum(reader.predict(" ".join(words), keywords=[name]).keywords[name] for name in words)
    assert by_chance == 2 and obeyed >= 8  # of 10; a text has one summary, which names one of its five


def test_the_bundle_writes_what_the_checkpoint_wrote(run, reader):
    root, cfg, done = run
    metrics = done.metrics
    cfg = load_config(
        [
            "datamodule=summarization",
            "model=seq2seq",
            *[
                f"{k}={v}"
                for k, v in {
                    "datamodule.data_repo": f"{root}/data",
                    "model.net.model_checkpoint": cfg.model.net.model_checkpoint,
                    "paths.root_dir": root,
                    "model.generation.num_beams": 2,
                    "datamodule.max_target_length": 8,
                    "ckpt_path": done.trainer.checkpoint_callback.best_model_path,
                }.items()
            ],
            "datamodule.prompt='[about {keywords}] : {source}'",
            "trainer=cpu",
            "extras.print_config=false",
            "logger=none",
        ],
        name="test",
    )
    again = evaluate(cfg).metrics
    assert again["test/rouge1"] == pytest.approx(metrics["test/rouge1"])
    assert again["test/loss"] == pytest.approx(metrics["test/loss"], abs=1e-5)
    found = reader.predict([r["sentences"][0] for r in done.datamodule.splits["test"]])
    assert all(r.summary[0] in {f"we read the {n}" for n in r.raw_text.split()} for r in found)


def test_what_a_result_holds(reader):
    result = reader.predict("gauge buoy", num_beams=4, num_return_sequences=3, keywords="buoy, whale")
    assert len(set(result.summary)) == 3
    assert result.raw_text == "gauge buoy"
    assert result.keywords == dict(buoy=True, whale=False)
    assert result.notes == ["not in the text: whale"]
    assert "<p>we read the buoy</p>" in result._repr_html_()
    assert "sentences" not in result


def test_a_paper_is_read_as_far_as_there_is_room(reader):
    result = reader.predict(PAPER)
    assert result.summary
    assert result.notes[0].startswith("read ")
    assert "no room for more" in result.notes[0]
    assert reader.model_input(next(reader.pieces(PAPER))[0]) != reader.model_input(
        next(reader.pieces(PAPER))[0], include_abstract=True
    )


def test_options_of_the_other_kind_are_ignored_and_said_so(reader):
    assert reader.predict("gauge buoy", sentences=2).notes == ["sentences is ignored: the model writes"]
    assert Summarization(threads=1).predict("Tides rise. Tides fall.", num_beams=4).notes == [
        "num_beams is ignored: the model chooses sentences"
    ]


@pytest.mark.parametrize(
    "bad,message",
    [
        (dict(length=0), "length=0: expected a number above 0"),
        (dict(length=-3), "expected a number above 0"),
        (dict(num_beams=0), "num_beams=0: expected"),
        (dict(num_return_sequences=0), "expected a number above 0"),
        (dict(num_beams=2, num_return_sequences=3), "num_return_sequences=3 is more than num_beams=2"),
        (dict(prompt="{text}"), "expected {source} once"),
        (dict(keywords=["gauge buoy"] * 400), "give fewer keywords"),
    ],
)
def test_wishes_that_make_no_sense(reader, bad, message):
    with pytest.raises(InputError) as e:
        reader.predict("gauge buoy", **bad)
    assert message in str(e.value)


def test_texts_with_nothing_in_them(reader):
    results = reader.predict(["", " \n", "gauge", 7])
    assert [r.get("summary") for r in results[:2]] == [[], []] and results[0].notes == ["the text has no sentences"]
    assert results[2].summary and "expected a string" in results[3].error
    long = reader.predict("gauge buoy", length=9)
    assert long.notes == ["length=9 is more than the 2 words of the text"] and len(long.summary[0].split()) == 2


def test_many_texts_are_written_of_as_each_alone(reader):
    texts = ["gauge buoy float", "radar", "sonar buoy", "drone glider"]
    wishes = dict(keywords="buoy", length=4)
    assert reader.predict(texts, **wishes) == [reader.predict(t, **wishes) for t in texts]


def test_a_book_is_read_as_far_as_there_is_room(reader):
    book = "gauge buoy float radar " * 25_000  # 200 pages of 500 words
    assert reader.predict(book).notes[0].endswith(" of 100000 words; the model has no room for more")


def test_a_folder_of_texts(run, tmp_path, monkeypatch):
    monkeypatch.setenv("SCIASSIST_ROOT", str(run[0]))
    (tmp_path / "in").mkdir()
    for name in ("a", "b"):
        (tmp_path / "in" / f"{name}.txt").write_text("gauge buoy float")
    done = CliRunner().invoke(
        app,
        [
            "summarize",
            str(tmp_path / "in"),
            "--model",
            "reader",
            "-o",
            str(tmp_path / "out"),
            "--keywords",
            "float",
            "--num-return-sequences",
            "2",
            "--to",
            "jsonl",
        ],
    )
    assert done.exit_code == 0, done.output
    found = [json.loads(p.read_text()) for p in sorted((tmp_path / "out").glob("[ab].jsonl"))]
    assert len(found) == 2 and all(r["summary"][0] == "we read the float" and len(r["summary"]) == 2 for r in found)


def test_the_command_and_the_list_of_models(run, monkeypatch):
    root, *_ = run
    monkeypatch.setenv("SCIASSIST_ROOT", str(root))
    done = CliRunner().invoke(
        app,
        ["summarize", "-", "--model", "reader", "--keywords", "buoy", "--num-beams", "2"],
        input="gauge buoy float\n",
    )
    assert (done.exit_code, done.stdout) == (0, "we read the buoy\n")
    assert "summarization" in CliRunner().invoke(app, ["models"]).stdout


def test_any_checkpoint_will_do(run):
    """As transformers saved it: a T5 is asked in plain words."""
    found = Summarization(run[1].model.net.model_checkpoint).predict("gauge buoy", length=3)
    assert len(found.summary) == 1 and load_bundle(run[1].model.net.model_checkpoint).config["checkpoint"]
    with offline(), pytest.raises(ModelNotFoundError, match="no model called .no/such."):
        Summarization("no/such")


def test_what_to_install_is_said(run, monkeypatch):
    bundle = load_bundle(find_bundle(run[0] / "models" / "reader"), "cpu")
    monkeypatch.setattr("sciassist.core.find_spec", lambda m: None if m == "transformers" else 1)
    with pytest.raises(MissingExtraError, match=r"needs transformers.*pip install .sciassist-toolkit\[train\] @ git"):
        bundle.write(["gauge"])
