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


_ELSEWHERE = {  # Names of WING-NUS's SciAssist → what to use
    "BASE_CACHE_DIR": "sciassist.core.default_paths().cache",
    "BASE_OUTPUT_DIR": "output_dir=…",
    "BASE_TEMP_DIR": "nothing, for no temporary files are written",
    "Pipeline": "ReferenceStringParsing, DatasetExtraction or Summarization",
    "TASKS": "sciassist.models.bundle.shipped_models()",
    "load_model": "sciassist.models.bundle.load_bundle",
}

if not TYPE_CHECKING:  # with it, a misspelt name would pass

    def __getattr__(name):
        if name in _HOMES:
            return getattr(_import_module(_HOMES[name]), name)
        if name in _ELSEWHERE:
            raise AttributeError(f"{name!r} in {__name__!r} is a name of SciAssist; use {_ELSEWHERE[name]}")
        raise AttributeError(f"module 'sciassist' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)


def _warn_of_other_package():
    """Warn if WING-NUS's SciAssist is installed, too: on some systems, the names of both packages are one folder."""
    from importlib.util import find_spec

    other = find_spec("SciAssist")
    if other is not None and list(other.submodule_search_locations or ()) != list(__path__):
        from warnings import warn

        where = other.origin or "an unknown place"
        warn(
            f"The package SciAssist by WING-NUS is installed beside sciassist ({where}). It has other models, another "
            "licence and the same commands' names; keep them in environments of their own.",
            stacklevel=3,
        )


_warn_of_other_package()
