"""A hub that is not there, played by folders: what each call asks for, and what it never allows."""

import json
import os
import shutil
import subprocess
import sys
from inspect import signature

import datasets
import huggingface_hub
import pytest
import transformers
from conftest import ENVIRONMENT

from sciassist import NamedEntityRecognition
from sciassist.core import ModelNotFoundError, SciAssistError
from sciassist.models.bundle import shipped_models
from sciassist.pipelines.training_pipeline import train
from sciassist.utils import hub
from sciassist.utils.testing import quiet, tiny_checkpoint, tiny_seq2seq

WORDS = "we test the tide gauge on Tuesday and count lichens with care ."
ROWS = {
    "ner": {"tokens": WORDS.split(), "tags": ["O"] * 4 + ["B-TOOL"] + ["O"] * 8},
    "texts": {"text": WORDS, "label": "a"},
    "scitldr": {"source": [WORDS, "It is old ."], "target": ["It is old ."], "rouge_scores": [0, 1]},
    "summarization": {"source": [WORDS, "It is old ."], "target": ["It is old ."]},
    "raw_text": {"text": WORDS},
}
PAIRS = {  # a model with a pretrained encoder: a datamodule whose data come from the hub, and the encoder's owner/name
    "ner": ("ner", "bert"),
    "text_classifier": ("texts", "bert"),
    "ranker": ("scitldr", "bert"),
    "seq2seq": ("summarization", "t5"),
    "masked_language": ("raw_text", "bert"),
}


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """A hub of folders; the list of what it was asked: what loads, the repository, and with which arguments."""
    quiet()
    tiny_checkpoint(tmp_path / "bert", [WORDS])
    tiny_seq2seq(tmp_path / "t5", [WORDS])
    calls = []

    def play(owner, name):
        real = getattr(owner, name)

        def load(repo, **options):
            calls.append((getattr(owner, "__name__", str(owner)), repo, options))
            shared = {k: v for k, v in options.items() if k not in ("revision", "cache_dir", "local_files_only")}
            return real(tmp_path / repo.split("/")[-1] if "/" in repo else repo, **shared)

        monkeypatch.setattr(owner, name, load)

    for owner in (transformers.AutoModel, transformers.AutoModelForSeq2SeqLM, transformers.AutoTokenizer):
        play(owner, "from_pretrained")

    def load_dataset(repo, trust_remote_code=None, **options):  # as before version 4
        calls.append(("load_dataset", repo, options | {"trust_remote_code": trust_remote_code}))
        row = ROWS[repo.split("/")[-1]]
        rows = datasets.Dataset.from_list([row] * 11 + [row | {"label": "b"} if "label" in row else row])
        return datasets.DatasetDict(train=rows, validation=rows, test=rows)

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    monkeypatch.setattr(hub, "reachable", lambda: True)
    return calls


@pytest.mark.parametrize("model", PAIRS)
def test_the_revision_arrives_in_every_call(model, asked, tmp_path, monkeypatch):
    monkeypatch.delenv("HF_HOME", raising=False)
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    datamodule, encoder = PAIRS[model]
    given = [f"datamodule={datamodule}", f"datamodule.data_repo=data/{datamodule}@d1", f"model={model}"]
    given += [f"model.net.model_checkpoint=owner/{encoder}@e2", f"paths.root_dir={tmp_path}", "trainer=cpu"]
    quick = ["+trainer.fast_dev_run=true", "callbacks=none", "logger=none", "save_bundle=false"]
    train([*given, *quick, "extras.print_config=false"])
    assert {(repo, o["revision"]) for _, repo, o in asked} == {(f"data/{datamodule}", "d1"), (f"owner/{encoder}", "e2")}
    assert {kind for kind, *_ in asked} >= {"load_dataset", "AutoTokenizer"}
    for _, _, options in asked:
        assert options["trust_remote_code"] is False
        assert str(options["cache_dir"]).startswith(str(tmp_path / ".cache"))
    assert all(o["use_safetensors"] for kind, _, o in asked if kind.startswith("AutoModel"))


def test_a_config_may_say_that_code_is_trusted(asked, tmp_path):
    given = ["datamodule=ner", "datamodule.data_repo=data/ner", "model=ner", "model.net.model_checkpoint=owner/bert"]
    quick = ["trainer=cpu", "+trainer.fast_dev_run=true", "callbacks=none", "logger=none", "save_bundle=false"]
    train([*given, *quick, f"paths.root_dir={tmp_path}", "extras.trust_remote_code=true", "extras.print_config=false"])
    assert {o["trust_remote_code"] for *_, o in asked} == {True}
    hub.settings.trust_remote_code = False


