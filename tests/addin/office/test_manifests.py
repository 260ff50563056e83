"""The manifests: both hold, offline, and every fault of the kinds that Excel is strict about is refused by name."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]
import pytest
from typer.testing import CliRunner

from absent import give_up
from addin.commands import app as cli
from addin.office import manifest_rules, unified_rules
from addin.office.manifests import PACKAGE, UNIFIED, XML, Site, files
from browser import package

ORIGIN: Final = "https://steelyard.firm.example"
SITE: Final = Site(ORIGIN)
CLIENT_ID: Final = "11111111-2222-3333-4444-555555555555"
SITES: Final = [
    SITE,
    Site("https://localhost:8765"),
    Site(ORIGIN, "STEELYARD"),
    Site(ORIGIN, client_id=CLIENT_ID),
    Site("https://a.example:8443", "A.B", CLIENT_ID),
]


@pytest.mark.parametrize("site", SITES, ids=str)
def test_both_manifests_keep_the_rules(site: Site) -> None:
    made = files(site)
    assert manifest_rules.faults(made[XML]) == []
    assert unified_rules.faults(made[UNIFIED], made) == []
    assert made == files(site)


@pytest.mark.parametrize("site", SITES, ids=str)
def test_the_unified_manifest_keeps_microsofts_schema(site: Site) -> None:
    folder = package("@microsoft/app-manifest")
    if folder is None:
        give_up("npm install @microsoft/app-manifest")
    manifest = json.loads(files(site)[UNIFIED])
    schemas = folder / "build" / "json-schemas" / "teams" / f"v{manifest['manifestVersion']}"
    schema = json.loads((schemas / "MicrosoftTeams.schema.json").read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(manifest)


def swapped(text: str, first: str, second: str) -> str:
    """The text with two elements, each on a line of its own, in the other order."""
    return text.replace(first, "\0").replace(second, first).replace("\0", second)


ID: Final = f"<Id>{SITE.id}</Id>"
FAULTS: Final[dict[str, tuple[Callable[[str], str], str]]] = {
    "elements out of order": (lambda text: swapped(text, "<ProviderName>Steelyard</ProviderName>", ID), "in the order"),
    "a foreign element": (lambda text: text.replace("<Permissions>", "<Permission/><Permissions>"), "does not belong"),
    "a name too long": (
        lambda text: text.replace('<DisplayName DefaultValue="', '<DisplayName DefaultValue="' + "x" * 130),
        "125 at most",
    ),
    "a label too long": (lambda text: text.replace('Value="杆秤估值"', f'Value="{"估" * 126}"'), "125 at most"),
    "no https": (
        lambda text: text.replace(f'Url" DefaultValue="{ORIGIN}', 'Url" DefaultValue="http://steelyard.firm.example'),
        "not https",
    ),
    "another domain": (
        lambda text: text.replace(f'SupportUrl DefaultValue="{ORIGIN}', 'SupportUrl DefaultValue="https://b.example'),
        "AppDomains",
    ),
    "a resource that is not there": (
        lambda text: text.replace('Label resid="Group.Label"', 'Label resid="Group.Labels"'),
        "stands for nothing",
    ),
    "a resource of another kind": (
        lambda text: text.replace('Label resid="Group.Label"', 'Label resid="Pane.Tip"'),
        "is among LongStrings",
    ),
    "a resource id too long": (
        lambda text: text.replace("Functions.Metadata.Url", "Functions.Metadata.Url.And.More.Of.It"),
        "32 at most",
    ),
    "a picture missing": (
        lambda text: text.replace('<bt:Image size="80" resid="Icon.80"/>', "", 1),
        "no picture of 80",
    ),
    "two pages": (
        lambda text: text.replace('Runtime resid="Pane.Url"', 'Runtime resid="Functions.Script.Url"'),
        "share one runtime",
    ),
    "no metadata": (lambda text: cut(text, "<Metadata>", "</Metadata>"), "<Metadata> is missing"),
    "no GUID": (lambda text: text.replace(ID, "<Id>steelyard</Id>"), "not a GUID"),
    "a short version": (lambda text: text.replace("<Version>0.1.0.0", "<Version>0.1"), "four numbers"),
    "a bare language": (lambda text: text.replace('Locale="zh-CN"', 'Locale="zh"'), "a language and a region"),
    "no shared runtime": (lambda text: text.replace("SharedRuntime", "ExcelApi"), "SharedRuntime is missing"),
    "no XML": (lambda text: text[:-20], "not XML"),
    "another root": (lambda text: text.replace("TaskPaneApp", "ContentApp"), "the root is not"),
}


def cut(text: str, first: str, last: str) -> str:
    before, _, rest = text.partition(first)
    return before + rest.partition(last)[2]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_xml_manifest_is_named(name: str) -> None:
    change, said = FAULTS[name]
    good = files(SITE)[XML].decode()
    bad = change(good)
    assert bad != good
    found = manifest_rules.faults(bad.encode())
    assert any(said in fault for fault in found), found


def test_a_namespace_that_excel_would_not_take_is_named() -> None:
    bad = files(Site(ORIGIN, "STEELYARD"))[XML].replace(b'DefaultValue="STEELYARD"', b'DefaultValue="1 A"')
    assert any("is not a namespace" in fault for fault in manifest_rules.faults(bad))


RUNTIME: Final = "manifest['extensions'][0]['runtimes'][0]"
BUTTON: Final = "manifest['extensions'][0]['ribbons'][0]['tabs'][0]['groups'][0]['controls'][0]"
UNIFIED_FAULTS: Final = {
    "no id": ("del manifest['id']", "id is missing"),
    "no GUID": ("manifest['id'] = 'steelyard'", "GUID"),
    "another version": ("manifest['version'] = '1.2'", "1.2.3"),
    "a name too long": ("manifest['name']['short'] = 'x' * 31", "30 at most"),
    "no https": (f"{RUNTIME}['code']['page'] = 'http://steelyard.firm.example/pane.html'", "not https"),
    "another domain": (f"{RUNTIME}['code']['script'] = 'https://b.example/x.js'", "validDomains"),
    "an action that is not there": (f"{BUTTON}['actionId'] = 'Show'", "is not an action"),
    "a picture missing": (f"{BUTTON}['icons'].pop()", "no picture of 80"),
    "no functions": (f"del {RUNTIME}['customFunctions']", "customFunctions"),
    "a file missing": ("manifest['icons']['color'] = 'colour.png'", "colour.png is not in the package"),
    "not built as one": ("manifest['extensions'] = [{}]", "not built as a manifest"),
}


@pytest.mark.parametrize("name", UNIFIED_FAULTS)
def test_a_fault_in_the_unified_manifest_is_named(name: str) -> None:
    change, said = UNIFIED_FAULTS[name]
    made = files(SITE)
    manifest: Any = json.loads(made[UNIFIED])
    exec(change, {"manifest": manifest})  # noqa: S102 - our own lines
    found = unified_rules.faults(json.dumps(manifest).encode(), made)
    assert any(said in fault for fault in found), found


def test_the_command_writes_both_and_a_package(tmp_path: Path) -> None:
    out = tmp_path / "a" / "addin"
    done = CliRunner().invoke(cli.app, ["office", "manifest", "--origin", ORIGIN, "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert {path.name: path.read_bytes() for path in out.iterdir()} == files(SITE)
    with zipfile.ZipFile(io.BytesIO(files(SITE)[PACKAGE])) as packed:
        assert set(packed.namelist()) == {UNIFIED, "zh-cn.json", "color.png", "outline.png"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--origin", "http://localhost:8765"], "https only"),
        (["--origin", "steelyard.example"], "expected https://NAME"),
        (["--origin", "https://a.example/path"], "expected https://NAME"),
        (["--origin", "https://A.example"], "small letters"),
        (["--origin", "https://a b.example"], "expected https://NAME"),
        (["--origin", 'https://a".example'], "expected https://NAME"),
        (["--origin", ORIGIN, "--namespace", "A B"], "namespace"),
        (["--origin", ORIGIN, "--client-id", "x"], "GUID"),
    ],
)
def test_invalid_manifest_options_are_refused(options: list[str], said: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.app, ["office", "manifest", *options, "-o", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()
