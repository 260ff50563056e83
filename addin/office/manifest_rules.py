"""Checks the XML manifest without network access.

Microsoft's own checker sends XML manifests to a service. These rules are from its documentation, those that Excel
enforces: order of elements, lengths, https, icons, and existing resource ids.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from lxml import etree

Node: TypeAlias = "etree._Element"  # noqa: SLF001 - lxml has no other name for it
Faults: TypeAlias = Iterator[str]

APP: Final = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
OVERRIDES: Final = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
TYPES: Final = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
KIND: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"

GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
VERSION: Final = re.compile(r"\d{1,5}(\.\d{1,5}){3}")
LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z]{4})?-[A-Z]{2}")
NAMESPACE: Final = re.compile(r"[A-Za-z][A-Za-z0-9._]{0,31}")
ICON_SIZES: Final = {"16", "32", "80"}
LONGEST_ID: Final = 32

# Required order of elements; the first list is for the whole manifest.
ORDERS: Final[dict[str, tuple[str, ...]]] = {
    f"{APP}OfficeApp": (
        *("Id", "AlternateId", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl"),
        *("HighResolutionIconUrl", "SupportUrl", "AppDomains", "Hosts", "Requirements", "DefaultSettings"),
        *("Permissions", "VersionOverrides"),
    ),
    f"{OVERRIDES}VersionOverrides": ("Description", "Requirements", "Hosts", "Resources", "WebApplicationInfo"),
    f"{OVERRIDES}Host": ("Runtimes", "AllFormFactors", "DesktopFormFactor"),
    f"{OVERRIDES}Resources": ("Images", "Urls", "ShortStrings", "LongStrings"),
    f"{OVERRIDES}Control": ("Label", "Supertip", "Icon", "Action"),
    f"{OVERRIDES}Group": ("Label", "Icon", "Control"),
}
FUNCTIONS: Final = ("Script", "Page", "Metadata", "Namespace")
REQUIRED: Final = ("Id", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description", "IconUrl", "Hosts")
LENGTHS: Final = {"DisplayName": 125, "Description": 250, "ProviderName": 125}
STRING_LENGTHS: Final = {"ShortStrings": 125, "LongStrings": 250}
RESOURCE_OF: Final = {
    "Image": "Images",
    "SourceLocation": "Urls",
    "Runtime": "Urls",
    "FunctionFile": "Urls",
    "Label": "ShortStrings",
    "Title": "ShortStrings",
    "Namespace": "ShortStrings",
    "Description": "LongStrings",
}


def faults(data: bytes) -> list[str]:
    """Faults of an XML manifest, each with its place; empty if it is valid.

    Parameters
    ----------
    data : bytes
        The file.

    Examples
    --------
    >>> faults(b"<OfficeApp/>")
    ['the root is not <OfficeApp xsi:type="TaskPaneApp">']
    """
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as problem:
        return [f"it is not XML: {problem.msg}"]
    if root.tag != f"{APP}OfficeApp" or root.get(KIND) != "TaskPaneApp":
        return ['the root is not <OfficeApp xsi:type="TaskPaneApp">']
    return [fault for rule in RULES for fault in rule(root)]


def _name(node: Node) -> str:
    return str(etree.QName(node).localname)


def _place(node: Node) -> str:
    return f"line {node.sourceline}, <{_name(node)}>"


def _order(root: Node) -> Faults:
    for node in root.iter(etree.Element):
        known = ORDERS.get(str(node.tag))
        if node.get(KIND) == "CustomFunctions":
            known = FUNCTIONS
        if known is None:
            continue
        names = [_name(child) for child in node if isinstance(child.tag, str)]
        foreign = [name for name in names if name not in known]
        if foreign:
            yield f"{_place(node)}: <{foreign[0]}> does not belong there"
        elif names != sorted(names, key=known.index):
            yield f"{_place(node)}: its elements have to stand in the order {', '.join(known)}"


def _required(root: Node) -> Faults:
    for name in REQUIRED:
        if root.find(APP + name) is None:
            yield f"<{name}> is missing"
    functions = [node for node in root.iter(f"{OVERRIDES}ExtensionPoint") if node.get(KIND) == "CustomFunctions"]
    if len(functions) != 1:
        yield f"there are {len(functions)} extension points for custom functions: expected one"
    for node in functions:
        for name in FUNCTIONS[:3]:
            if node.find(OVERRIDES + name) is None:
                yield f"{_place(node)}: <{name}> is missing"
    if "SharedRuntime" not in {node.get("Name") for node in root.iter(f"{APP}Set")}:
        yield "<Requirements>: the set SharedRuntime is missing"


def _values(root: Node) -> Faults:
    for name, pattern, like in (
        ("Id", GUID, "a GUID"),
        ("Version", VERSION, "four numbers, 1.2.3.4"),
        ("DefaultLocale", LOCALE, "a language and a region, en-US"),
    ):
        node = root.find(APP + name)
        if node is not None and not pattern.fullmatch(node.text or ""):
            yield f"{_place(node)}: {node.text!r} is not {like}"
    for node in root.iter(f"{APP}Override", f"{TYPES}Override"):
        if not LOCALE.fullmatch(node.get("Locale", "")):
            yield f"{_place(node)}: Locale {node.get('Locale')!r} is not a language and a region, zh-CN"


def _lengths(root: Node) -> Faults:
    for name, most in LENGTHS.items():
        node = root.find(APP + name)
        if node is not None:
            yield from _too_long(node, most)
    for group, most in STRING_LENGTHS.items():
        for node in root.iterfind(f".//{TYPES}{group}/*"):
            yield from _too_long(node, most)


def _too_long(node: Node, most: int) -> Faults:
    texts = [node.text or "", node.get("DefaultValue", ""), *(each.get("Value", "") for each in node)]
    for text in texts:
        if len(text.strip()) > most:
            yield f"{_place(node)}: {len(text)} characters, {most} at most"


def _addresses(root: Node) -> Faults:
    domains = {node.text for node in root.iter(f"{APP}AppDomain")}
    for node in root.iter(etree.Element):
        for name in ("DefaultValue", "Value"):
            text = node.get(name)
            if text is None:
                continue
            if not re.match(r"[a-z]+:", text):
                if _name(node) in ("Url", "Image", "IconUrl", "HighResolutionIconUrl", "SupportUrl"):
                    yield f"{_place(node)}: {text!r} is not a whole address"
                continue
            parts = urlsplit(text)
            if parts.scheme != "https":
                yield f"{_place(node)}: {text} is not https"
            elif f"https://{parts.netloc}" not in domains:
                yield f"{_place(node)}: {parts.netloc} is not among the AppDomains"


def _resources(root: Node) -> Faults:
    groups = root.find(f".//{OVERRIDES}Resources")
    defined = {str(each.get("id")): _name(group) for group in groups for each in group} if groups is not None else {}
    used = set()
    for node in root.iter(etree.Element):
        resid = node.get("resid")
        if resid is None:
            continue
        used.add(resid)
        wanted = RESOURCE_OF.get(_name(node), "")
        if len(resid) > LONGEST_ID:
            yield f"{_place(node)}: resid {resid} has {len(resid)} characters, {LONGEST_ID} at most"
        if resid not in defined:
            yield f"{_place(node)}: resid {resid} stands for nothing in <Resources>"
        elif defined[resid] != wanted:
            yield f"{_place(node)}: resid {resid} is among {defined[resid]}, expected in {wanted}"
    for resid in sorted(defined.keys() - used):
        yield f"<Resources>: {resid} is used nowhere"


def _icons(root: Node) -> Faults:
    for node in root.iter(f"{OVERRIDES}Icon"):
        missing = ICON_SIZES - {str(image.get("size")) for image in node}
        if missing:
            yield f"{_place(node)}: no picture of {', '.join(sorted(missing, key=int))} pixels"


def _runtime(root: Node) -> Faults:
    runtimes = {node.get("resid") for node in root.iter(f"{OVERRIDES}Runtime")}
    pages = {node.get("resid") for node in root.iterfind(f".//{OVERRIDES}Page/{OVERRIDES}SourceLocation")}
    if runtimes != pages:
        yield "<Runtime> and <Page> have to name the same resid: they share one runtime"


def _namespace(root: Node) -> Faults:
    for node in root.iterfind(f".//{OVERRIDES}ExtensionPoint/{OVERRIDES}Namespace"):
        for text in root.iterfind(f".//{TYPES}String[@id='{node.get('resid')}']"):
            value = text.get("DefaultValue", "")
            if not NAMESPACE.fullmatch(value):
                yield f"{_place(text)}: {value!r} is not a namespace: letters, digits, dots, 32 at most"


RULES: Final[tuple[Callable[[Node], Faults], ...]] = (
    _order,
    _required,
    _values,
    _lengths,
    _addresses,
    _resources,
    _icons,
    _runtime,
    _namespace,
)
