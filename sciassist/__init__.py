"""Papers into data. Importing this package loads nothing heavy: each public name is fetched on first use."""

__version__ = "0.1.0"

from importlib import import_module as _import_module

_HOMES = {
    "ReferenceStringParsing": "sciassist.pipelines.reference_string_parsing",
    "NamedEntityRecognition": "sciassist.pipelines.entity_recognition",
    "DatasetExtraction": "sciassist.pipelines.entity_recognition",
    "Summarization": "sciassist.pipelines.summarization",
    "TextClassification": "sciassist.pipelines.text_classification",
    "read_document": "sciassist.documents.reader",
}
__all__ = [*_HOMES, "__version__"]


def __getattr__(name):
    if name in _HOMES:
        return getattr(_import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sciassist' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
