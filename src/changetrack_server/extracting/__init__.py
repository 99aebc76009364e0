"""Fields of a page, as a schema asks for them: pure functions of its tree, with no model needed.

    schema ──read_fields──▶ fields ──┬─ with x-selector ──picking────▶ by CSS
                                     └─ without one ──────structured─▶ by JSON-LD, microdata, meta

Nothing of a request is evaluated but CSS, and that after it was parsed and translated here. Every
value is read as the type that the schema gives it, or left out with a warning.
"""

from __future__ import annotations

from changetrack_server.extracting.extraction import (
    Extraction,
    Extractor,
    check_selectors,
    extract_fields,
    read_json_document,
)

__all__ = ["Extraction", "Extractor", "check_selectors", "extract_fields", "read_json_document"]
