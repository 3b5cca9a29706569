"""SciAssist's development guide, followed to the letter: classes that know nothing of ours, and mixed pairs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from omegaconf import OmegaConf

import sciassist.train
from sciassist.core import InputError
from sciassist.pipelines.training_pipeline import train
from sciassist.utils.run import load_config

ROOT = Path(__file__).parent.parent
DATAMODULE = '''
import torch
from pytorch_lightning import LightningDataModule
from torch.utils.data import DataLoader, TensorDataset


class MyDataModule(LightningDataModule):
    def __init__(self, data_repo, train_batch_size, num_workers, pin_memory, data_cache_dir):
        super().__init__()
        self.size, self.folder = train_batch_size, data_cache_dir

    def prepare_data(self):
        pass

    def setup(self, stage):
        points = torch.randn(64, 28 * 28, generator=torch.Generator().manual_seed(0))
        self.data = TensorDataset(points, (points[:, 0] > 0).long())

    def train_dataloader(self):
        return DataLoader(self.data, self.size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.data, 32)

    def test_dataloader(self):
        return DataLoader(self.data, 32)
'''
MODULE = '''
import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self, model_checkpoint, output_size, cache_dir, save_name, model_dir):
        super().__init__()
        self.l1, self.names = nn.Linear(28 * 28, output_size), (cache_dir, save_name, model_dir)

    def forward(self, x):
        return self.l1(x)


class LitModel(pl.LightningModule):
    def __init__(self, lr, model):
        super().__init__()
        self.lr, self.model = lr, model

    def forward(self, x):
        return torch.relu(self.model(x.view(x.size(0), -1)))

    def step(self, batch, split):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log(f"{split}/loss", loss)
        return loss

    def training_step(self, batch, batch_idx):
        return self.step(batch, "train")

    def validation_step(self, batch, batch_idx):
        return self.step(batch, "val")

    def test_step(self, batch, batch_idx):
        return self.step(batch, "test")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.lr)
'''
DATAMODULE_YAML = """
_target_: guide_src.my_datamodule.MyDataModule
data_repo: "myvision/cora-dataset-final"
train_batch_size: 8
num_workers: 0
pin_memory: False
data_cache_dir:  ${paths.data_dir}/new_task/
"""
MODEL_YAML = """
_target_: guide_src.my_module.LitModel
lr: 2e-2
model:
  _target_: guide_src.my_module.Net
  model_checkpoint: "allenai/scibert_scivocab_uncased"
  output_size: 13
  cache_dir: ${paths.root_dir}/.cache/
  save_name: ${model_name}
  model_dir: ${paths.model_dir}
