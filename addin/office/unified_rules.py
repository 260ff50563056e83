"""Checks the unified manifest without network access and without Microsoft's schema."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from addin.office.manifest_rules import GUID, ICON_SIZES, NAMESPACE

SEMVER: Final = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}")
COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")
REQUIRED: Final = (
    *("manifestVersion", "id", "version", "name", "description", "developer", "icons", "accentColor", "validDomains"),
    "extensions",
)
LENGTHS: Final = {
    ("name", "short"): 30,
    ("name", "full"): 100,
    ("description", "short"): 80,
    ("description", "full"): 4000,
    ("developer", "name"): 32,
}
Manifest = Mapping[str, Any]


def faults(data: bytes, beside: Mapping[str, bytes]) -> list[str]:
    """Faults of a unified manifest, each with its place; empty if it is valid.

    Parameters
    ----------
    data : bytes
        The file.
    beside : mapping
        The files of the same package, by name.

    Examples
    --------
    >>> faults(b"[]", {})
    ['it is not a JSON object']
    """
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as problem:
        return [f"it is not JSON: {problem}"]
    if not isinstance(manifest, dict):
        return ["it is not a JSON object"]
    missing = [f"{name} is missing" for name in REQUIRED if name not in manifest]
    if missing:
        return missing
    try:
        found = [fault for rule in RULES for fault in rule(manifest)]
    except (KeyError, TypeError, IndexError, AttributeError) as problem:
        return [f"it is not built as a manifest: {type(problem).__name__} {problem}"]
    return found + list(_files(manifest, beside))


def _values(manifest: Manifest) -> Iterator[str]:
    for name, pattern, like in (
        ("id", GUID, "a GUID"),
        ("version", SEMVER, "1.2.3"),
        ("accentColor", COLOR, "#0F6CBD"),
    ):
        if not pattern.fullmatch(str(manifest[name])):
            yield f"{name}: {manifest[name]!r} is not like {like}"


def _lengths(manifest: Manifest) -> Iterator[str]:
    for (group, name), most in LENGTHS.items():
        text = manifest[group].get(name, "")
        if not text:
            yield f"{group}.{name} is missing"
        elif len(text) > most:
            yield f"{group}.{name}: {len(text)} characters, {most} at most"


def _strings(value: Any, place: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        for name, each in value.items():
            if name != "$schema":
                yield from _strings(each, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _strings(each, f"{place}[{number}]")
    elif isinstance(value, str):
        yield place, value


def _addresses(manifest: Manifest) -> Iterator[str]:
    domains = set(manifest["validDomains"])
    for domain in domains:
        if "/" in domain:
            yield f"validDomains: {domain} has to be a name without a scheme or a path"
    for place, text in _strings(manifest):
        if place.rpartition(".")[2].lower().endswith(("url", "page", "script")):
            parts = urlsplit(text)
            if parts.scheme != "https":
                yield f"{place}: {text} is not https"
            elif parts.netloc not in domains:
                yield f"{place}: {parts.netloc} is not among the validDomains"


def _references(manifest: Manifest) -> Iterator[str]:
    for extension in manifest["extensions"]:
        actions = {action["id"] for runtime in extension["runtimes"] for action in runtime.get("actions", [])}
        if not any("customFunctions" in runtime for runtime in extension["runtimes"]):
            yield "extensions: no runtime has customFunctions"
        for ribbon in extension["ribbons"]:
            for tab in ribbon["tabs"]:
                for group in tab["groups"]:
                    yield from _group(group, actions)


def _group(group: Mapping[str, Any], actions: set[str]) -> Iterator[str]:
    for each in (group, *group["controls"]):
        missing = ICON_SIZES - {str(icon["size"]) for icon in each["icons"]}
        if missing:
            yield f"{each['id']}.icons: no picture of {', '.join(sorted(missing, key=int))} pixels"
    for control in group["controls"]:
        if control["actionId"] not in actions:
            yield f"{control['id']}: actionId {control['actionId']} is not an action of a runtime"


def _namespace(manifest: Manifest) -> Iterator[str]:
    for extension in manifest["extensions"]:
        for runtime in extension["runtimes"]:
            namespace = runtime.get("customFunctions", {}).get("namespace")
            if namespace is not None and not NAMESPACE.fullmatch(str(namespace.get("id", ""))):
                yield f"namespace: {namespace.get('id')!r}: letters, digits, dots, 32 at most"


def _files(manifest: Manifest, beside: Mapping[str, bytes]) -> Iterator[str]:
    languages = manifest.get("localizationInfo", {}).get("additionalLanguages", [])
    for name in (*manifest["icons"].values(), *(each["file"] for each in languages)):
        if name not in beside:
            yield f"{name} is not in the package"


RULES: Final[tuple[Callable[[Manifest], Iterator[str]], ...]] = (
    _values,
    _lengths,
    _addresses,
    _references,
    _namespace,
)
