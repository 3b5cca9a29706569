"""Papers into data. Importing this package loads nothing heavy: each public name is fetched on first use."""

__version__ = "0.1.0"

from importlib import import_module as _import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what type checkers and editors see
    from sciassist.documents.document import Document
    from sciassist.documents.reader import read_document
    from sciassist.pipelines.entity_recognition import DatasetExtraction, NamedEntityRecognition
    from sciassist.pipelines.reference_string_parsing import ReferenceStringParsing
    from sciassist.pipelines.summarization import Summarization
    from sciassist.pipelines.text_classification import TextClassification

__all__ = [
    "DatasetExtraction",
    "Document",
    "NamedEntityRecognition",
    "ReferenceStringParsing",
    "Summarization",
    "TextClassification",
    "__version__",
    "read_document",
]
_HOMES = {
    "DatasetExtraction": "sciassist.pipelines.entity_recognition",
    "Document": "sciassist.documents.document",
    "NamedEntityRecognition": "sciassist.pipelines.entity_recognition",
    "ReferenceStringParsing": "sciassist.pipelines.reference_string_parsing",
    "Summarization": "sciassist.pipelines.summarization",
    "TextClassification": "sciassist.pipelines.text_classification",
    "read_document": "sciassist.documents.reader",
}


if not TYPE_CHECKING:  # with it, a misspelt name would pass

    def __getattr__(name):
        if name in _HOMES:
            return getattr(_import_module(_HOMES[name]), name)
        raise AttributeError(f"module 'sciassist' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