"""
TRAINER_YAML = """
_target_: pytorch_lightning.Trainer
accelerator: 'cpu'
devices: 1
min_epochs: 1
max_epochs: 2
resume_from_checkpoint: null
"""
QUIET = ["extras.print_config=false", "callbacks=notebook", "logger=none", "seed=1"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The files that the guide has a reader type."""
    root = tmp_path_factory.mktemp("guide")
    files = {
        "guide_src/__init__.py": "",
        "guide_src/my_datamodule.py": DATAMODULE,
        "guide_src/my_module.py": MODULE,
        "configs/datamodule/dataconfig.yaml": DATAMODULE_YAML,
        "configs/model/modelconfig.yaml": MODEL_YAML,
        "configs/trainer/guide.yaml": TRAINER_YAML,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    sys.path.insert(0, str(root))
    yield root
    sys.path.remove(str(root))


def config(project, tmp_path, *overrides):
    return load_config([*QUIET, f"paths.root_dir={tmp_path}", *overrides], config_dir=project / "configs")


def test_the_guide_as_it_is_typed(project, tmp_path):
    """`python train.py trainer=... datamodule=dataconfig model=modelconfig`, in a folder of the reader's."""
    typed = ["datamodule=dataconfig", "model=modelconfig", "trainer=guide"]
    done = subprocess.run(
        [sys.executable, "-m", "sciassist.train", "--config-dir", "configs", *typed, f"paths.root_dir={tmp_path}"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "no bundle was saved, for a LitModel does not say how: give it a method save(" in done.stderr
    (row,) = [line for line in done.stdout.splitlines() if " loss " in line]
    assert len(row.replace("│", " ").split()) == 4  # the metric, and three splits
    (run,) = (tmp_path / "logs" / "train" / "runs").iterdir()
    assert {p.name for p in (run / "checkpoints").iterdir()} == {"best.ckpt", "last.ckpt"}
    made = OmegaConf.load(run / "config.yaml").model.model
    assert (made.save_name, made.model_dir) == ("modelconfig", str(tmp_path / "models"))


def test_a_module_that_says_how_it_is_saved(project, tmp_path):
    import guide_src.my_module

    def save(self, datamodule, folder, card):
        folder.mkdir(parents=True)
        torch.save(self.state_dict(), folder / "weights.pt")

    guide_src.my_module.LitModel.save = save
    try:
        typed = ["datamodule=dataconfig", "model=modelconfig", "trainer=guide", "bundle_name=mine"]
        run = train(config(project, tmp_path, *typed))
    finally:
        del guide_src.my_module.LitModel.save
    assert run.bundle == tmp_path / "models" / "mine"
    assert (run.bundle / "weights.pt").is_file()


def test_resuming_by_the_former_name(project, tmp_path):
    typed = ["datamodule=dataconfig", "model=modelconfig", "trainer=guide"]
    first = train(config(project, tmp_path, *typed, "trainer.max_epochs=1"))
    last = first.folder / "checkpoints" / "last.ckpt"
    again = train(config(project, tmp_path, *typed, f"trainer.resume_from_checkpoint={last}"))
    assert again.ckpt_path == str(last)
    assert again.trainer.current_epoch == 2


def test_resuming_with_a_plain_loader_changes_nothing(project, tmp_path):
    """The order of an epoch of a DataLoader(shuffle=True) depends on the seed and the epoch, not on the past."""
    typed = ["datamodule=dataconfig", "model=modelconfig", "trainer=guide", "save_bundle=false", "test=false"]
    whole = train(config(project, tmp_path / "whole", *typed, "trainer.max_epochs=4"))
    half = train(config(project, tmp_path / "half", *typed, "trainer.max_epochs=2"))
    last = half.folder / "checkpoints" / "last.ckpt"
    resumed = train(config(project, tmp_path / "half", *typed, "trainer.max_epochs=4", f"ckpt_path={last}"))
    states = (run.trainer.model.state_dict() for run in (whole, resumed))
    assert all(torch.equal(a, b) for a, b in zip(*(state.values() for state in states), strict=True))
    assert not torch.equal(half.model.model.l1.weight, whole.model.model.l1.weight)


def test_no_metrics_logged(capsys):
    sciassist.train.report({}, "mine")
    assert "No metrics were logged" in capsys.readouterr().out


MIXED = {
    "ner": "needs a datamodule with labels, conventions, tokenizer, splits, which MyDataModule has not",
    "compact": "TokenClassificationModule needs a datamodule with labels",
    "text_classifier": "TextClassificationModule needs a datamodule with labels, tokenizer, splits, which MyDataModule",
    "ranker": "RankerModule needs a datamodule with tokenizer, which MyDataModule has not",
    "seq2seq": "Seq2SeqModule needs a datamodule with hparams.max_source_length",
    "masked_language": "MaskedLanguageModule needs a datamodule with mask_id",
}


@pytest.mark.parametrize("model", MIXED)
def test_a_plain_datamodule_with_a_model_of_ours(model, project, tmp_path):
    typed = ["datamodule=dataconfig", f"model={model}", "trainer=cpu", "save_bundle=false"]
    with pytest.raises(InputError) as caught:
        train(config(project, tmp_path, *typed))
    assert MIXED[model] in str(caught.value)


def test_a_datamodule_of_ours_with_a_plain_model(project, tmp_path):
    (tmp_path / "texts.csv").write_text("text,label\n" + "".join(f"note {i},{'ab'[i % 2]}\n" for i in range(40)))
    typed = ["datamodule=texts", f"datamodule.data_repo={tmp_path}/texts.csv", "model=modelconfig", "trainer=guide"]
    with pytest.raises(InputError) as caught:
        train(config(project, tmp_path, *typed))
    message = str(caught.value)
    assert "LitModel cannot read the batches of TextClassificationDataModule" in message
    assert "my_module.py, line" in message


def test_keys_of_the_guide_that_our_networks_do_not_take(project, tmp_path):
    for key, hint in {
        "output_size=13": "For output_size, the labels of the data decide it",
        "cache_dir=.cache": "For cache_dir, pass paths.cache_dir=FOLDER",
        "save_name=mine": "For save_name, pass bundle_name=NAME",
        "model_dir=models": "For model_dir, pass paths.models_dir=FOLDER",
        "dropuot=0.1": "Is it dropout?",
    }.items():
        with pytest.raises(InputError) as caught:
            train(config(project, tmp_path, "datamodule=dataconfig", "model=cora", f"+model.net.{key}"))
        assert hint in str(caught.value)
        assert "It takes num_labels, model_checkpoint, head" in str(caught.value)


SEEING = '''
import json
import json
import os
from pathlib import Path

import torch
from guide_src.my_module import LitModel


class Seeing(LitModel):
    """Writes down what each process is given to train on."""

    def __init__(self, lr, model, seen):
        super().__init__(lr, model)
        self.seen = Path(seen)

    def training_step(self, batch, batch_idx):
        self.seen.mkdir(parents=True, exist_ok=True)
        rows = batch[0] if isinstance(batch, (list, tuple)) else batch["labels"]
        with (self.seen / f"{self.global_rank}.jsonl").open("a") as f:
            f.writelines(json.dumps([self.current_epoch, row.flatten()[:2].tolist()]) + "\\n" for row in rows)
        return sum(p.sum() for p in self.parameters()) * 0

    def validation_step(self, batch, batch_idx):
        pass

    test_step = validation_step
'''


@pytest.mark.parametrize("whose", ["plain", "ours"])
def test_two_processes_share_the_data(whose, project, tmp_path):
    """Each gets its half, of a datamodule that knows nothing of processes as of one that deals out its batches."""
    (project / "guide_src" / "seeing.py").write_text(SEEING)
    data = ["datamodule=dataconfig"]
    if whose == "ours":
        (tmp_path / "texts").mkdir()
        rows = "".join(f"note {i},label{i}\n" for i in range(64))
        for split in ("train", "val", "test"):
            (tmp_path / "texts" / f"{split}.csv").write_text(f"text,label\n{rows}")
        data = ["datamodule=texts", f"datamodule.data_repo={tmp_path}/texts", "datamodule.train_batch_size=8"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "sciassist.train", "--config-dir", "configs", *data, "model=modelconfig"),
            *("model._target_=guide_src.seeing.Seeing", f"+model.seen={tmp_path}/seen", f"paths.root_dir={tmp_path}"),
            *("trainer=ddp", "trainer.accelerator=cpu", "trainer.devices=2", "trainer.max_epochs=2"),
            *("logger=none", "callbacks=none", "extras.print_config=false"),
        ],
        cwd=project,
        env={**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = [(tmp_path / "seen" / f"{rank}.jsonl").read_text().splitlines() for rank in (0, 1)]
    for epoch in (0, 1):
        first, second = ([row for e, row in map(json.loads, part) if e == epoch] for part in lines)
        assert (len(first), len(second)) == (32, 32)
        assert len({tuple(row) for row in first + second}) == 64
    assert [row for e, row in map(json.loads, lines[0]) if e == 0] != [row for e, row in map(json.loads, lines[0]) if e]
