"""A route as a section: words and tables, and beside them what goes over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from changetrack import JsonObject, JsonValue, wire
from changetrack_server.docs_page.markup import (
    Markup,
    code,
    colour_json,
    element,
    join,
    link,
    spell_json,
    write_inline,
    write_markdown,
)
from changetrack_server.docs_page.objects import Objects, as_list, as_object, list_choices
from changetrack_server.http.bodies import LINES
from changetrack_server.http.responses import ENVELOPE

__all__ = ["name_route", "write_route"]


class _Example(NamedTuple):
    """A request and its answer as they are sent; either may be empty."""

    title: str
    request: str
    answer: str


def name_route(operation: JsonObject) -> str:
    """Return what links to a route lead to."""
    return f"route-{operation['operationId']}"


def write_route(
    path: str, method: str, operation: JsonObject, objects: Objects, *, has_keys: bool
) -> Markup:
    """Return the section of a route."""
    is_open = operation.get("security") == []
    name = name_route(operation)
    heading = element(
        "h3",
        element("span", method.upper(), class_=f"method {method}"),
        link(f"#{name}", code(path)),
        element("span", "no key needed", class_="open") if is_open and has_keys else "",
    )
    words = join(
        [
            write_markdown(str(operation["description"])),
            *_write_request(as_object(operation.get("requestBody")), objects),
            *_write_answer(as_object(as_object(operation["responses"])["200"]), objects),
            _write_refusals(as_object(operation["responses"]), objects),
        ]
    )
    wire_side = join(
        [
            _write_examples(name, operation),
            # A form has no room for the parts of a path, and a query is nothing to send.
            ""
            if "{" in path
            else _write_trial(path, method, operation, has_key=has_keys and not is_open),
        ]
    )
    columns = element("div", element("div", words), element("div", wire_side), class_="columns")
    return element("section", heading, columns, id=name, class_="route")


def _contents(message: JsonObject) -> JsonObject:
    return as_object(message.get("content"))


def _write_request(body: JsonObject, objects: Objects) -> Iterator[Markup]:
    schema = as_object(as_object(_contents(body).get(ENVELOPE)).get("schema"))
    if not schema:
        return
    choices = list_choices(objects.resolve(schema)) or [schema]
    for each in choices:
        title = str(objects.resolve(each).get("description", ""))
        yield element("h4", "Body" if len(choices) == 1 else write_inline(title))
        yield objects.write_fields(each)


def _write_answer(response: JsonObject, objects: Objects) -> Iterator[Markup]:
    schema = as_object(as_object(_contents(response).get(ENVELOPE)).get("schema"))
    if not schema:
        return
    yield element("h4", "Answer")
    for each in list_choices(schema) or [schema]:
        found = objects.resolve(each)
        data = as_object(as_object(found.get("properties")).get("data"))
        if not data:
            yield objects.write_fields(each, "always")
            return
        said = str(found["description"])
        yield element("p", said, " ", code("data"), " is a ", objects.name_type(data), ".")
        if "$ref" in data:
            yield objects.write_fields(data, "always")


def _write_refusals(responses: JsonObject, objects: Objects) -> Markup:
    rows = []
    for status, response in responses.items():
        reasons = _list_reasons(as_object(response), objects)
        if reasons:
            words = join((link(f"#reason-{each}", code(each)) for each in reasons), ", ")
            rows += [element("dt", status), element("dd", words)]
    summary = element("summary", "Errors")
    return element("details", summary, element("dl", *rows), class_="errors-of")


def _list_reasons(response: JsonObject, objects: Objects) -> list[str]:
    """Return the reasons of a response: a schema of its joins the envelope with a list of them."""
    content = as_object(_contents(objects.resolve(response)).get(ENVELOPE))
    schema = as_object(content.get("schema"))
    alternatives = [schema, *(objects.resolve(each) for each in list_choices(schema))]
    joined = [as_object(part) for each in alternatives for part in as_list(each.get("allOf"))]
    listed = (as_object(as_object(part.get("properties")).get("reason")) for part in joined)
    return [str(word) for each in listed for word in as_list(each.get("enum"))]


def _write_examples(name: str, operation: JsonObject) -> Markup:
    parts = [
        _write_example(example, group=f"examples-{name}", is_open=not at)
        for at, example in enumerate(_list_examples(operation))
    ]
    return element("div", *parts, class_="example") if parts else Markup()


def _list_examples(operation: JsonObject) -> Iterator[_Example]:
    request = _contents(as_object(operation.get("requestBody")))
    answer = _contents(as_object(as_object(operation["responses"])["200"]))
    sent, given = _read_examples(request.get(ENVELOPE)), _read_examples(answer.get(ENVELOPE))
    for title in {**sent, **given}:
        yield _Example(
            title, *(spell_json(each[title]) if title in each else "" for each in (sent, given))
        )
    if LINES in request:
        streams = (_spell_lines(as_object(each[LINES])) for each in (request, answer))
        yield _Example("A stream of lines", *streams)


def _read_examples(content: JsonValue) -> JsonObject:
    """Return the examples of a content by their titles."""
    found = as_object(content)
    named = map(as_object, as_object(found.get("examples")).values())
    alone: JsonObject = {"Example": found["example"]} if "example" in found else {}
    return {str(each["summary"]): each["value"] for each in named} or alone


def _spell_lines(content: JsonObject) -> str:
    return "\n".join(wire.encode(line).decode() for line in as_list(content.get("example")))


def _write_example(example: _Example, *, group: str, is_open: bool) -> Markup:
    request, answer = (
        element("pre", colour_json(each), data_copy=True) if each else ""
        for each in (example.request, example.answer)
    )
    if request and answer:
        title = element("div", element("span", "Answer"), class_="title")
        answer = element("div", title, answer)
    summary = element("summary", element("span", example.title))
    return element("details", summary, request, answer, name=group, open=is_open)


def _write_trial(path: str, method: str, operation: JsonObject, *, has_key: bool) -> Markup:
    """Return the form that sends a request; it is hidden until the page's script can do that."""
    contents = _contents(as_object(operation.get("requestBody")))
    bodies = {kind: _spell_body(kind, as_object(each)) for kind, each in contents.items()}
    key = _input("key", type_="password", autocomplete="off")
    form = element(
        "form",
        element("label", "API key", key) if has_key else "",
        *(_write_body_fields(bodies) if bodies else ()),
        element("button", f"Send to {path}", class_="send"),
        element("output"),
        class_="try",
        data_path=path,
        data_method=method.upper(),
    )
    title = element("div", element("span", "Try it"), class_="title")
    return element("div", title, form, class_="example", hidden=True)


def _write_body_fields(bodies: dict[str, str]) -> Iterator[Markup]:
    """Yield what chooses the type of a body, and the body; each type has an example of its own."""
    choices = (element("option", kind, value=kind) for kind in bodies)
    first, *others = bodies.values()
    if others:
        yield element("label", "Content-Type", element("select", *choices, name="type"))
    else:
        yield _input("type", type_="hidden", value=next(iter(bodies)))
    yield element("label", "Body", element("textarea", first, name="body", spellcheck="false"))
    yield from (element("template", body, data_type=kind) for kind, body in bodies.items())


def _spell_body(kind: str, content: JsonObject) -> str:
    """Return the first example of a body as it is sent."""
    if kind == LINES:
        return _spell_lines(content)
    return spell_json(next(iter(_read_examples(content).values())))


def _input(name: str, **attributes: str) -> Markup:
    return Markup(element("input", name=name, **attributes).removesuffix("</input>"))
