"""A damaged bundle is refused by one named error, in whatever way it is damaged."""

import json
import shutil
from pathlib import Path

import pytest

from sciassist.core import SciAssistError
from sciassist.models.bundle import (
    DamagedModelError,
    ModelNotFoundError,
    load_bundle,
    load_network,
    read_config,
    shipped_models,
    sign_bundle,
    verify_bundle,
)

CONFIG, ONNX, WEIGHTS, TOKENIZER = "config.json", "model.onnx", "model.safetensors", "tokenizer.json"


def edit(name: str, change):
    "Replace the bytes of a file."

    def damage(folder: Path):
        (folder / name).write_bytes(change((folder / name).read_bytes()))

    return damage


def flipped(at: float):
    "Change one bit at a share of the file's length."

    def change(data: bytes) -> bytes:
        i = min(int(at * len(data)), len(data) - 1)
        return data[:i] + bytes([data[i] ^ 1]) + data[i + 1 :]

    return change


def missing(name: str):
    return lambda folder: (folder / name).unlink()


def directory(name: str):
    def damage(folder: Path):
        (folder / name).unlink()
        (folder / name).mkdir()

    return damage


def foreign(name: str, other: str):
    return lambda folder: shutil.copy(shipped_models()[other] / name, folder / name)


def setting(*keys, value=None, sign: bool = False):
    "Set a value of the config, or delete it; `sign` as somebody does who hands it on."

    def damage(folder: Path):
        config = inner = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        for key in keys[:-1]:
            inner = inner[key]
        if value is None:
            del inner[keys[-1]]
        else:
            inner[keys[-1]] = value
        (folder / CONFIG).write_text(json.dumps(config), encoding="utf-8")
        if sign:
            sign_bundle(folder)

    return damage


def signed(damage):
    "Damage a bundle, then write its checksums anew: what is wrong has to be noticed by what reads it."

    def both(folder: Path):
        damage(folder)
        sign_bundle(folder)

    return both


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


HASHED = {  # Damages of a bundle that has a network in both forms, and no tokenizer
    "no config": missing(CONFIG),
    "empty config": edit(CONFIG, lambda data: b""),
    "half a config": edit(CONFIG, half),
    "config of zeros": edit(CONFIG, lambda data: bytes(len(data))),
    "config in UTF-16": edit(CONFIG, lambda data: data.decode().encode("utf-16")),
    "config is a list": edit(CONFIG, lambda data: b"[]"),
    "config nested too deep": edit(CONFIG, lambda data: b"[" * 100_000),
    "config is a folder": directory(CONFIG),
    "config of another model": foreign(CONFIG, "references"),
    "config without checksums": setting("checksums"),
    "checksums are a list": setting("checksums", value=["model.onnx"]),
    "checksum of a file is missing": setting("checksums", ONNX),
    "unknown format": setting("format", value=99),
    "unknown task": setting("task", value="os.system"),
    "task is a list": setting("task", value=["token-classification"]),
    "another task, signed": setting("task", value="text-classification", sign=True),
    "a label renamed": setting("labels", 0, value="writer"),
    "a label less, signed": setting("labels", value=["author", "title"], sign=True),
    "no labels, signed": setting("labels", sign=True),
    "no transitions, signed": setting("transitions", sign=True),
    "transitions of another size, signed": setting("transitions", "start", value=[0.0], sign=True),
    "no tokenizer, signed": setting("tokenizer", sign=True),
    "unknown tokenizer, signed": setting("tokenizer", "kind", value="os.system", sign=True),
    "unknown option of the tokenizer, signed": setting("tokenizer", "trust", value=True, sign=True),
    "no network": missing(ONNX),
    "empty network": edit(ONNX, lambda data: b""),
    "half a network": edit(ONNX, half),
    "half a network, signed": signed(edit(ONNX, half)),
    "a bit of the network": edit(ONNX, flipped(0.5)),
    "a bit at the network's end": edit(ONNX, flipped(1.0)),
    "network is a folder": directory(ONNX),
    "network of another model": foreign(ONNX, "references"),
    "network of another task, signed": signed(foreign(ONNX, "summaries")),
    "network is a text, signed": signed(edit(ONNX, lambda data: b"see README")),
    "no weights": missing(WEIGHTS),
    "a bit of the weights": edit(WEIGHTS, flipped(0.9)),
}
SUBWORDS = {  # Damages of a bundle with a tokenizer
    "no tokenizer": missing(TOKENIZER),
    "half a tokenizer": edit(TOKENIZER, half),
    "half a tokenizer, signed": signed(edit(TOKENIZER, half)),
    "a bit of the tokenizer": edit(TOKENIZER, flipped(0.3)),
    "tokenizer missing, signed": signed(missing(TOKENIZER)),
}


def damaged(name: str, damage, tmp_path: Path) -> Path:
    folder = tmp_path / name
    shutil.copytree(shipped_models()[name], folder)
    damage(folder)
    return folder


@pytest.mark.parametrize("damage", HASHED.values(), ids=HASHED)
def test_a_damaged_parser_is_refused(damage, tmp_path):
    folder = damaged("cora", damage, tmp_path)
    with pytest.raises(ModelNotFoundError, match="cora|model"):
        load_bundle(folder, "cpu", tasks=("token-classification",)).tag([["Knuth,", "1984"]])


@pytest.mark.parametrize("damage", SUBWORDS.values(), ids=SUBWORDS)
def test_a_damaged_tokenizer_is_refused(damage, tmp_path):
    folder = damaged("summaries", damage, tmp_path)
    with pytest.raises(DamagedModelError, match="tokenizer.json"):
        load_bundle(folder, "cpu")


@pytest.mark.parametrize(
    "damage",
    [
        signed(edit(WEIGHTS, half)),
        signed(edit(WEIGHTS, lambda data: b"")),
        setting("network", "num_labels", value=5, sign=True),
    ],
)
def test_weights_that_do_not_fit_are_refused(damage, tmp_path):
    folder = damaged("cora", damage, tmp_path)
    with pytest.raises(DamagedModelError, match="model.safetensors"):
        load_network(folder)


@pytest.mark.parametrize("encoder", ["os.system", "sciassist.models.components.encoders.CompactEncoder"])
def test_a_config_names_no_class(encoder, tmp_path):
    folder = damaged("cora", setting("network", "encoder", value=encoder, sign=True), tmp_path)
    with pytest.raises((SciAssistError, ValueError), match="expected one of"):
        load_network(folder)


@pytest.mark.parametrize("name", shipped_models())
def test_shipped_models_are_as_they_were_signed(name):
    verify_bundle(shipped_models()[name], read_config(shipped_models()[name]))


def test_the_card_may_be_edited(tmp_path):
    folder = damaged("cora", edit("README.md", lambda data: data + b"\n"), tmp_path)
    assert load_bundle(folder, "cpu").tag([["Knuth"]])
