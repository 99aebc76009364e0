"""The one entry: a page's text in, everything that is wanted of it out, as plain data.

Both cross the border of a process as JSON: the job as an object and a text, the content as an
object. The page is parsed once here, and once more by the library where its Markdown is wanted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypedDict

from changetrack import JsonValue, html_to_markdown
from changetrack_server.errors import EndpointError
from changetrack_server.extracting import Extraction, extract_fields, read_json_document
from changetrack_server.pages.cleaning import clean_html
from changetrack_server.pages.document import Document, parse_document
from changetrack_server.pages.doubts import Visit, find_doubts
from changetrack_server.pages.kinds import Kind, name_kind
from changetrack_server.pages.links import list_links
from changetrack_server.pages.metadata import Metadata, read_metadata

__all__ = ["DoubtShown", "ExtractionShown", "PageContent", "PageJob", "Want", "read_page"]

# `fields` are those of the job's schema.
Want: TypeAlias = Literal["fields", "html", "links", "markdown", "raw_html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob:
    """What is wanted of a page, and what is known of it; `dataclasses.asdict` makes it JSON."""

    # Where the page was found in the end, and what was asked for.
    url: str = ""
    requested_url: str | None = None
    status: int = 200
    content_type: str | None = None
    wants: tuple[Want, ...] = ("markdown",)
    main_content: bool = False
    schema: JsonValue = field(default=None, hash=False)
    # As in the settings.
    page_elements: int = 200_000
    json_depth: int = 128

    def __post_init__(self) -> None:
        # From JSON it comes as a list.
        object.__setattr__(self, "wants", tuple(self.wants))


class DoubtShown(TypedDict):
    """Why a page may not be what was asked for."""

    reason: str
    warning: str


class ExtractionShown(TypedDict):
    """What was found by a schema, and how; nothing where the extractor is null."""

    value: JsonValue
    extractor: str | None
    missing: list[str]
    is_complete: bool
    warnings: list[str]


class PageContent(TypedDict):
    """What is wanted of a page; null where it is not wanted, or where such a page has none."""

    kind: Kind
    # None of a binary page, which is compared by the hash of its bytes.
    markdown: str | None
    html: str | None
    raw_html: str | None
    links: list[str] | None
    metadata: Metadata
    doubts: list[DoubtShown]
    extraction: ExtractionShown | None
    warnings: list[str]


def read_page(text: str, job: PageJob) -> PageContent:
    """Return what a job wants of a page; `text` is the page, decoded.

    Of a binary page the text is nonsense and shown nowhere: only whether there is any counts.

    Raises:
        EndpointError: the page cannot be read: it has too many elements, says that it is JSON and
            is not, or takes too much work with this schema.
        InvalidSchema: a selector of the schema cannot be used.
    """
    kind = name_kind(job.content_type, text)
    if kind != "binary":
        _check_text(text)
    document = None
    if kind == "html":
        document = parse_document(text, url=job.url, page_elements=job.page_elements)
    visit = Visit(url=job.url, requested_url=job.requested_url or job.url, status=job.status)
    doubts = find_doubts(document, text, visit, is_binary=kind == "binary")
    content: PageContent = {
        "kind": kind,
        "markdown": None,
        "html": None,
        "raw_html": text if "raw_html" in job.wants and kind != "binary" else None,
        "links": [] if "links" in job.wants else None,
        "metadata": {},
        "doubts": [{"reason": each.reason, "warning": each.warning} for each in doubts],
        "extraction": None,
        "warnings": [],
    }
    if document is not None:
        _fill_from_document(content, document, text, job)
    elif kind != "binary" and "markdown" in job.wants:
        content["markdown"] = text
    if "fields" in job.wants:
        content["extraction"] = _show(_extract(kind, document, text, job))
    return content


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        problem = f"its text holds a lone surrogate at character {error.start}"
        raise EndpointError("conversion_failed", problem=problem) from None


def _fill_from_document(content: PageContent, document: Document, text: str, job: PageJob) -> None:
    content["metadata"] = read_metadata(document)
    if "markdown" in job.wants:
        base_url = job.url or None
        content["markdown"] = html_to_markdown(text, base_url, main_content=job.main_content)
    if "html" in job.wants:
        content["html"] = clean_html(document, main_content=job.main_content)
    if "links" in job.wants:
        found = list_links(document)
        content["links"] = found.urls
        if not found.is_complete:
            content["warnings"].append(f"the page has more than {len(found.urls):,} links")


def _extract(kind: Kind, document: Document | None, text: str, job: PageJob) -> Extraction:
    if document is not None:
        return extract_fields(document, job.schema)
    if kind == "json":
        return read_json_document(text, job.schema, json_depth=job.json_depth)
    return Extraction()


def _show(found: Extraction) -> ExtractionShown:
    return {
        "value": found.value,
        "extractor": found.extractor,
        "missing": list(found.missing),
        "is_complete": found.is_complete,
        "warnings": list(found.warnings),
    }
