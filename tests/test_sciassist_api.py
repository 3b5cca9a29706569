"""Programs written for WING-NUS's SciAssist: names and arguments work, or a message says what to write."""

import json
import logging
import shutil

import pytest
from conftest import PAPER

import sciassist
from sciassist import DatasetExtraction, ReferenceStringParsing, Summarization
from sciassist.core import InputError, SciAssistError

REFERENCE = "Turing, A. M. (1950). Computing machinery and intelligence. Mind, 59(236), 433-460."
KEYS = {"tagged_text", "tokens", "tags"}
CORA = {"author", "booktitle", "date", "editor", "institution", "journal", "location", "note"}
CORA |= {"pages", "publisher", "tech", "title", "volume"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with `pdfs/paper.pdf`, as SciAssist's tests have one, and the current folder."""
    (tmp_path / "pdfs").mkdir()
    shutil.copy(PAPER, tmp_path / "pdfs" / "paper.pdf")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def saved(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# What SciAssist's own four tests check: a paper gives the stored references and the stored summary, with either reader.


@pytest.mark.parametrize("made_with", [{}, dict(os_name="nt")])
def test_the_references_of_a_paper_are_those_that_were_saved(folder, made_with):
    results = ReferenceStringParsing(model_name="scibert-on-cora", **made_with).predict(
        "pdfs/paper.pdf", save_results=True
    )
    assert len(results) == 25
    assert all(KEYS <= set(r) and set(r["tags"]) <= CORA and len(r["tags"]) == len(r["tokens"]) for r in results)
    stored = saved(folder / "output" / "result" / "paper_rsp.json")
    assert [{k: r[k] for k in KEYS} for r in stored] == [{k: r[k] for k in KEYS} for r in results]


@pytest.mark.parametrize("made_with", [{}, dict(os_name="nt")])
def test_the_summary_of_a_paper_is_that_which_was_saved(folder, made_with):
    result = Summarization(**made_with).predict("pdfs/paper.pdf", save_results=True)
    assert len(result["summary"]) == 1 and result["summary"][0] in " ".join(result["raw_text"].split())
    (stored,) = saved(folder / "output" / "result" / "paper_summ.json")
    assert (stored["summary"], stored["raw_text"]) == (result["summary"], result["raw_text"])


# The rest of the public names.


def test_dataset_mentions_are_saved_too(folder):
    extractor = DatasetExtraction(model_name="default", device="gpu", output_dir="results", temp_dir="temp")
    found = extractor.extract("pdfs/paper.pdf", type="pdf", dehyphen=True, save_results=True)
    (stored,) = saved(folder / "results" / "paper_de.json")
    assert stored["text"] == found["text"] and {"all_dataset_mentions", "dataset_mentions"} <= set(stored)
    assert extractor.predict("We use SQuAD.", type="string") == extractor.extract("We use SQuAD.", type="str")


def test_output_dir_of_a_call_comes_before_that_of_the_pipeline(folder):
    (folder / "refs.txt").write_text(REFERENCE + "\n", encoding="utf-8")
    parser = ReferenceStringParsing("default", "cpu", output_dir="a")
    parser.predict("refs.txt", type="txt", output_dir="b", save_results=True)
    parser.predict("refs.txt", type="text", save_results=True)
    parser.predict("refs.txt", type="txt", save_results=False)
    parser.predict(REFERENCE, type="str", save_results=True)  # has no name, and is not saved there either
    assert sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.json")) == [
        "a/refs_rsp.json",
        "b/refs_rsp.json",
    ]


def test_a_gpu_that_is_missing_is_a_warning(monkeypatch, caplog):
    monkeypatch.setattr("sciassist.core.gpu_count", lambda: 0)
    with caplog.at_level(logging.WARNING, "sciassist"):
        parser = ReferenceStringParsing(device="gpu")
    assert parser.predict(REFERENCE)["fields"]["date"] == ["1950"]
    assert "no GPUs found; running on the CPU" in caplog.text and "gpus=0" not in caplog.text


def test_cache_dir_is_where_models_of_a_hub_go(tmp_path, monkeypatch):
    asked = {}

    def download(repo, **options):
        asked.update(options, repo=repo)
        raise OSError("offline")

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    with pytest.raises(SciAssistError, match="no model called .someone/model. here"):
        Summarization(model_name="someone/model", cache_dir=tmp_path / "cache")
    assert asked["repo"] == "someone/model" and asked["cache_dir"] == str(tmp_path / "cache" / "hub")


@pytest.mark.parametrize("device", ["auto", "cpu", "gpu", "cuda", "cuda:0", 0, "0", "3", -1])
def test_devices_by_name_and_by_number(device, monkeypatch, caplog):
    monkeypatch.setattr("sciassist.core.gpu_count", lambda: 0)
    with caplog.at_level(logging.WARNING, "sciassist"):
        parser = ReferenceStringParsing("cora", device)
    assert parser.bundle.device == "cpu"
    assert ("running on the CPU" in caplog.text) == (device not in ("auto", "cpu", -1))


@pytest.mark.parametrize("device", ["tpu", "cuda:x", -2, None])
def test_devices_that_do_not_exist(device):
    with pytest.raises(SciAssistError, match="expected 'auto', 'cpu', 'gpu'"):
        Summarization(device=device)


def test_a_gpu_by_its_number_runs_onnx_on_it(monkeypatch):
    """As with onnxruntime-gpu on a machine with two GPUs; there is none here, so nothing is run."""
    from sciassist.models.bundle import providers

    monkeypatch.setattr("sciassist.core.gpu_count", lambda: 2)
    monkeypatch.setattr(
        "onnxruntime.get_available_providers",
        lambda: ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"],
    )
    bundle = ReferenceStringParsing(device=1).bundle
    assert bundle.device == "cuda:1" and bundle.runs_onnx
    assert providers(bundle.device) == [("CUDAExecutionProvider", {"device_id": 1}), "CPUExecutionProvider"]


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: Summarization(model_name="flan-t5"), "model='google/flan-t5-base'"),
        (lambda: Summarization("bart-cnn-on-mup"), "model='facebook/bart-large-cnn'"),
        (lambda: Summarization(checkpoint="google/flan-t5-base"), "name the checkpoint as the model"),
        (lambda: Summarization(max_source_length=1024), "leave it out"),
        (lambda: Summarization(max_target_length=300), "length=…"),
        (lambda: Summarization(task_name="reference-string-parsing"), "another class is for another task"),
        (lambda: ReferenceStringParsing(tokenizer=object()), "the tokenizer is part of the model"),
        (lambda: ReferenceStringParsing(model_max_length=512), "read in windows"),
        (lambda: ReferenceStringParsing(modell="cora"), "has no argument 'modell'"),
        (lambda: DatasetExtraction(os_name="beos"), "backend='pdfium'"),
    ],
)
def test_an_argument_that_is_not_needed_is_refused_with_what_to_write(make, said):
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        make()


