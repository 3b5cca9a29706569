"""An encoder is pre-trained on texts without labels and then on labels, as a user does it."""

import json
import random
from importlib.resources import files

import pytest
import torch
from typer.testing import CliRunner

from sciassist.cli import app
from sciassist.core import DataNotFoundError, InputError
from sciassist.datamodules.raw_text import RawTextDataModule, load_texts
from sciassist.models.bundle import trained_models
from sciassist.models.components.encoders import PretrainedEncoder
from sciassist.pipelines.training_pipeline import train
from sciassist.utils.run import load_config
from sciassist.utils.testing import quiet, tiny_checkpoint

READS = dict(gauge="rain", buoy="waves", radar="clouds", sonar="depth", probe="salt", drone="ice")


def lines(n, seed=0):
    rng = random.Random(seed)
    return [" ; ".join(f"{k} reads {READS[k]}" for k in rng.sample([*READS], 2)) for _ in range(n)]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    root = tmp_path_factory.mktemp("texts")
    quiet()
    (root / "data").mkdir()
    for split, n in (("train", 160), ("val", 40), ("test", 40)):
        (root / "data" / f"{split}.txt").write_text("\n".join(lines(n, split)))
    tiny_checkpoint(root / "bert", ["reads ;", *READS, *READS.values()], hidden_size=64)
    return root


def run(place, name, *overrides):
    return train(
        load_config(
            [
                "datamodule=raw_text",
                f"datamodule.data_repo={place}/data",
                "model=masked_language",
                f"model.net.model_checkpoint={place}/bert",
                "model.optimizer.lr=0.003",
                "trainer=cpu",
                "callbacks=default",
                "logger=csv",
                f"paths.root_dir={place}",
                f"paths.output_dir={place}/runs/{name}",
                f"bundle_name={name}",
                "extras.print_config=false",
                "trainer.max_epochs=2",
                "trainer.num_sanity_val_steps=0",
                *overrides,
            ]
        )
    )


@pytest.fixture(scope="module")
def trained(place):
    return run(place, "whole")


def test_it_learns_and_leaves_a_checkpoint_with_a_card(place, trained):
    assert trained.trainer.checkpoint_callback.monitor == "val/accuracy"
    assert trained.metrics["test/accuracy"] > 0.3
    folder = place / "models" / "whole"
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "to be trained from by `model_checkpoint`" in card
    assert "test/accuracy" in card
    assert str(place) not in card
    assert not list(folder.glob("*.bin")) and (folder / "model.safetensors").is_file()
    before, after = (PretrainedEncoder.from_pretrained(p).state_dict() for p in (place / "bert", folder))
    assert before.keys() == after.keys() and any(not torch.equal(before[k], after[k]) for k in before)


def test_a_tagger_starts_from_it(place, trained):
    rows = [
        dict(tokens=line.split(), tags=["B-THING" if w in READS.values() else "O" for w in line.split()])
        for line in lines(30)
    ]
    (place / "labelled.jsonl").write_text("\n".join(map(json.dumps, rows)))
    tagged = train(
        load_config(
            [
                "datamodule=ner",
                f"datamodule.data_repo={place}/labelled.jsonl",
                "model=ner",
                f"model.net.model_checkpoint={place}/models/whole",
                "model.optimizer.lr=0.003",
                "trainer=cpu",
                "callbacks=notebook",
                "logger=csv",
                f"paths.root_dir={place}",
                "bundle_name=tagger",
                "extras.print_config=false",
                "trainer.max_epochs=4",
                "bundle_options.onnx=false",
            ]
        )
    )
    assert tagged.metrics["val/span_f1"] > 0.9
    assert [*trained_models(place / "models")] == ["tagger"]  # the checkpoint is no model that predicts


def test_a_resumed_run_masks_the_same_words(place, trained):
    run(place, "half", "trainer.max_epochs=1", "+trainer.limit_test_batches=0", "model.scheduler=null")
    whole = run(place, "plain", "model.scheduler=null")
    resumed = run(
        place, "half", "model.scheduler=null", "overwrite=true", f"ckpt_path={place}/runs/half/checkpoints/last.ckpt"
    )
    assert resumed.metrics["test/loss"] == pytest.approx(whole.metrics["test/loss"], abs=1e-6)


def test_papers_become_texts(place, tmp_path):
    done = CliRunner().invoke(
        app, ["read", str(files("sciassist") / "samples" / "paper.pdf"), "--to", "text", "--out", f"{tmp_path}/texts/"]
    )
    assert done.exit_code == 0, done.output
    found = load_texts(tmp_path / "texts")
    assert sum(map(len, found.values())) > 10
    assert any("Garfield" in r["text"] for rs in found.values() for r in rs)


def test_several_places_are_one_set(place):
    dm = RawTextDataModule(
        [f"{place}/data", str(files("sciassist") / "samples" / "entities.jsonl")], f"{place}/bert", max_length=16
    )
    dm.setup()
    assert len(dm.splits["val"]) >= 40
    assert len(dm.splits["train"]) > 200
    assert all(len(ids) <= 16 for part in dm.data.values() for ids, _ in part)


def test_bad_input(place, tmp_path):
    with pytest.raises(InputError, match="no .txt or .jsonl files"):
        load_texts(tmp_path)
    with pytest.raises(DataNotFoundError):
        load_texts(tmp_path / "nowhere" / "at" / "all")
    (tmp_path / "train.jsonl").write_text('{"text": "Tides."}\n{"text": ""}\n')
    with pytest.raises(InputError, match="train.jsonl:2: the record has no text"):
        load_texts(tmp_path)
