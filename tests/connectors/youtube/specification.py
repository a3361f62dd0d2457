"""YouTube's own specification: the discovery document that googleapiclient brings along, as a judge.

The library checks parameters alone, and no body; here bodies and answers are held against the schemas, too.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.connectors.instagram.between import Between, Seen

Json = Mapping[str, Any]

DOCUMENT: Json = json.loads(
    files("googleapiclient.discovery_cache").joinpath("documents", "youtube.v3.json").read_text(encoding="utf-8")
)
TYPES: Mapping[str, Any] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "array": (list,),
    "any": (object,),
}
UPLOAD = {"upload_id"}
"""Of the upload protocol, which the document does not describe."""


class Broken(AssertionError):
    """Not as the specification says."""


def methods(resources: Json) -> Iterator[Json]:
    for resource in resources.values():
        yield from resource.get("methods", {}).values()
        yield from methods(resource.get("resources", {}))


def paths(method: Json) -> set[str]:
    protocols = method.get("mediaUpload", {}).get("protocols", {})
    return {f"/{method['path']}", *(protocol["path"] for protocol in protocols.values())}


def method_of(seen: Seen) -> Json:
    path = "/" + urlsplit(seen.path).path.partition("/")[2]
    for method in methods(DOCUMENT["resources"]):
        if method["httpMethod"] == seen.method and path in paths(method):
            return method
    raise Broken(f"no such method: {seen.method} {path}")


def is_part(seen: Seen) -> bool:
    """A film's bytes, or the question how many of them are there."""
    return seen.method == "PUT" and "upload_id" in seen.path


def check_request(seen: Seen) -> None:
    method = method_of(seen)
    known = {**DOCUMENT["parameters"], **method.get("parameters", {})}
    given = parse_qs(urlsplit(seen.path).query, keep_blank_values=True)
    for name in given.keys() - known.keys() - UPLOAD:
        raise Broken(f"{method['id']}: no such parameter: {name}")
    for name, rule in known.items():
        if rule.get("required") and name not in given:
            raise Broken(f"{method['id']}: {name} is missing")
        for value in given.get(name, []):
            check_parameter(f"{method['id']}.{name}", rule, value)
    if "request" in method:
        check(DOCUMENT["schemas"][method["request"]["$ref"]], json.loads(seen.body), method["id"])
    elif seen.body and "mediaUpload" not in method:
        raise Broken(f"{method['id']} takes no body")


def check_parameter(where: str, rule: Json, value: str) -> None:
    least, most = int(rule.get("minimum", "0")), int(rule.get("maximum", "999999999"))
    if rule["type"] == "integer" and not least <= int(value) <= most:
        raise Broken(f"{where}: {value} is out of range")
    if rule["type"] == "boolean" and value not in {"true", "false"}:
        raise Broken(f"{where}: {value} is neither true nor false")
    if "enum" in rule and value not in rule["enum"]:
        raise Broken(f"{where}: {value} is none of {rule['enum']}")


def check_answer(seen: Seen, status: int, body: bytes) -> None:
    method = method_of(seen)
    if status >= 400:
        error = json.loads(body)["error"]
        if error["code"] != status or not error["message"] or not error["errors"][0]["reason"]:
            raise Broken(f"{method['id']}: an error in another form: {error}")
    elif "response" not in method:
        if status != 204 or body:
            raise Broken(f"{method['id']} answers 204 and nothing")
    elif body:  # beginning an upload answers by a header alone
        check(DOCUMENT["schemas"][method["response"]["$ref"]], json.loads(body), method["id"])


def check(schema: Json, value: Any, where: str) -> None:
    """`value` as `schema` says, with no field that it does not name."""
    schema = DOCUMENT["schemas"][schema["$ref"]] if "$ref" in schema else schema
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        raise Broken(f"{where}: {value!r} is no {kind}")
    if "enum" in schema and value not in schema["enum"]:
        raise Broken(f"{where}: {value!r} is none of {schema['enum']}")
    if kind == "array":
        for number, one in enumerate(value):
            check(schema["items"], one, f"{where}[{number}]")
    if kind == "object" and "properties" in schema:
        for name, inside in value.items():
            if name not in schema["properties"]:
                raise Broken(f"{where}: no such field: {name}")
            check(schema["properties"][name], inside, f"{where}.{name}")


def check_all(wire: Between) -> int:
    """Every request that passed, and every answer that the stand-in gave; how many."""
    youtube = [seen for seen in wire.seen if "googleapis.com/token" not in seen.path and not is_part(seen)]
    for seen in youtube:
        check_request(seen)
    for seen, status, body in wire.answered:
        if seen in youtube:
            check_answer(seen, status, body)
    return len(youtube)
