"""Training from the command's point of view, with a network of a few thousand weights on records of our own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from omegaconf import OmegaConf
from pytorch_lightning import Callback

import sciassist.test
import sciassist.train
from sciassist.core import InputError, ModelNotFoundError
from sciassist.pipelines.testing_pipeline import evaluate
from sciassist.pipelines.training_pipeline import train
from sciassist.utils.run import load_config

AUTHORS = ["Okafor, N.", "Lindqvist, P. and Mori, S.", "Castillo, R. V.", "de Wit, H.", "Banerjee, A. and Kos, T."]
TITLES = [
    "Ranking short notes by hand",
    "A grammar of tide tables",
    "Slow trains and quick maps",
    "Counting lichens on slate",
]
JOURNALS = ["Annals of Small Things", "Journal of Coastal Letters", "Maps and Methods"]
QUIET = [
    "extras.print_config=false",
    "extras.ignore_warnings=true",
    "callbacks.progress_bar=null",
    "callbacks.model_summary=null",
    "trainer.num_sanity_val_steps=0",
]
SMALL = [
    "trainer=cpu",
    "datamodule=cora",
    "model=compact",
    "model.net.dim=4",
    "model.net.hidden_size=8",
    "model.net.layers=1",
    "datamodule.train_batch_size=8",
    "model.optimizer.lr=0.02",
    "seed=1",
]
ENV = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parent)}
UNLOGGED = ["hydra/job_logging=disabled", "hydra/hydra_logging=disabled"]  # keeps pytest's own logging as it is


def record(i):
    """The i-th invented reference, labelled as in CORA."""
    fields = [
        ("author", AUTHORS[i % 5]),
        ("title", TITLES[i % 4] + "."),
        ("journal", JOURNALS[i % 3] + ","),
        ("volume", f"{i % 9 + 1}:"),
        ("pages", f"{i + 10}-{i + 15},"),
        ("date", f"{1980 + i}."),
    ]
    pairs = [(token, label) for label, text in fields for token in text.split()]
    return {"id": str(i), "tokens": [t for t, _ in pairs], "tags": [label for _, label in pairs]}


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Networks this small run slower on several threads, above all where others want the cores, too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    for split, ids in dict(train=range(24), val=range(24, 32), test=range(32, 40)).items():
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(record(i)) + "\n" for i in ids), encoding="utf-8")
    return folder


@pytest.fixture
def small(data, tmp_path):
    """The overrides that all runs have in common."""
    return [*SMALL, *QUIET, f"datamodule.data_repo={data}", f"paths.root_dir={tmp_path}"]


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    """The root of a run by the command, and what it printed."""
    root = tmp_path_factory.mktemp("trained")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sciassist.train",
            *SMALL,
            *QUIET,
            f"datamodule.data_repo={data}",
            "trainer.max_epochs=15",
            "tags=[trial]",
        ],
        cwd=root,
        env={**ENV, "SCIASSIST_ROOT": str(root)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return root, done


class Kill(Callback):
    """Die in the middle of an epoch, as if the machine went down."""

    def __init__(self, epoch, batch):
        self.at = epoch, batch

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        if (trainer.current_epoch, batch_idx) == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


class Losses(Callback):
    """Remember the loss of each step, and what a step saw."""

    def __init__(self):
        self.losses, self.batches = [], []

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        self.losses.append(float(outputs["loss"]))
        self.batches.append(batch["input_ids"].flatten().tolist())


def figures(stdout, metric):
    """The cells of one row of the printed table."""
    return next(line for line in stdout.splitlines() if f" {metric} " in line).replace("│", " ").split()[1:]


def without_callbacks(overrides):
    return [o for o in overrides if not o.startswith("callbacks.")]


def weights(run):
    return run.model.state_dict()


def callback(run, name):
    """That of the run's callbacks whose class has this name; configs and tests import it as different modules."""
    return next(c for c in run.trainer.callbacks if type(c).__name__ == name)


def test_the_command_trains_tests_saves_and_reports(trained):
    root, done = trained
    (run,) = (root / "logs" / "train" / "runs").iterdir()
    assert {p.name for p in run.iterdir()} >= {"checkpoints", "config.yaml", ".hydra", "csv", "train.log"}
    assert {p.name for p in (run / "checkpoints").iterdir()} == {"best.ckpt", "last.ckpt"}
    assert OmegaConf.load(run / "config.yaml").paths.output_dir == str(run)
    loss, span = figures(done.stdout, "loss"), figures(done.stdout, "span_f1")
    assert len(loss) == 3
    assert all(float(x) < 1.5 for x in loss)
    assert float(span[-1]) > 0.5
    assert f"saved in {root}/models/compact" in done.stderr and "\x1b[" not in done.stderr + done.stdout
    assert (root / "models" / "compact").is_dir()


