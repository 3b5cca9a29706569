"""Every config of every group composes, names things that exist, and can be instantiated."""

import inspect
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import hydra
import pytest
from hydra.utils import get_object, instantiate
from omegaconf import OmegaConf

import sciassist.configs
from sciassist.core import default_paths, gpu_count
from sciassist.utils.instantiators import instantiate_each
from sciassist.utils.run import load_config

CONFIGS = Path(sciassist.configs.__file__).parent
GROUPS = "callbacks datamodule debug experiment extras hparams_search hydra local logger model paths trainer".split()
CHOICES = [
    (f.parent.name, f.stem) for f in sorted(CONFIGS.glob("*/*.yaml")) if (f.parent.name, f.stem) != ("local", "default")
]
GLOBAL = [c for c in CHOICES if c[0] in ("debug", "experiment", "hparams_search", "local")]


def compose(*overrides, name="train"):
    """The whole config, Hydra's own part included."""
    with hydra.initialize_config_module(version_base="1.3", config_module="sciassist.configs"):
        return hydra.compose(name, list(overrides), return_hydra_config=True)


def targets(node, path=""):
    """(path, node) of each mapping with a _target_, outermost first."""
    if OmegaConf.is_dict(node):
        if "_target_" in node:
            yield path, node
        for key in node:
            yield from targets(node._get_node(key), f"{path}.{key}".lstrip("."))


def accepted(node, key):
    """Whether the target of `node` has a parameter `key`; those that take **kwargs are tried by instantiation."""
    parameters = inspect.signature(get_object(node["_target_"])).parameters
    return key in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def unknown_keys(with_, without):
    """Dotted keys that `with_` has beyond `without`, except for parameters that their target knows."""

    def walk(a, b, path):
        for key in a:
            x, here = a._get_node(key), f"{path}{key}"
            y = b._get_node(key) if key in b else None
            if y is None and not ("_target_" in a and accepted(a, key)):
                yield here
            elif OmegaConf.is_dict(x) and OmegaConf.is_dict(y):
                yield from walk(x, y, here + ".")

    return list(walk(with_, without, ""))


def chosen(group, choice):
    """The groups that a config overrides, itself or through the configs that it includes."""
    items = OmegaConf.load(CONFIGS / group / f"{choice}.yaml").get("defaults", [])
    included = [chosen(group, i) for i in items if isinstance(i, str) and i != "_self_"]
    own = [
        {k.removeprefix("override /"): v for k, v in i.items() if not k.startswith("override /hydra")}
        for i in items
        if OmegaConf.is_dict(i)
    ]
    return {k: v for part in [*included, *own] for k, v in part.items()}


def twin(group, choice):
    """The overrides that choose the same groups as the config `choice` does, without that config."""
    return [f"{k}={v}" for k, v in chosen(group, choice).items()]


def test_groups():
    assert sorted(p.name for p in CONFIGS.iterdir() if p.is_dir() and p.name != "__pycache__") == GROUPS
    assert {c for g, c in CHOICES if g == "trainer"} == {"default", "cpu", "gpu", "ddp"}
    assert {c for g, c in CHOICES if g == "logger"} == {
        "csv",
        "tensorboard",
        "mlflow",
        "wandb",
        "comet",
        "neptune",
        "many_loggers",
        "none",
    }
    assert {"fdr", "step", "limit", "overfit", "profiler", "test_only"} <= {c for g, c in CHOICES if g == "debug"}