@pytest.mark.parametrize(
    "arguments", [dict(task_name="reference-string-parsing"), dict(tokenizer=None, checkpoint=None, temp_dir="temp")]
)
def test_arguments_that_say_nothing_new_are_accepted(arguments):
    assert ReferenceStringParsing(**arguments).predict(REFERENCE, temp_dir="temp", output_dir="out")["tags"]


@pytest.mark.parametrize("pipeline", [ReferenceStringParsing, DatasetExtraction, Summarization])
def test_no_message_names_a_private_function(pipeline):
    with pytest.raises(InputError) as wrong:
        pipeline().predict("A text.", type="str", no_such_option=1)
    assert "has no option 'no_such_option'" in str(wrong.value) and "_batch" not in str(wrong.value)
    with pytest.raises(InputError, match="save_results=True needs the name of a file"):
        pipeline().predict(["A text."], save_results=True)


def test_what_was_a_list_with_one_result_says_so():
    with pytest.raises(KeyError, match="one text gives one result"):
        ReferenceStringParsing().predict(REFERENCE)[0]["tags"]


def test_options_of_a_summary():
    summarizer = Summarization()
    text = "Parsers are slow. We propose a small parser of references. It was tested on three corpora."
    result = summarizer.predict(
        text, type="str", num_beams=4, num_return_sequences=2, length=20, keywords=["corpora"], do_sample=False
    )
    assert {"summary", "raw_text"} <= set(result) and "corpora" in result["summary"][0]
    with pytest.raises(InputError, match="write length=…, in words"):
        summarizer.predict(text, max_length=500)
    with pytest.raises(InputError, match="sciassist test ckpt_path="):
        summarizer.evaluate()


@pytest.mark.parametrize(
    "name", ["Pipeline", "TASKS", "load_model", "BASE_OUTPUT_DIR", "BASE_TEMP_DIR", "BASE_CACHE_DIR"]
)
def test_names_that_are_gone_say_what_to_use(name):
    with pytest.raises(AttributeError, match=f"'{name}'.* is a name of SciAssist; "):
        getattr(sciassist, name)