def test_the_bundle_predicts_and_its_card_tells_where_it_comes_from(trained):
    from sciassist import ReferenceStringParsing

    folder, one = trained[0] / "models" / "compact", record(33)
    result = ReferenceStringParsing(model=str(folder), device="cpu").predict(" ".join(one["tokens"]))
    assert result["tokens"] == one["tokens"]
    assert sum(a == b for a, b in zip(result["tags"], one["tags"])) > 0.8 * len(one["tags"])
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "python -m sciassist.train trainer=cpu datamodule=cora" in card and "| test/span_f1 |" in card


def test_a_pretrained_encoder_from_a_folder(small, tmp_path):
    """As from the hub: a folder with config, weights and tokenizer."""
    from sciassist.models.bundle import load_bundle
    from sciassist.utils.testing import tiny_checkpoint

    folder = tiny_checkpoint(tmp_path / "bert", [" ".join(record(i)["tokens"]) for i in range(40)])
    cfg = load_config(
        [
            *[o for o in small if not o.startswith("model")],
            "model=cora",
            f"model.net.model_checkpoint={folder}",
            "trainer.max_epochs=1",
            "bundle_name=tiny",
            "logger=none",
        ]
    )
    assert 0 <= train(cfg).metrics["test/f1"] <= 1 and load_bundle(str(tmp_path / "models" / "tiny"))


def test_a_bundle_is_not_overwritten_unasked(trained, capsys):
    args = [*SMALL, *QUIET, *UNLOGGED, f"paths.root_dir={trained[0]}"]
    with pytest.raises(SystemExit, match="compact exists already. Pass overwrite=true"):
        sciassist.train.main(args)
    assert capsys.readouterr().out == ""


def test_training_leaves_the_standard_error_of_others_open(trained, capsys):
    """Hydra configures logging anew, which makes absl close what it took for its own."""
    absl = pytest.importorskip("absl.logging")
    stream = absl.get_absl_handler().python_handler.stream
    with pytest.raises(SystemExit):
        sciassist.train.main([*SMALL, *QUIET, *UNLOGGED, f"paths.root_dir={trained[0]}"])
    assert not stream.closed


def test_the_mean_of_two_runs(trained, small, tmp_path):
    from sciassist.models.bundle import load_network

    first, more = (
        str(trained[0] / "models" / "compact"),
        ["trainer.max_epochs=1", "logger=none", "test=false", f"average=[{trained[0]}/models/compact]"],
    )
    run = train(load_config([*small, *more, "bundle_name=mean"]))
    alone = torch.load(run.best_checkpoint, weights_only=True)["state_dict"]
    mean = load_network(tmp_path / "models" / "mean").state_dict()
    assert all(
        torch.allclose(v, (alone[f"net.{k}"] + w) / 2, atol=1e-6)
        for (k, v), w in zip(mean.items(), load_network(first).state_dict().values())
    )
    assert f"{run.metrics['val/span_f1']:.4f}" in (tmp_path / "models" / "mean" / "README.md").read_text(
        encoding="utf-8"
    )
    with pytest.raises(InputError, match="that model's network is not the one"):
        train(load_config([*small, *more, "model.net.hidden_size=4", "bundle_name=other"]))
    with pytest.raises(ModelNotFoundError, match="no model called 'lost'"):
        train(load_config([*small, "average=[lost]"]))


def test_a_last_run_on_the_validation_records_too(trained, small, tmp_path):
    """Nothing is validated, the last weights are kept, and scores are calibrated as in the model it starts from."""
    from sciassist.models.bundle import load_bundle

    start = trained[0] / "models" / "compact"
    run = train(
        load_config(
            [
                *[o for o in small if not o.startswith("model")],
                "model=finetune",
                f"model.net.name={start}",
                "trainer.max_epochs=1",
                "logger=none",
                "datamodule.train_on_val=true",
                "bundle_name=last",
            ]
        )
    )
    splits, metrics = run.datamodule.splits, run.metrics
    assert (len(splits["train"]), len(splits["val"])) == (32, 0)
    assert not any(name.startswith("val/") for name in metrics)
    assert "test/span_f1" in metrics
    assert load_bundle(tmp_path / "models" / "last").calibration == load_bundle(start).calibration