@pytest.mark.parametrize("file", sorted(CONFIGS.rglob("*.yaml")), ids=lambda f: f.relative_to(CONFIGS).as_posix())
def test_says_what_it_is_for(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    first = lines[lines[0] == "# @package _global_"]  # Hydra wants this one on top
    assert first.startswith("# ") and len(first) > 20


@pytest.mark.parametrize("pair", CHOICES, ids="=".join)
def test_choice_composes_and_its_targets_accept_it(pair):
    group, choice = pair
    cfg = load_config([f"{group}={choice}"])
    OmegaConf.to_container(cfg, resolve=True, throw_on_missing=True)
    for path, node in targets(cfg):
        assert not [k for k in node if not k.startswith("_") and not accepted(node, k)], path


@pytest.mark.parametrize(
    "pair",
    [
        c
        for c in CHOICES
        if c[0] in ("datamodule", "model", "trainer", "paths", "extras", "logger", "local", "experiment")
    ],
    ids="=".join,
)
def test_choice_composes_for_test_too(pair):
    group, choice = pair
    OmegaConf.to_container(load_config([f"{group}={choice}"], name="test"), resolve=True, throw_on_missing=True)


@pytest.mark.parametrize(
    "pair", [c for c in CHOICES if c[0] in ("callbacks", "datamodule", "logger", "model", "trainer")], ids="=".join
)
def test_choice_instantiates(pair, tmp_path):
    group, choice = pair
    if choice == "gpu" and not gpu_count():
        pytest.skip("no GPU here")
    if choice in ("mlflow", "wandb", "comet", "neptune"):
        pytest.skip("its package is optional; test_training.py logs with it where it is installed")
    cfg = load_config([f"{group}={choice}", f"paths.root_dir={tmp_path}"])
    node = cfg.get(group)
    if group in ("callbacks", "logger"):
        assert all(o is not None for o in instantiate_each(node, group))
    else:
        assert type(instantiate(node)).__name__ == node._target_.rpartition(".")[2]


def test_model_is_one_for_the_labels_of_the_data():
    """With `_partial_` the network is made late, so it is made here: a wrong key in it would show up only now."""
    module = instantiate(load_config(["model=compact", "model.net.hidden_size=4", "model.net.dim=2"]).model)
    module.build(["author", "title"])
    assert module.configure_optimizers.__self__ is module and module.net.output.out_features == 2


@pytest.mark.parametrize("pair", GLOBAL, ids="=".join)
def test_no_unknown_keys(pair):
    group, choice = pair
    assert not unknown_keys(load_config([f"{group}={choice}"]), load_config(twin(group, choice)))


def test_an_unknown_key_is_found(tmp_path):
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "wrong.yaml").write_text(
        "# @package _global_\nmodule: {lr: 1}\ntrainer: {max_epoch: 1, max_steps: 5}\nmodel: {optimizer: "
        "{betas: [0.9, 0.99]}, lr: 2}\n"
    )
    wrong = load_config(["experiment=wrong", f"hydra.searchpath=[file://{tmp_path}]"])
    assert sorted(unknown_keys(wrong, load_config())) == ["model.lr", "module", "trainer.max_epoch"]


@pytest.mark.parametrize("choice", [c for g, c in CHOICES if g == "experiment"])
def test_experiment_says_how_to_run_it(choice):
    assert f"python -m sciassist.train experiment={choice}" in (CONFIGS / "experiment" / f"{choice}.yaml").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("card", sorted((CONFIGS.parent / "weights").glob("*/README.md")), ids=lambda p: p.parent.name)
def test_shipped_model_names_the_command_that_made_it(card):
    """An experiment that composes, with the overrides of the card, and figures; or the notebook that made it."""
    text = card.read_text(encoding="utf-8")
    if commands := re.findall(r"python -m sciassist.train (.*)", text):
        overrides = shlex.split(commands[-1])  # Those before made what it goes on from
        assert any(o.startswith("experiment=") for o in overrides)
        cfg = load_config(overrides)
        assert cfg.bundle_name == card.parent.name
        assert cfg.save_bundle
        figures = r"^\| test/\w+ \| 0\.\d+ \|$" if cfg.test else r"^\| .*\| \d+\.\d \|$"  # Of left-out data elsewhere
        if len(commands) > 1:  # Before and after
            figures = r"^\| .*\| \d+\.\d / \d+\.\d \| \d+\.\d / \d+\.\d \|$"
        assert re.search(figures, text, re.M)
    else:
        (notebook,) = re.findall(r"papermill (nbs/\S+\.ipynb)", text)
        assert not (CONFIGS.parents[1] / "nbs").exists() or (CONFIGS.parents[1] / notebook).is_file()


