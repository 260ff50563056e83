"""The two manifests that bring the add-in to Excel: the XML one, and the unified one for Microsoft 365 (JSON).

Without a namespace `=SOTP_VALUE()` is the same in every host; with one, `=STEELYARD.SOTP_VALUE()` cannot clash with
another add-in.
"""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from addin.office.metadata import metadata
from valuation.about import steelyard_version

STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the same manifests give the same package
PACKAGE: Final = "steelyard-microsoft365.zip"
XML: Final = "manifest.xml"
UNIFIED: Final = "manifest.json"
CHINESE: Final = "zh-cn.json"
ICONS: Final = ("color.png", "outline.png")
SIZES: Final = (16, 32, 80)
NAME: Final = "Steelyard"
NAME_ZH: Final = "杆秤估值"
SHORT: Final = "Company valuation in Excel formulas."
SHORT_ZH: Final = "用Excel公式为公司估值。"
TIP: Final = "Find functions, build formulas with a preview, see why a cell shows an error, open templates."
TIP_ZH: Final = "查找函数，预览并构建公式，查看单元格报错原因，打开模板。"


@dataclass(frozen=True, slots=True)
class Site:
    """The server that the manifests refer to."""

    origin: str
    namespace: str = ""
    client_id: str = ""  # the application in Entra, where people sign in

    @property
    def id(self) -> str:
        """Id of the add-in, derived from the site."""
        return str(uuid5(NAMESPACE_URL, f"{self.origin}/{self.namespace}"))

    @property
    def host(self) -> str:
        """Name and port of the origin."""
        return urlsplit(self.origin).netloc

    def page(self, name: str) -> str:
        """Address of a page that includes the version, so that caches do not serve an old page."""
        return f"{self.origin}/{name}?v={_stamp()}"


@cache
def _stamp() -> str:
    """The version, and a digest of the functions' description for Excel."""
    told = json.dumps([metadata("", lang) for lang in ("en", "zh")], sort_keys=True)
    return f"{steelyard_version()}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def version(parts: int) -> str:
    """The version with a number of components, as required by manifests.

    Examples
    --------
    >>> len(version(4).split("."))
    4
    """
    numbers = re.findall(r"\d+", steelyard_version())[:3]
    return ".".join([*numbers, *["0"] * parts][:parts])


def files(site: Site) -> dict[str, bytes]:
    """Both manifests and their further files, by file name."""
    package = {
        UNIFIED: _json(unified(site)),
        CHINESE: _json(_in_chinese()),
        **{name: (resources.files("addin") / "office" / "static" / name).read_bytes() for name in ICONS},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in package.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), data)
    return {XML: xml(site).encode(), **package, PACKAGE: packed.getvalue()}


def xml(site: Site) -> str:
    """The XML manifest: for sideloading on every platform, and for a firm's admin center."""
    template = (resources.files("addin") / "office" / "manifest_template.xml").read_text("utf-8")
    optional = {
        "namespace": '<Namespace resid="Functions.Namespace"/>' if site.namespace else "",
        "namespace_string": (
            f'<bt:String id="Functions.Namespace" DefaultValue="{_escaped(site.namespace)}"/>' if site.namespace else ""
        ),
        "sign_in": _sign_in(site) if site.client_id else "",
    }
    texts = {
        "id": site.id,
        "version": version(4),
        "origin": site.origin,
        "name": NAME,
        "name_zh": NAME_ZH,
        "short": SHORT,
        "short_zh": SHORT_ZH,
        "tip": TIP,
        "tip_zh": TIP_ZH,
        "pane": site.page("pane.html"),
        "script": site.page("functions.js"),
        "metadata": site.page("functions.json"),
        "metadata_zh": site.page("functions-zh.json"),
    }
    filled = template.format(**{name: _escaped(text) for name, text in texts.items()}, **optional)
    return "\n".join(line for line in filled.splitlines() if line.strip()) + "\n"


