"""A real Chromium for tests and benchmarks of the Office add-in, with what npm has of Microsoft's."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

HERE: Final = Path(__file__).parent
STAND_INS: Final = HERE / "addin" / "office"
PACKAGES: Final = ("playwright-core", "@microsoft/office-js", "axe-core")

# Serves the stand-ins of Excel and Microsoft's own files to a page, whatever the server has at these addresses.
OPEN: Final = """
const context = await here.browser.newContext({ ignoreHTTPSErrors: true, ...given.options });
const page = await context.newPage();
page.setDefaultTimeout(15000);
const said = [];
page.on("pageerror", (error) => said.push(error.message));
page.on("console", (message) => message.type() === "error" && said.push(message.text()));
const fulfil = (path) => (route) => route.fulfill({ path });
for (const [pattern, file] of Object.entries(given.routes)) await page.route(pattern, fulfil(file));
for (const script of given.scripts) await page.addInitScript({ path: script });
await page.goto(given.address);
Object.assign(here, { context, page, said });
"""


def missing() -> str:
    """Why there is no browser here, if there is none."""
    if not (shutil.which("chromium") and shutil.which("node")):
        return "chromium or node is not on PATH"
    absent = [name for name in PACKAGES if not package(name)]
    return f"npm install --prefix FOLDER {' '.join(absent)}, and NODE_PATH=FOLDER/node_modules" if absent else ""


def package(name: str) -> Path | None:
    """The folder of an npm package, where NODE_PATH has it."""
    for folder in os.environ.get("NODE_PATH", "").split(os.pathsep):
        if folder and (Path(folder) / name).is_dir():
            return Path(folder) / name
    return None


def office_js(name: str) -> str:
    """A file of Microsoft's, from npm."""
    folder = package("@microsoft/office-js")
    assert folder
    return str(folder / "dist" / name)


class Browser:
    """A Chromium, and the page that is open in it."""

    def __enter__(self) -> Self:
        command = ["node", "--experimental-websocket", str(HERE / "browser.cjs"), str(shutil.which("chromium"))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._process as process:
            assert process.stdin
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def begin(self, program: str, given: object = None) -> None:
        """Start a program in Node; `end` waits for what it gives."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"program": program, "given": given}) + "\n")
        self._process.stdin.flush()

    def end(self) -> Any:  # noqa: ANN401 - any JSON
        """What the program that was begun gives."""
        assert self._process.stdout
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def run(self, program: str, given: object = None) -> Any:  # noqa: ANN401 - any JSON
        """What a program gives that runs in Node, beside the browser."""
        self.begin(program, given)
        return self.end()

    def in_page(self, program: str, given: object = None) -> Any:  # noqa: ANN401 - any JSON
        """What a program gives that runs in the open page."""
        return self.run(f"return await here.page.evaluate(async (given) => {{ {program} }}, given)", given)

    def open(
        self,
        address: str,
        routes: dict[str, str] | None = None,
        scripts: tuple[str, ...] = (),
        options: dict[str, Any] | None = None,
    ) -> None:
        """Open a page in a context of its own, after the one that was open is closed."""
        self.run("if (here.context) await here.context.close(); here.context = null")
        self.run(OPEN, {"address": address, "routes": routes or {}, "scripts": scripts, "options": options or {}})

    def open_runtime(self, origin: str) -> None:
        """Open a page with Microsoft's own runtime for custom functions, ours, and a stand-in for Excel's end of it."""
        routes = {
            "**/runtime.html": str(STAND_INS / "runtime.html"),
            "**/bridge.js": str(STAND_INS / "bridge.js"),
            "**/custom-functions-runtime.js": office_js("custom-functions-runtime.js"),
        }
        self.open(f"{origin}/runtime.html", routes)
        self.run("await here.page.waitForFunction(() => globalThis.excelBridge && globalThis.steelyard)")

    def open_pane(self, origin: str, query: str = "", options: dict[str, Any] | None = None) -> None:
        """Open the pane with stand-ins for Office.js and a sheet."""
        routes = {"https://appsforoffice.microsoft.com/**": str(STAND_INS / "excel.js")}
        self.open(f"{origin}/pane.html{query}", routes, options=options)
        self.run("await here.page.waitForFunction(() => document.body.dataset.ready)")


class Server:
    """`steelyard serve` as a process of its own."""

    def __init__(self, *options: str, port: int = 0) -> None:
        self.port = port or free_port()
        self.origin = f"http://localhost:{self.port}"
        self._command = [sys.executable, "-m", "addin", "serve", "--port", str(self.port), *options]
        if "--certificate" not in options and "--data" not in options:
            self._command.append("--plain-http")
        else:
            self.origin = f"https://localhost:{self.port}"
        self.log = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        if not self._stderr.closed:
            self.finish()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        # No pipe: one that nobody reads would stop the server as soon as it is full.
        self._stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115 - `finish` closes it
        self.process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=self._stderr, text=True, cwd=HERE.parent
        )
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        self.process.kill()
        self.finish()
        message = f"the server did not start: {self.log}"
        raise AssertionError(message)

    def finish(self, seconds: float = 30) -> int:
        """Wait until it has ended, and keep its log."""
        self.process.wait(seconds)
        with self._stderr:
            self._stderr.seek(0)
            self.log += self._stderr.read()
        return self.process.returncode

    def post(self, body: bytes, headers: dict[str, str] | None = None, path: str = "/api/calls") -> tuple[int, bytes]:
        """Status and body that a request is answered with."""
        told = {"content-type": "application/json"} | (headers or {})
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, told)
        try:
            with urllib.request.urlopen(request, timeout=70) as answer:  # noqa: S310 - the same
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