def test_models_are_found_where_runs_of_the_same_root_save_them(small):
    tiny = [*small, "trainer.max_epochs=1", "logger=none", "test=false"]
    train(load_config([*tiny, "bundle_name=first"]))
    second = train(
        load_config(
            [
                *[o for o in tiny if not o.startswith("model")],
                "model=finetune",
                "model.net.name=first",
                "average=[first]",
                "bundle_name=second",
            ]
        )
    )
    cfg = OmegaConf.load(second.folder / "config.yaml")
    assert cfg.model.net.name == cfg.average[0] == str(Path(cfg.paths.models_dir) / "first")


def test_a_checkpoint_is_evaluated_with_the_settings_of_its_run(trained, tmp_path, capsys):
    root, done = trained
    (ckpt,) = root.glob("logs/train/runs/*/checkpoints/best.ckpt")
    sciassist.test.main([f"ckpt_path={ckpt}", *QUIET[:2], *UNLOGGED, f"paths.root_dir={tmp_path}"])
    said = capsys.readouterr().out
    for metric in ("loss", "f1", "span_f1"):
        assert figures(said, metric)[-1] == figures(done.stdout, metric)[-1]


def test_evaluate_on_other_data(trained, tmp_path):
    (tmp_path / "test.jsonl").write_text("".join(json.dumps(record(i)) + "\n" for i in range(3)), encoding="utf-8")
    (ckpt,) = trained[0].glob("logs/train/runs/*/checkpoints/best.ckpt")
    run = evaluate(
        load_config(
            [
                *SMALL,
                f"datamodule.data_repo={tmp_path}",
                "logger=none",
                f"ckpt_path={ckpt}",
                f"paths.root_dir={tmp_path}",
            ],
            name="test",
        )
    )
    assert len(run.datamodule.data["test"]) == 3
    assert run.metrics and all(name.startswith("test/") for name in run.metrics)


@pytest.mark.parametrize("debug,epochs", [("fdr", 1), ("step", 1), ("limit", 3), ("overfit", 20), ("profiler", 1)])
def test_debug(debug, epochs, small):
    cfg = load_config([*without_callbacks(small), f"debug={debug}"])
    cfg.callbacks = {"losses": {"_target_": "test_training.Losses"}}
    run = train(cfg)
    trainer, seen, metrics = run.trainer, callback(run, "Losses"), run.metrics
    assert trainer.current_epoch == epochs and {"train/loss", "val/loss", "test/loss"} <= metrics.keys()
    assert not Path(cfg.paths.models_dir).exists() and not trainer.loggers or debug == "fdr"
    if debug in ("fdr", "step"):
        assert len(seen.losses) == 1
    if debug == "overfit":
        assert seen.losses[-1] < 0.5 * seen.losses[0]
    if debug == "profiler":
        assert "run_training_epoch" in (Path(cfg.paths.output_dir) / "fit-profile.txt").read_text()


def test_debug_test_only(small):
    run = train(load_config([*without_callbacks(small), "debug=test_only"]))
    assert set(run.metrics) >= {"test/loss", "test/f1"} and run.bundle is None


