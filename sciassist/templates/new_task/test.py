"""{{ name }}: trains, saves, reloads and predicts, on the sample data."""
import sys
from pathlib import Path

import pytest
from sciassist.cli import program
from sciassist.pipelines.training_pipeline import train
from sciassist.utils.run import load_config

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the package need not be installed
from {{ package }}.pipeline import {{ Name }}, command  # noqa: E402

SENTENCE = "{{ sentence }}"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    root = tmp_path_factory.mktemp("{{ name }}")
    metrics, _ = train(load_config([
        "experiment={{ name }}", "trainer=cpu", "callbacks=notebook", "extras.print_config=false", f"paths.root_dir={root}",
        f"datamodule.data_repo={ROOT / 'data' / '{{ name }}' / '{{ data }}'}"], config_dir=ROOT / "configs"))
    assert metrics["train/loss"] < {{ loss }} and 0 <= metrics["val/{{ metric }}"] <= 1
    return root / "models" / "{{ name }}"


def test_the_saved_model_predicts(model):
    pipeline = {{ Name }}(model, device="cpu")
    one, two = pipeline.predict([SENTENCE, "Nothing."])
    assert SENTENCE in one.values() and not one.failed and not two.failed
    again = {{ Name }}(model, device="cpu").predict(SENTENCE)
    assert again == one


def test_the_card_says_how_it_was_made(model):
    assert "## Figures" in (model / "README.md").read_text(encoding="utf-8")


def test_the_command_writes_what_was_found(model, tmp_path):
    (tmp_path / "in.txt").write_text(SENTENCE + "\n\nNothing.\n", encoding="utf-8")
    with pytest.raises(SystemExit) as end: program(command, [str(tmp_path / "in.txt"), "-m", str(model), "-t", "jsonl", "-o", str(tmp_path / "out.jsonl")])
    assert not end.value.code and SENTENCE in (tmp_path / "out.jsonl").read_text(encoding="utf-8")
