"""A pretrained encoder inside each network that can have one."""

import json

import pytest
from transformers import BertConfig, BertModel

from sciassist.models.components.encoders import PretrainedEncoder
from sciassist.models.components.ranker import SentenceRanker
from sciassist.models.components.text_classifier import TextClassifier
from sciassist.models.components.token_classifier import TokenClassifier

NETWORKS = {
    "words": lambda **kwargs: TokenClassifier(3, **kwargs),
    "texts": lambda **kwargs: TextClassifier(3, **kwargs),
    "sentences": SentenceRanker,
}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    BertModel(
        BertConfig(vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32)
    ).save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("layers", [0, 1])
def test_the_lowest_layers_are_frozen_and_nothing_else(make, layers, checkpoint):
    encoder = make(model_checkpoint=checkpoint, frozen_layers=layers).encoder
    trained = {n for n, p in encoder.named_parameters() if p.requires_grad}
    assert any(n.startswith("encoder.encoder.layer.1.") for n in trained)
    assert any(n.startswith(("encoder.embeddings.", "encoder.encoder.layer.0.")) for n in trained) == (layers == 0)
    assert encoder.case is None


def test_the_config_does_not_tell_where_the_checkpoint_was(checkpoint):
    assert checkpoint not in json.dumps(PretrainedEncoder.from_pretrained(checkpoint).config)