def _escaped(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _sign_in(site: Site) -> str:
    return f"""\
    <WebApplicationInfo>
      <Id>{_escaped(site.client_id)}</Id>
      <Resource>api://{_escaped(site.host)}/{_escaped(site.client_id)}</Resource>
      <Scopes>
        <Scope>openid</Scope>
        <Scope>profile</Scope>
      </Scopes>
    </WebApplicationInfo>"""


def unified(site: Site) -> dict[str, Any]:
    """The unified manifest, version 1.25 of its schema."""
    icons = [{"size": size, "url": f"{site.origin}/icon-{size}.png"} for size in SIZES]
    functions: dict[str, Any] = {"metadataUrl": site.page("functions.json"), "allowCustomDataForDataTypeAny": True}
    if site.namespace:
        functions["namespace"] = {"id": site.namespace, "name": site.namespace}
    found: dict[str, Any] = {
        "$schema": "https://developer.microsoft.com/json-schemas/teams/v1.25/MicrosoftTeams.schema.json",
        "manifestVersion": "1.25",
        "id": site.id,
        "version": version(3),
        "name": {"short": NAME, "full": f"{NAME}: company valuation in Excel formulas"},
        "description": {"short": SHORT, "full": f"{SHORT} {TIP}"},
        "developer": {
            "name": NAME,
            "websiteUrl": site.origin,
            "privacyUrl": f"{site.origin}/about.html#privacy",
            "termsOfUseUrl": f"{site.origin}/about.html#terms",
        },
        "icons": dict(zip(("color", "outline"), ICONS, strict=True)),
        "accentColor": "#0F6CBD",
        "localizationInfo": {
            "defaultLanguageTag": "en-us",
            "additionalLanguages": [{"languageTag": "zh-cn", "file": CHINESE}],
        },
        "authorization": {
            "permissions": {"resourceSpecific": [{"name": "Document.ReadWrite.User", "type": "Delegated"}]}
        },
        "validDomains": [site.host],
        "extensions": [
            {
                "requirements": {
                    "scopes": ["workbook"],
                    "capabilities": [{"name": "SharedRuntime", "minVersion": "1.1"}],
                },
                "runtimes": [
                    {
                        "id": "SharedRuntime",
                        "type": "general",
                        "lifetime": "long",
                        "code": {"page": site.page("pane.html"), "script": site.page("functions.js")},
                        "customFunctions": functions,
                        "actions": [{"id": "ShowPane", "type": "openPage"}],
                    }
                ],
                "ribbons": [{"contexts": ["default"], "tabs": [_tab(icons)]}],
            }
        ],
    }
    if site.client_id:
        found["webApplicationInfo"] = {"id": site.client_id, "resource": f"api://{site.host}/{site.client_id}"}
    return found


def _tab(icons: list[dict[str, Any]]) -> dict[str, Any]:
    button = {
        "id": "Steelyard.Pane",
        "type": "button",
        "label": NAME,
        "icons": icons,
        "supertip": {"title": NAME, "description": TIP},
        "actionId": "ShowPane",
    }
    group = {"id": "Steelyard.Group", "label": NAME, "icons": icons, "controls": [button]}
    return {"builtInTabId": "TabHome", "groups": [group]}


def _in_chinese() -> dict[str, str]:
    return {
        "$schema": "https://developer.microsoft.com/json-schemas/teams/v1.25/MicrosoftTeams.Localization.schema.json",
        "name.short": NAME_ZH,
        "name.full": "杆秤估值：用Excel公式为公司估值",
        "description.short": SHORT_ZH,
        "description.full": SHORT_ZH + TIP_ZH,
        "extensions[0].ribbons[0].tabs[0].groups[0].label": NAME_ZH,
        "extensions[0].ribbons[0].tabs[0].groups[0].controls[0].label": NAME_ZH,
        "extensions[0].ribbons[0].tabs[0].groups[0].controls[0].supertip.title": NAME_ZH,
        "extensions[0].ribbons[0].tabs[0].groups[0].controls[0].supertip.description": TIP_ZH,
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
