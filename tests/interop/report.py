#!/usr/bin/env python3
"""Opens a report in a real browser: `cargo build && tests/interop/report.py`.

Makes a report with the program itself, from captioners on loopback whose captions would run scripts
and fetch pictures if the page let them. Then looks at it in headless Chromium, wide, on a phone, in
the dark and on paper: nothing may run, nothing may be fetched, no error may be told, and each
picture must have been drawn. What was seen is kept in `target/interop/`. Without a browser it says
so and ends well.
"""

import http.server
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
SEEN = TOP / "target" / "interop"
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

CAPTIONS = {
    "careful": [
        "An astronaut in a white suit smiles before a flag and the model of a shuttle.",
        "A ginger cat with wide green eyes looks straight into the camera; its whiskers catch the "
        "light, and the background is softly blurred.",
        "A cup of coffee on a saucer, seen from above, with a spoon beside it on a wooden table.",
        "A rocket lifts off at night over its own bright smoke.",
    ],
    "brief": ["A woman in a space suit.", "A cat.", "Coffee.", "A rocket."],
    "hostile": [
        "<script>document.title='broken'; fetch('http://127.0.0.1:9/script')</script> she smiles",
        "<img src=http://127.0.0.1:9/picture onerror=\"document.title='broken'\"> \u202etac",
        "</p></div></style><style>@import 'http://127.0.0.1:9/style';</style> "
        "\u05e7\u05e4\u05d4 \u05e2\u05dc \u05d4\u05e9\u05d5\u05dc\u05d7\u05df",
        None,
    ],
}


def captioner(captions):
    """Answers with the caption of the picture whose number its answers have reached."""

    class Handler(http.server.BaseHTTPRequestHandler):
        count = 0

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            caption = captions[min(Handler.count, len(captions) - 1)]
            Handler.count += 1
            status = 200 if caption else 400
            answer = [{"generated_text": caption}] if caption else {"error": "the picture is too bright"}
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/v1"


def judge(history):
    """Puts verdicts into history as the dashboard would: the first model mostly wins."""
    with sqlite3.connect(history) as base:
        pictures = base.execute("SELECT picture, max(id) FROM run GROUP BY picture ORDER BY 2")
        choices = [("best", 2), ("best", 2), ("tie", None), ("best", 1)]
        for (picture, _), (choice, best) in zip(pictures.fetchall(), choices):
            verdict = base.execute(
                "INSERT INTO verdict (picture, moment, choice, best, blind, counts, lineup, reason)"
                " VALUES (?, 0, ?, ?, 1, 1, 'all', ?)",
                (picture, choice, best, "the whiskers <b>are</b> there" if best == 2 else ""),
            ).lastrowid
            runs = base.execute(
                "SELECT model, run.id, caption FROM run JOIN request ON request.id = run.request"
                " WHERE picture = ? ORDER BY model",
                (picture,),
            )
            for place, (model, run, caption) in enumerate(runs.fetchall()):
                base.execute(
                    "INSERT INTO side VALUES (?, ?, ?, NULL, ?, ?)",
                    (verdict, place, model, run, len(caption) if caption else None),
                )


def report(home, program):
    """The path of a report on the sample pictures."""
    pictures = home / "pictures"
    shutil.copytree(TOP / "tests" / "images", pictures)
    config = home / "config"
    config.mkdir()
    endpoints = "".join(
        f'[endpoints.{name}]\nurl = "{captioner(captions)}"\nprotocol = "image-to-text"\n'
        for name, captions in CAPTIONS.items()
    )
    (config / "config.toml").write_text(endpoints)
    variables = {
        "HOME": str(home),
        "BLIPBOARD_CONFIG_DIR": str(config),
        "BLIPBOARD_DATA_DIR": str(home / "data"),
        "BLIPBOARD_CACHE_DIR": str(home / "cache"),
        "HF_HUB_OFFLINE": "1",
    }
    page = home / "report.html"
    words = [program, "compare", "--yes", "--quiet", "--concurrency", "1", "."]
    for model in [*(f"endpoint:{name}" for name in CAPTIONS), "builtin/describe"]:
        words += ["-m", model]
    run = lambda more: subprocess.run(
        words + more, cwd=pictures, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120
    )
    first = run([])
    assert first.returncode == 1, first.stderr.decode()  # one picture is too bright for one of them
    judge(home / "data" / "history.sqlite")
    again = run(["--report", str(page)])
    assert page.exists(), again.stderr.decode()
    return page


def look(browser, page, home, name, size, more=()):
    """Opens the page and keeps what is seen; what the browser fetched and what it complained of."""
    log = home / f"{name}.json"
    shot = SEEN / f"{name}.png"
    words = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--hide-scrollbars", "--enable-logging=stderr", f"--user-data-dir={home / ('browser-' + name)}",
        f"--log-net-log={log}", f"--window-size={size}", *more,
    ]
    if "--print-to-pdf" in more:
        words.remove("--print-to-pdf")
        words.append(f"--print-to-pdf={SEEN / (name + '.pdf')}")
    else:
        words.append(f"--screenshot={shot}")
    ended = subprocess.run([*words, page.as_uri()], capture_output=True, text=True, timeout=120)
    told = [line for line in ended.stderr.splitlines() if "CONSOLE" in line]
    fetched = set()
    for event in json.loads(log.read_text())["events"]:
        url = event.get("params", {}).get("url", "")
        if "127.0.0.1" in url:
            fetched.add(url)
    return told, fetched


def document(browser, page, home):
    """The page as the browser understood it."""
    words = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom",
             "--disable-background-networking", f"--user-data-dir={home / 'browser-dom'}", page.as_uri()]
    return subprocess.run(words, capture_output=True, text=True, timeout=120).stdout


def main():
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        print("skipped: there is no Chromium to open a report in")
        return
    program = os.environ.get("BLIPBOARD", str(TOP / "target" / "debug" / "blipboard"))
    SEEN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        page = report(home, program)
        shutil.copy(page, SEEN / "report.html")
        views = {
            "wide": ("1400,2600", ()),
            "dark": ("1400,2600", ("--blink-settings=preferredColorScheme=0",)),
            "phone": ("500,3600", ()),
            "paper": ("1000,1400", ("--print-to-pdf",)),
        }
        for name, (size, more) in views.items():
            told, fetched = look(browser, page, home, name, size, more)
            assert not told, f"{name}: the browser complains: {told}"
            assert not fetched, f"{name}: the page fetched {fetched}"
        dom = document(browser, page, home)
        assert "<title>Captions compared</title>" in dom, "a script ran"
        assert dom.count("<img ") == 4, "a picture is missing, or one slipped in"
        assert "<script" not in dom and dom.count("<style") == 1, "markup slipped in"
    print(f"good: {len(views)} views in {SEEN.relative_to(TOP)}")


if __name__ == "__main__":
    sys.exit(main())
