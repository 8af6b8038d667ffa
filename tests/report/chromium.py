"""A real Chromium, driven over its own protocol: enough of it for the tests of pages and of Lab."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import websocket

from commsvc.report.doctor import browser

# No sandbox: the tests also run as root, where Chromium refuses to start with one.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def chromium() -> str:
    """The browser's path; the test is skipped where there is none."""
    path = browser()
    if path is None:
        pytest.skip("no Chromium on this machine")
    return path


def without_chinese_fonts(folder: Path) -> dict[str, str]:
    """The environment of a machine that has matplotlib's fonts and no Chinese one."""
    import matplotlib

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    configuration = folder / "fonts.conf"
    configuration.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{fonts}</dir><cachedir>{folder / 'fonts'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(configuration)}


class Tab:
    """One page: commands go in, answers come out, and what happened meanwhile is kept."""

    def __init__(self, address: str) -> None:
        # Chromium talks to no page of another origin; a program sends none.
        self._socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        self._number = 0
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") != self._number:
                self.events.append(message)
                continue
            if "error" in message:
                pytest.fail(f"{method}: {message['error']}")
            answer: dict[str, Any] = message["result"]
            return answer

    def evaluate(self, script: str) -> Any:
        """What the script gives, as plain data; a promise is waited for."""
        found = self.send(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            pytest.fail(f"{script[:80]}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def wait(self, script: str, seconds: float = 30) -> Any:
        """What the script gives as soon as that is true."""
        end = time.monotonic() + seconds
        while not (found := self.evaluate(script)):
            if time.monotonic() > end:
                pytest.fail(f"after {seconds} s still not: {script}")
            time.sleep(0.05)
        return found

    def goto(self, url: str) -> None:
        self.events.clear()
        self.send("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")
        self.evaluate("document.fonts.ready.then(() => true)")

    def size(self, width: int, height: int, dark: bool = False) -> None:
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self) -> bytes:
        return base64.b64decode(self.send("Page.captureScreenshot")["data"])

    def point(self, element: str) -> tuple[float, float]:
        """The middle of the element that the script names, once it is there."""
        box = f"(() => {{ const e = {element}; const b = e && e.getBoundingClientRect();"
        box += " return b && b.width ? [b.x + b.width / 2, b.y + b.height / 2] : null; })()"
        x, y = self.wait(box)
        return x, y

    def hover(self, element: str) -> None:
        x, y = self.point(element)
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, element: str) -> None:
        x, y = self.point(element)
        where = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.send("Input.dispatchMouseEvent", type="mousePressed", **where)
        self.send("Input.dispatchMouseEvent", type="mouseReleased", **where)

    def requests(self) -> list[str]:
        """The addresses the page asked for, its own and data it carries left out."""
        asked = [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in asked[1:] if not url.startswith("data:")]

    def errors(self) -> list[str]:
        """What went wrong on the page, as its console would show it."""
        return [
            str(event["params"])
            for event in self.events
            if event["method"] == "Runtime.exceptionThrown"
            or (
                event["method"] == "Log.entryAdded" and event["params"]["entry"]["level"] == "error"
            )
        ]

    def close(self) -> None:
        self._socket.close()


class Chromium:
    """A browser of its own, with a profile of its own."""

    def __init__(self, profile: Path, env: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [
                chromium(),
                *FLAGS,
                "--remote-debugging-port=0",
                f"--user-data-dir={profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=env,
        )
        told = profile / "DevToolsActivePort"
        for _ in range(600):
            if told.is_file() and "\n" in told.read_text():
                break
            time.sleep(0.05)
        else:
            self.close()
            pytest.fail("Chromium did not start")
        self._address = f"http://127.0.0.1:{told.read_text().splitlines()[0]}"

    def tab(self) -> Tab:
        ask = urllib.request.Request(f"{self._address}/json/new?about:blank", method="PUT")
        with urllib.request.urlopen(ask, timeout=30) as answer:
            return Tab(json.load(answer)["webSocketDebuggerUrl"])

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