def test_the_page_of_configurations_names_every_choice():
    nb = json.loads((CONFIGS.parents[1] / "nbs" / "configs.ipynb").read_text(encoding="utf-8"))
    shown = "".join(
        line for c in nb["cells"] for o in c.get("outputs", []) for line in o.get("data", {}).get("text/markdown", [])
    )
    sections = {name.strip(): rest for name, _, rest in (part.partition("\n") for part in shown.split("### ")[1:])}
    files = [p for p in CONFIGS.glob("*/**/*.yaml") if p.relative_to(CONFIGS).as_posix() != "local/default.yaml"]
    missing = [
        str(p) for p in files if f"| `{p.stem}` |" not in sections.get(p.parent.relative_to(CONFIGS).as_posix(), "")
    ]
    assert not missing, "run nbs/configs.ipynb"


def test_launchers():
    for launcher, target in (
        ("joblib", "JoblibLauncher"),
        ("submitit_local", "LocalLauncher"),
        ("slurm", "SlurmLauncher"),
    ):
        assert type(instantiate(compose(f"hydra/launcher={launcher}").hydra.launcher)).__name__ == target


def test_several_loggers():
    assert set(load_config(["logger=[csv,tensorboard]"]).logger) == {"csv", "tensorboard"}


def test_sweeper():
    cfg = compose("hparams_search=optuna", "monitor_mode=min", "hydra.sweeper.n_trials=3")
    assert (cfg.hydra.sweeper.direction, cfg.hydra.sweeper.n_trials, cfg.save_bundle) == ("minimize", 3, False)
    assert type(instantiate(cfg.hydra.sweeper)).__name__ == "OptunaSweeper"


def test_paths_are_those_of_core(monkeypatch, tmp_path):
    monkeypatch.setenv("SCIASSIST_ROOT", str(tmp_path))
    paths, core = load_config().paths, default_paths()
    assert [Path(paths[k]) for k in ("bin_dir", "data_dir", "models_dir", "cache_dir", "log_dir")] == [
        core.bin,
        core.data,
        core.models,
        core.cache,
        core.logs,
    ]


def test_the_cache_may_be_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv("SCIASSIST_CACHE", str(tmp_path))
    cfg = load_config(["paths.root_dir=work"])
    assert cfg.paths.cache_dir == str(default_paths("work").cache) == str(tmp_path)
    assert cfg.datamodule.data_cache_dir == f"{tmp_path}/datasets"


def test_runs_get_folders_below_the_log_dir():
    cfg = compose("paths.root_dir=work", "task_name=mine")
    assert cfg.hydra.run.dir.startswith("work/logs/mine/runs/")
    assert cfg.hydra.sweep.dir.startswith("work/logs/mine/multiruns/")
    assert cfg.hydra.job.chdir is False


@pytest.mark.parametrize(
    "command,override,message",
    [
        ("train", "trainer=tpu", "Could not find 'trainer/tpu'"),
        ("train", "experiment=no_such", "Could not find 'experiment/no_such'"),
        ("train", "trainers=cpu", "Could not override 'trainers'"),
        ("train", "trainer.max_epoch=3", "Key 'max_epoch' is not in struct"),
        ("test", "datamodule.repo=x", "Key 'repo' is not in struct"),
        ("test", "seed=1", "error: Which checkpoint? Pass ckpt_path=FILE"),
        ("test", "ckpt_path=lost.ckpt", "error: ckpt_path=lost.ckpt does not exist"),
    ],
)
def test_mistakes_are_told(command, override, message, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", f"sciassist.{command}", override], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode in (1, 2) and message in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_help_is_quick_and_complete(tmp_path):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sciassist.train", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and all(f"{g}: " in done.stdout for g in GROUPS if g != "hydra")
    assert not [m for m in ("torch", "pytorch_lightning", "transformers") if f"| {m}\n" in done.stderr]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("debug", [c for g, c in CHOICES if g == "debug"])
@pytest.mark.parametrize("experiment", [c for g, c in CHOICES if g == "experiment"])
def test_every_experiment_can_be_debugged(experiment, debug):
    """What an experiment sets of a callback is no callback once the group is switched off."""
    cfg = load_config([f"experiment={experiment}", f"debug={debug}"])
    assert instantiate_each(cfg.callbacks, "callbacks") == []
    assert all(accepted(cfg.datamodule, key) for key in cfg.datamodule if key != "_target_")