def test_the_functions_of_the_installed_libraries_know_these_arguments():
    """The fakes above stand for functions that have them, by name or among the rest."""
    for function in (transformers.AutoModel.from_pretrained, transformers.AutoTokenizer.from_pretrained):
        assert any(p.kind is p.VAR_KEYWORD for p in signature(function).parameters.values())
    assert {"revision", "cache_dir"} <= set(signature(datasets.load_dataset).parameters)
    known = set(signature(huggingface_hub.snapshot_download).parameters)
    assert {"revision", "cache_dir", "allow_patterns", "local_files_only"} <= known


def test_a_bundle_is_fetched_at_its_revision_and_without_its_pickles(tmp_path, monkeypatch):
    asked = {}

    def download(repo, **options):
        asked.update(options, repo=repo)
        return str(shipped_models()["entities"])

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    monkeypatch.setattr(hub, "reachable", lambda: True)
    NamedEntityRecognition("owner/entities@v3")
    assert (asked["repo"], asked["revision"], asked["local_files_only"]) == ("owner/entities", "v3", False)
    assert not [name for name in asked["allow_patterns"] if name.endswith((".bin", ".py", ".pt", ".pkl", "*"))]
    monkeypatch.setattr(hub, "reachable", lambda: False)
    NamedEntityRecognition("owner/entities")
    assert (asked["revision"], asked["local_files_only"]) == ("main", True)


def in_cache(cache, repo, folder):
    """Put a folder into a cache as the hub's library would."""
    place = cache / "hub" / f"models--{repo.replace('/', '--')}"
    shutil.copytree(folder, place / "snapshots" / "0123abc")
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("0123abc")


@pytest.mark.parametrize("offline", [{"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}])
def test_without_a_hub_the_cache_answers_at_once(offline, tmp_path):
    """Told to be offline, or with nobody at the other end: one attempt at most, and no pauses."""
    in_cache(tmp_path, "owner/entities", shipped_models()["entities"])
    code = (
        "import time; time.sleep = lambda s: print('paused'); import logging; logging.basicConfig()\n"
        "from sciassist import NamedEntityRecognition\nfrom sciassist.core import SciAssistError\n"
        "print(len(NamedEntityRecognition('owner/entities').bundle.labels) > 0)\n"
        "try:\n    NamedEntityRecognition('owner/lost')\nexcept SciAssistError as e:\n    print(e)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**ENVIRONMENT, "SCIASSIST_CACHE": str(tmp_path), **offline},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found, message = done.stdout.splitlines()  # and nowhere "paused"
    assert found == "True"
    assert "the Hugging Face hub cannot be reached" in message
    assert "etry" not in done.stderr


def with_code(folder):
    """A checkpoint that loads as it is, and would run code of its own for whoever lets it."""
    tiny_checkpoint(folder, [WORDS])
    for name, maps in (
        ("config.json", {"AutoModel": "modeling_mine.M", "AutoConfig": "modeling_mine.C"}),
        ("tokenizer_config.json", {"AutoTokenizer": ["modeling_mine.T", "modeling_mine.T"]}),
    ):
        told = json.loads((folder / name).read_text()) | {"auto_map": maps}
        (folder / name).write_text(json.dumps(told))
    (folder / "modeling_mine.py").write_text("import os\nos.environ['FOREIGN_CODE'] = 'was run'\n")
    return folder


@pytest.mark.parametrize("kind", ["a known architecture", "one of its own"])
def test_an_encoder_folder_with_code_in_it(kind, tmp_path, monkeypatch):
    """A BERT with code beside it is read as a BERT; what only its own code can read is refused. Nobody is asked."""
    from transformers import AutoModel, AutoTokenizer

    monkeypatch.delenv("FOREIGN_CODE", raising=False)
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("a question was asked"))
    folder = with_code(tmp_path / "code")
    if kind == "one of its own":
        told = json.loads((folder / "config.json").read_text()) | {"model_type": "mine"}
        (folder / "config.json").write_text(json.dumps(told))
        with pytest.raises(ModelNotFoundError, match="brings Python code, which is not run"):
            hub.load_pretrained(AutoModel.from_pretrained, folder, use_safetensors=True)
    else:
        assert type(hub.load_pretrained(AutoModel.from_pretrained, folder)).__module__.startswith("transformers.")
        made = hub.load_pretrained(AutoTokenizer.from_pretrained, folder, kind="tokenizer")
        assert type(made).__module__.startswith("transformers.")
    assert "FOREIGN_CODE" not in os.environ


def test_a_bundle_with_code_in_it(tmp_path, monkeypatch):
    """A bundle names no class, so that a program beside it is never looked at."""
    monkeypatch.delenv("FOREIGN_CODE", raising=False)
    folder = shutil.copytree(shipped_models()["entities"], tmp_path / "bundle")
    (folder / "modeling_mine.py").write_text("import os\nos.environ['FOREIGN_CODE'] = 'was run'\n")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8")) | {"auto_map": {"AutoModel": "x.M"}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(SciAssistError, match="is damaged"):
        NamedEntityRecognition(folder)
    assert "FOREIGN_CODE" not in os.environ
