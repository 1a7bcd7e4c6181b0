"""A headless Chromium, spoken to through a pipe in its own protocol: no driver and no further library.

In: the address of a page. Out: what the page computes, what its console says, its accessibility tree, pictures of it.
Guaranteed: the browser has a profile of its own, talks to nobody, and has ended when the block is left.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)  # fmt: skip
_SECONDS = 60
MISSING = (
    "Chromium is not installed, and this stage cannot run without it. "
    "Install it, for example with `apt-get install chromium`, or name one with CHROMIUM=/path/to/chromium."
)


def find_chromium() -> str:
    """The path of a Chromium; a RuntimeError that says what to do when there is none."""
    given = os.environ.get("CHROMIUM")
    found = shutil.which(given) if given else next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise RuntimeError(MISSING)
    return found


class Chromium:
    """One page in a running browser."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = answers
        self._held = b""
        self._number = 0
        self._session = ""
        self._events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "DOM", "Accessibility", "Network"):
            self.ask(f"{domain}.enable")

    # ── what is asked of it ──

    def show(
        self, path: Path, width: int, height: int = 900, *, scheme: str = "light", media: str = ""
    ) -> None:
        """Open a file in a window of a size."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=media, features=features)
        self._events.clear()
        self.ask("Page.navigate", url=path.resolve().as_uri())
        self._wait_for("Page.loadEventFired")

    def value(self, expression: str) -> Any:
        """What a JavaScript expression gives in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def complaints(self) -> list[str]:
        """What the console was told, and requests for anything but the page itself."""
        self.value("new Promise(done => setTimeout(done, 100))")
        found = []
        for event in self._events:
            method, told = event["method"], event["params"]
            if method == "Runtime.exceptionThrown":
                found.append(f"exception: {told['exceptionDetails']}")
            elif method == "Runtime.consoleAPICalled" or method == "Log.entryAdded":
                found.append(f"console: {told.get('entry', told)}")
            elif method == "Network.requestWillBeSent" and told.get("type") != "Document":
                found.append(f"request: {told['request']['url']}")
        return found

    def headings(self) -> list[tuple[int, str]]:
        """The headings as somebody hears them who cannot see the page: level and words."""
        nodes = self.ask("Accessibility.getFullAXTree")["nodes"]
        found = []
        for node in nodes:
            if node.get("role", {}).get("value") == "heading" and not node.get("ignored"):
                levels = [p["value"]["value"] for p in node.get("properties", []) if p["name"] == "level"]
                found.append((int(levels[0]), str(node["name"]["value"])))
        return found

    def picture(self, path: Path, *, height: int | None = None, top: int = 0) -> None:
        """A picture of the page from `top`, all of it unless a height is given."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {
            "x": 0,
            "y": top,
            "width": size["width"],
            "height": height or size["height"] - top,
            "scale": 1,
        }
        answer = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(answer["data"]))

    # ── the protocol ──

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            found = self._read()
            if found.get("id") == self._number:
                if "error" in found:
                    raise AssertionError(f"{method}: {found['error']}")
                answer: dict[str, Any] = found["result"]
                return answer
            if "method" in found:
                self._events.append(found)

    def _wait_for(self, event: str) -> None:
        while not any(each["method"] == event for each in self._events):
            found = self._read()
            if "method" in found:
                self._events.append(found)

    def _read(self) -> dict[str, Any]:
        end = time.monotonic() + _SECONDS
        while b"\0" not in self._held:
            ready, _, _ = select.select([self._answers], [], [], max(end - time.monotonic(), 0))
            received = os.read(self._answers, 1 << 20) if ready else b""
            if not received:
                raise AssertionError("Chromium has ended, or does not answer")
            self._held += received
        message, _, self._held = self._held.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def open_chromium() -> Iterator[Chromium]:
    """A browser with an empty page; it ends with the block."""
    executable = find_chromium()
    to_read, commands = os.pipe()
    answers, to_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        line = f'exec "$@" 3<&{to_read} 4>&{to_write}'  # the pipe is expected at these two numbers
        process = subprocess.Popen(
            ["bash", "-c", line, "chromium", executable, *_FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        try:
            yield Chromium(commands, answers)
        finally:
            os.close(commands)
            os.close(answers)
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
