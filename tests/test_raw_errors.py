"""Every model with every datamodule, and wrong values in each: what cannot work is told in a message of ours."""

import json

import pytest

from sciassist.core import SciAssistError
from sciassist.datamodules.components.page_records import LabelledPaper, write_page_records
from sciassist.pages.pdf import Line, Page
from sciassist.pipelines.training_pipeline import train
from sciassist.utils.testing import offline, quiet, tiny_checkpoint, tiny_seq2seq

WORDS = "we test the tide gauge on Tuesday and count lichens with care ."
DATA = {  # datamodule: its records
    "ner": [{"tokens": WORDS.split(), "tags": ["O"] * 4 + ["B-TOOL"] + ["O"] * 8}] * 12,
    "references": [{"tokens": ["Mori,", "S.", "Tides.", "1999."], "tags": ["author", "author", "title", "date"]}] * 12,
    "texts": [{"text": f"{WORDS} {i}", "label": "ab"[i % 2]} for i in range(12)],
    "scitldr": [{"source": [WORDS, "It is old .", "We win ."], "target": ["We win ."], "rouge_scores": [0, 0, 1]}] * 12,
    "summarization": [{"source": [WORDS, "It is old ."], "target": ["It is old ."]}] * 12,
    "raw_text": [{"text": WORDS}] * 12,
}
MODELS = {  # model: (the kind of checkpoint it takes, the datamodules that it goes with)
    "ner": ("bert", {"ner", "references"}),
    "compact": (None, {"ner", "references"}),
    "text_classifier": ("bert", {"texts"}),
    "ranker": (None, {"scitldr"}),
    "seq2seq": ("t5", {"summarization"}),
    "masked_language": ("bert", {"raw_text"}),
    "finetune": (None, {"ner", "references"}),
    "cora": ("bert", {"ner", "references"}),
    "flan_t5_base": ("t5", {"summarization"}),
    "line_roles": (None, {"page_layout"}),
    "line_roles_finetune": (None, {"page_layout"}),
}


def made_up_paper(name):
    """A title, a heading and a body, with the places of their lines on a page."""
    texts = ["On silver in rivers", "1 Introduction"] + ["the rivers carry silver to the sea"] * 30
    sizes, roles = [18.0, 12.0] + [10.0] * 30, ["title", "heading"] + ["body"] * 30
    lines = [
        Line(t, 1, 50, 60 + 14 * i, 300, 70 + 14 * i, 68 + 14 * i, s, "Serif")
        for i, (t, s) in enumerate(zip(texts, sizes))
    ]
    return LabelledPaper(name, "made-up", [Page(1, 595.0, 842.0, lines)], lines, roles)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    root = tmp_path_factory.mktemp("raw")
    quiet()
    for name, records in DATA.items():
        (root / name).mkdir()
        for split in ("train", "val", "test"):
            rows = "".join(json.dumps({"id": str(i), **r}) + "\n" for i, r in enumerate(records))
            (root / name / f"{split}.jsonl").write_text(rows)
    (root / "page_layout").mkdir()
    write_page_records([made_up_paper(f"paper {i}") for i in range(30)], root / "page_layout" / "mine.jsonl")
    tiny_checkpoint(root / "bert", [WORDS])
    tiny_checkpoint(root / "short", [WORDS], max_position_embeddings=16)
    told = json.loads((root / "short" / "tokenizer_config.json").read_text()) | {"model_max_length": 512}
    (root / "short" / "tokenizer_config.json").write_text(json.dumps(told))
    tiny_seq2seq(root / "t5", [WORDS])
    return root


def settings(place, datamodule, model, *more):
    kind, _ = MODELS[model]
    checkpoint = [f"model.net.model_checkpoint={place / kind}"] if kind else []
    quick = ["trainer=cpu", "+trainer.fast_dev_run=true", "callbacks=none", "logger=none", "save_bundle=false"]
    given = [f"datamodule={datamodule}", f"datamodule.data_repo={place / datamodule}", f"model={model}", *checkpoint]
    return [*given, *quick, f"paths.root_dir={place}", "extras.print_config=false", *more]


def message(overrides):
    """What is said to a request that cannot work; None if it works. Errors that are not ours are let through."""
    try:
        with offline():
            train(overrides)
    except Exception as e:
        cause = e
        while cause is not None and not isinstance(cause, SciAssistError):
            cause = cause.__cause__ or cause.__context__
        if cause is None:
            raise
        return str(cause)
    return None