def test_a_killed_run_resumes_as_if_nothing_had_happened(small, data, tmp_path):
    four = ["trainer.max_epochs=4", "save_bundle=false"]
    one = train(load_config([*small, *four]))
    run = tmp_path / "run"
    kill = "+callbacks.kill={_target_: test_training.Kill, epoch: 2, batch: 1}"
    done = subprocess.run(
        [sys.executable, "-m", "sciassist.train", *small, *four, kill, f"hydra.run.dir={run}"],
        capture_output=True,
        env=ENV,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    two = train(load_config([*small, *four, f"ckpt_path={run}/checkpoints/last.ckpt"]))
    assert two.metrics == pytest.approx(one.metrics, abs=0) and two.trainer.current_epoch == 4
    assert all(torch.equal(a, b) for a, b in zip(weights(one).values(), weights(two).values(), strict=True))
    last = [
        torch.load(folder / "last.ckpt")["state_dict"] for folder in (one.folder / "checkpoints", run / "checkpoints")
    ]
    assert all(torch.equal(last[0][k], last[1][k]) for k in last[0])


def test_each_epoch_has_its_own_order_and_the_seed_decides(small):
    def run(seed):
        cfg = load_config(
            [
                *without_callbacks(small),
                "trainer.max_epochs=2",
                "save_bundle=false",
                "test=false",
                "logger=none",
                f"seed={seed}",
            ]
        )
        cfg.callbacks = {"losses": {"_target_": "test_training.Losses"}}
        seen = callback(train(cfg), "Losses")
        return seen.batches, seen.losses

    (batches, losses), again, other = run(1), run(1), run(2)
    assert batches[:3] != batches[3:]
    assert (batches, losses) == again
    assert other[0] != batches


def test_search(small, capsys):
    """Two trials by Optuna; its result names the parameters and the value of the better one."""
    sciassist.train.main(
        [
            *[o for o in small if not o.startswith(("model.optimizer.lr", "datamodule.train_batch"))],
            "hparams_search=optuna",
            "hydra.sweeper.n_trials=2",
            "trainer.max_epochs=1",
            "logger=none",
            "optimized_metric=val/loss",
            "monitor_mode=min",
            "monitor=val/loss",
            *UNLOGGED,
        ]
    )
    root = Path(next(o for o in small if o.startswith("paths.root_dir=")).partition("=")[2])
    (sweep,) = (root / "logs" / "train" / "multiruns").iterdir()
    result = OmegaConf.load(sweep / "optimization_results.yaml")
    losses = [float(figures(table, "loss")[1]) for table in capsys.readouterr().out.split("metric")[1:]]
    assert set(result.best_params) == {"model.optimizer.lr", "datamodule.train_batch_size"} and len(losses) == 2
    assert result.best_value == pytest.approx(min(losses), abs=1e-4)
    assert {p.name for p in sweep.iterdir() if p.is_dir()} == {"0", "1"} and not (root / "models").exists()


def test_search_by_a_metric_that_is_not_there(small):
    with pytest.raises(SystemExit, match="optimized_metric=val/luck was not logged. There are: .*val/loss"):
        sciassist.train.main(
            [
                *without_callbacks(small),
                "hparams_search=optuna",
                "hydra.sweeper.n_trials=1",
                "debug=fdr",
                "optimized_metric=val/luck",
                *UNLOGGED,
            ]
        )


@pytest.mark.parametrize(
    "logger,file",
    [
        ("none", None),
        ("csv", "csv/version_0/metrics.csv"),
        ("many_loggers", "csv/version_0/metrics.csv"),
        ("comet", "comet/*.zip"),
        ("neptune", ".neptune/offline/run__*/data-1.log"),
        ("tensorboard", "tensorboard/version_0/events.*"),
        ("mlflow", "mlflow.db"),
        ("wandb", "wandb/offline-run-*/*.wandb"),
    ],
)
def test_logger(logger, file, small, tmp_path, monkeypatch):
    monkeypatch.setenv("COMET_START_ONLINE", "0")
    monkeypatch.chdir(tmp_path)
    if logger in ("mlflow", "wandb", "comet", "neptune"):
        pytest.importorskip({"comet": "comet_ml"}.get(logger, logger))
    offline = {"wandb": ["logger.wandb.offline=true"], "neptune": ["logger.neptune.mode=offline"]}.get(logger, [])
    run = train(
        load_config(
            [
                *small,
                f"logger={logger}",
                "trainer.max_epochs=1",
                "save_bundle=false",
                "trainer.log_every_n_steps=1",
                *offline,
            ]
        )
    )
    out = run.folder
    if file is None:
        assert not run.trainer.loggers
        assert {p.name for p in out.iterdir()} == {
            "checkpoints",
            "config.yaml",
            "confusion.png",
        }
    else:
        folder = {"mlflow": out.resolve().parents[2], "neptune": tmp_path}.get(logger, out)
        found = list(folder.glob(file))
        assert found and (logger != "neptune" or len(found) == 1)  # One run for training and test
    if logger == "wandb":
        import wandb

        assert wandb.run is None  # closed, so that a next run does not write into it


@pytest.mark.parametrize("launcher", ["joblib", "submitit_local"])
def test_a_sweep_in_processes_of_its_own(launcher, small, tmp_path):
    """Two runs at a time; each has its folder, its seed and its figures."""
    limits = (
        ["hydra.launcher.n_jobs=2"]
        if launcher == "joblib"
        else ["hydra.launcher.cpus_per_task=1", "hydra.launcher.timeout_min=5"]
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sciassist.train",
            "-m",
            *[o for o in small if not o.startswith("seed")],
            f"hydra/launcher={launcher}",
            *limits,
            "seed=1,2",
            "trainer.max_epochs=1",
            "bundle_name=seed-${seed}",
            "bundle_options.onnx=false",
        ],
        env=ENV,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    (sweep,) = (tmp_path / "logs" / "train" / "multiruns").iterdir()
    assert [OmegaConf.load(sweep / i / "config.yaml").seed for i in "01"] == [1, 2]
    assert {p.name for p in (tmp_path / "models").iterdir()} == {"seed-1", "seed-2"}
    tables = [(sweep / i / "csv" / "version_0" / "metrics.csv").read_text(encoding="utf-8") for i in "01"]
    assert all("val/span_f1" in t for t in tables) and tables[0] != tables[1]


def test_two_processes_of_torchrun_train_together(small, tmp_path):
    """As on a cluster: torchrun starts the processes, which meet over gloo."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nproc-per-node",
            "2",
            "-m",
            "sciassist.train",
            *small,
            "trainer=ddp",
            "trainer.accelerator=cpu",
            "trainer.devices=2",
            "trainer.max_epochs=1",
            f"hydra.run.dir={tmp_path}/run",
            "bundle_options.onnx=false",
        ],
        env=ENV,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "distributed_backend=gloo" in done.stderr and "Starting with 2 processes" in done.stderr
    assert len(figures(done.stdout, "loss")) == 3 and done.stdout.count("┡") == 1
    assert (tmp_path / "run" / "checkpoints" / "best.ckpt").is_file() and (tmp_path / "models" / "compact").is_dir()


def test_a_job_that_is_started_again_goes_on(small, tmp_path):
    """The same command twice, as a cluster gives it again to a job that it stopped."""

    def start(epochs):
        cfg = load_config([*small, f"trainer.max_epochs={epochs}", "save_bundle=false", "test=false", "ckpt_path=last"])
        cfg.paths.output_dir = str(tmp_path / "run")
        return train(cfg)

    assert start(1).ckpt_path is None
    again = start(3)
    assert again.ckpt_path.endswith("last.ckpt")
    assert (again.trainer.current_epoch, again.trainer.global_step) == (3, 9)


def test_two_processes_train_together(small, tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "sciassist.train",
            *small,
            "trainer=ddp",
            "trainer.accelerator=cpu",
            "trainer.devices=2",
            "trainer.max_epochs=1",
            "logger=csv",
        ],
        env=ENV,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    assert len(figures(done.stdout, "loss")) == 3 and done.stdout.count("┡") == 1
    assert (tmp_path / "models" / "compact").is_dir()


def test_requests_that_cannot_work(small, tmp_path):
    with pytest.raises(InputError, match="ckpt_path=.*lost.ckpt does not exist"):
        train(load_config([*small, f"ckpt_path={tmp_path}/lost.ckpt"]))
    with pytest.raises(InputError, match="train=false leaves nothing to test"):
        train(load_config([*small, "train=false"]))
    with pytest.raises(SystemExit, match="needs 99 GPUs"):
        sciassist.train.main([*small, *UNLOGGED, "trainer=gpu", "trainer.devices=99"])
    with pytest.raises(SystemExit, match="no-such-data"):
        sciassist.train.main([*small, *UNLOGGED, "datamodule.data_repo=./no-such-data"])


def test_overrides_in_the_folder_of_a_run_are_data(trained, tmp_path, capsys):
    """A folder that names what is to be called is refused, and nothing is called."""
    (ckpt,) = trained[0].glob("logs/train/runs/*/checkpoints/best.ckpt")
    run = tmp_path / "run"
    (run / "checkpoints").mkdir(parents=True)
    (run / "checkpoints" / "x.ckpt").write_bytes(ckpt.read_bytes())
    (run / ".hydra").mkdir()
    for evil in ("++model.zz._target_=os.abort", "model.optimizer._target_=os.abort", "+model.zz=1"):
        (run / ".hydra" / "overrides.yaml").write_text(f"['{evil}']")
        with pytest.raises(SystemExit, match="a folder may only change values"):
            sciassist.test.main([f"ckpt_path={run}/checkpoints/x.ckpt", *UNLOGGED, f"paths.root_dir={tmp_path}"])


def test_a_checkpoint_with_objects_is_refused(trained, small, tmp_path):
    (ckpt,) = trained[0].glob("logs/train/runs/*/checkpoints/last.ckpt")
    state = torch.load(ckpt, weights_only=True) | {"where": Path("a")}
    torch.save(state, tmp_path / "objects.ckpt")
    with pytest.raises(InputError, match="holds Python objects besides weights .*trust_checkpoint=true"):
        train(load_config([*small, f"ckpt_path={tmp_path}/objects.ckpt"]))