@pytest.mark.parametrize("datamodule", [*DATA, "page_layout"])
@pytest.mark.parametrize("model", MODELS)
def test_pairs(model, datamodule, place):
    said = message(settings(place, datamodule, model))
    if datamodule in MODELS[model][1]:
        assert said is None
    else:
        assert said is not None
        assert "DataModule" in said or "model_checkpoint" in said


WRONG = {  # a wrong value: the pair that has it, and what is said
    "datamodule.model_checkpoint=null": ("ner", "ner", "In the YAML of the datamodule write model_checkpoint"),
    "datamodule.max_length=512 model.net.model_checkpoint={place}/short": ("ner", "ner", "pass datamodule.max_length="),
    "datamodule.keep_case=true": ("ner", "ner", "keep_case differs"),
    "datamodule.data_repo=no/such": ("ner", "compact", "there is no file or folder"),
    "datamodule.data_repo=./no/such": ("texts", "text_classifier", "no such file or folder"),
    "datamodule.format=docx": ("ner", "compact", "docx"),
    "datamodule.labels=[PERSON]": ("ner", "compact", "PERSON"),
    "datamodule.train_batch_size=0": ("ner", "compact", "train_batch_size"),
    "datamodule.train_batch_size=many": ("ner", "compact", "train_batch_size"),
    "datamodule.text_column=body": ("texts", "text_classifier", "body"),
    "datamodule.over=median": ("summarization", "seq2seq", "median"),
    "datamodule.prompt=summarize": ("summarization", "seq2seq", "{source}"),
    "model.net.model_checkpoint=no/such": ("ner", "ner", "cannot be reached"),
    "model.net.model_checkpoint=./no/such": ("texts", "text_classifier", "there is no folder"),
    "model.net.model_checkpoint={place}/ner": ("ner", "ner", "is not the folder of a checkpoint"),
    "model.net.head=softmax": ("ner", "compact", "head='softmax'"),
    "model.net.pooling=max": ("texts", "text_classifier", "pooling='max'"),
    "model.net.dropout=2": ("ner", "compact", "dropout"),
    "model.net.hidden_size=0": ("ner", "compact", "hidden_size"),
    "model.net.name=lost": ("ner", "finetune", "no model called 'lost'"),
    "model.optimizer._target_=torch.optim.Adan": ("ner", "compact", "model.optimizer._target_=torch.optim.Adan"),
    "+model.optimizer.momentum=0.9": ("ner", "compact", "AdamW takes no momentum"),
    "+model.net.dropuot=0.1": ("ner", "compact", "Is it dropout?"),
    "+datamodule.batch_size=3": ("ner", "compact", "takes no batch_size"),
    "+trainer.max_epoch=3": ("ner", "compact", "Is it max_epochs?"),
    "datamodule._target_=ner.Mine": ("ner", "compact", "put that folder on PYTHONPATH"),
    "trainer.precision=8": ("ner", "compact", "precision"),
    "trainer.accelerator=abacus": ("ner", "compact", "abacus"),
    "teachers=[lost]": ("ner", "compact", "no model called 'lost'"),
    "ckpt_path=lost.ckpt": ("ner", "compact", "ckpt_path=lost.ckpt does not exist"),
    "seed=lucky": ("ner", "compact", "seed"),
    "datamodule.data_repo=[a,b]": ("ner", "compact", "expected a text or a mapping"),
    "datamodule.num_workers=-1": ("ner", "compact", "datamodule.num_workers=-1: expected a whole number"),
    "datamodule.val_share=2": ("ner", "compact", "datamodule.val_share=2: expected a number from 0 to 1"),
    "datamodule.eval_sources=[lost]": ("ner", "compact", "eval_sources names lost; the data are from "),
    "datamodule.shares.val=2": ("texts", "text_classifier", "datamodule.shares="),
    "datamodule.labels=[a]": ("texts", "text_classifier", "a classifier needs two at least"),
    "datamodule.most_keywords=-1": ("summarization", "seq2seq", "datamodule.most_keywords=-1: expected"),
    "datamodule.length_step=0": ("summarization", "seq2seq", "datamodule.length_step=0: expected"),
    "datamodule.max_length=2": ("raw_text", "masked_language", "no sub-word fits between 2 special ones"),
    "datamodule.data_repo=[]": ("raw_text", "masked_language", "there are no texts to train on"),
    "datamodule.labels=[title,lost]": ("page_layout", "line_roles", "expected two at least of cover, title"),
    "datamodule.data_repo={place}/ner": (
        "page_layout",
        "line_roles",
        "expected a paper with its pages, then its lines",
    ),
    "model.optimizer=null": ("ner", "compact", "model.scheduler.max_lr: "),
    "model.optimizer.lr=high": ("ner", "compact", "model.optimizer.lr=high: expected a number from 0 up"),
    "model.net.layers=0": ("ner", "compact", "model.net.layers=0: expected a whole number from 1 up"),
    "model.net.label_smoothing=2": ("texts", "text_classifier", "model.net.label_smoothing=2: expected a number"),
    "model.net.model_checkpoint={place}/t5": ("ner", "ner", "is an encoder-decoder, which writes (t5)"),
    "model.net.name=page-layout": ("references", "finetune", "is for page-layout; expected one for token-class"),
    "model.net.name=references": (
        "page_layout",
        "line_roles_finetune",
        "is for token-classification; expected one for",
    ),
    "model.net.companion=references": ("scitldr", "ranker", "expected one for sentence-ranking"),
    "model.temperature=0": ("scitldr", "ranker", "model.temperature=0: expected a number above 0"),
    "model.share=2": ("raw_text", "masked_language", "model.share=2: expected a number from 0 to 1"),
    "model.generation.num_beams=0": ("summarization", "seq2seq", "generation.num_beams=0: expected"),
    "+model.generation.num_bems=2": ("summarization", "seq2seq", "generation.num_bems: transformers has no such"),
    "+model.net.revision=abc": ("summarization", "seq2seq", "owner/name@revision"),
    "teachers=summaries": ("ner", "compact", "the model 'summaries' is for sentence-ranking"),
    "trainer.accumulate_grad_batches=0": ("ner", "compact", "accumulate_grad_batches=0: expected a whole number"),
    "trainer._target_=sciassist.Trainer": ("ner", "compact", "trainer._target_=sciassist.Trainer cannot be imported"),
    "paths.root_dir=/proc/nosuch": ("ner", "compact", "cannot be written"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_values(wrong, place):
    datamodule, model, expected = WRONG[wrong]
    said = message(settings(place, datamodule, model, *wrong.format(place=place).split(" ")))
    assert said is not None
    assert expected in said


def test_keep_case_where_embeddings_are_small(place):
    from transformers import ElectraConfig, ElectraModel

    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    tiny_checkpoint(place / "electra", [WORDS])
    vocabulary = json.loads((place / "bert" / "config.json").read_text())["vocab_size"]
    ElectraModel(ElectraConfig(vocab_size=vocabulary, embedding_size=8, **sizes)).save_pretrained(place / "electra")
    typed = [f"model.net.model_checkpoint={place}/electra", "model.net.keep_case=true"]
    assert "keep_case=true: the embeddings of" in message(settings(place, "ner", "ner", *typed))


def test_an_encoder_without_a_fast_tokenizer(place):
    from transformers import CanineConfig, CanineModel, CanineTokenizer

    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    CanineModel(CanineConfig(**sizes)).save_pretrained(place / "canine")
    CanineTokenizer().save_pretrained(place / "canine")
    said = message(settings(place, "ner", "ner", f"model.net.model_checkpoint={place}/canine"))
    assert "tokenizer" in said


def test_a_checkpoint_with_code_in_it(place):
    """Neither the encoder's nor the tokenizer's code is run, and nobody is asked."""
    tiny_checkpoint(place / "code", [WORDS])
    for name, maps in (("config.json", {"AutoModel": "mine.M", "AutoConfig": "mine.C"}), ("tokenizer_config.json", {})):
        told = json.loads((place / "code" / name).read_text())
        told |= {"model_type": "mine", "auto_map": maps or {"AutoTokenizer": ["mine.T", None]}}
        (place / "code" / name).write_text(json.dumps(told))
    (place / "code" / "mine.py").write_text("raise SystemExit('foreign code was run')")
    said = message(settings(place, "ner", "ner", f"model.net.model_checkpoint={place}/code"))
    assert "brings Python code, which is not run" in said


def test_weights_that_are_a_pickle(place):
    tiny_checkpoint(place / "pickle", [WORDS])
    (place / "pickle" / "model.safetensors").rename(place / "pickle" / "pytorch_model.bin")
    said = message(settings(place, "ner", "ner", f"model.net.model_checkpoint={place}/pickle"))
    assert "has its weights as a pickle (pytorch_model.bin)" in said
