#!/usr/bin/env python3
"""Reads exported captions as trainers do: `cargo build && tests/interop/dataset.py`.

Captions a few sample pictures with the program itself, hands them over as `metadata.jsonl`, and reads
that with Python's `datasets` as an image folder; where there is no `datasets`, with `pandas` as a
table. Each picture must be there with its caption, to the letter. Without either it says so and ends
well; nothing is installed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PICTURES = ["cat.jpg", "coffee.jpg", "rocket.jpg"]
# What a reader may stumble over: quotes, line ends of other alphabets, a look like a table's formula.
HARD = '=a "cat"\nasleep\u2028\u85e4, \u202etac'


def run(program, home, *words):
    variables = {
        "HOME": str(home),
        "BLIPBOARD_CONFIG_DIR": str(home / "config"),
        "BLIPBOARD_DATA_DIR": str(home / "data"),
        "BLIPBOARD_CACHE_DIR": str(home / "cache"),
        "HF_HUB_OFFLINE": "1",
    }
    done = subprocess.run(
        [program, *words], cwd=home / "pictures", env=variables, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def exported(program, home):
    """A folder with pictures and their metadata.jsonl, and what it must hold."""
    pictures = home / "pictures"
    pictures.mkdir()
    for name in PICTURES:
        shutil.copy(TOP / "tests" / "images" / name, pictures / name)
    (pictures / "cat.txt").write_text(HARD)
    run(program, home, "history", "import", "--accept", "cat.txt")
    run(program, home, "caption", "--quiet", *PICTURES)
    (pictures / "cat.txt").unlink()
    run(program, home, "history", "export", "--format", "metadata")
    rows = run(program, home, "history", "export", "--format", "jsonl").splitlines()
    rows = [json.loads(row) for row in rows]
    wanted = {Path(row["image"]).name: row["text"] for row in rows}
    assert wanted["cat.jpg"] == HARD and len(wanted) == len(PICTURES), wanted
    return pictures, wanted


def with_datasets(datasets, pictures, home):
    data = datasets.load_dataset("imagefolder", data_dir=str(pictures), cache_dir=str(home / "hub"))
    # The order of the rows is the reader's own; the file behind each picture names it.
    data = data["train"].cast_column("image", datasets.Image(decode=False))
    return {Path(row["image"]["path"]).name: row["text"] for row in data}


def with_pandas(pandas, pictures, _):
    data = pandas.read_json(pictures / "metadata.jsonl", lines=True)
    assert all((pictures / name).is_file() for name in data["file_name"])
    return dict(zip(data["file_name"], data["text"]))


def reader():
    try:
        import datasets

        return "datasets", lambda *more: with_datasets(datasets, *more)
    except ImportError:
        pass
    try:
        import pandas

        return "pandas", lambda *more: with_pandas(pandas, *more)
    except ImportError:
        return None, None


def main():
    name, read = reader()
    if read is None:
        print("skipped: there is neither `datasets` nor `pandas`; `pip install datasets pillow` brings one")
        return
    program = os.environ.get("BLIPBOARD", str(TOP / "target" / "debug" / "blipboard"))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        pictures, wanted = exported(program, home)
        found = read(pictures, home)
        assert found == wanted, f"{name} reads {found} and not {wanted}"
    print(f"good: {name} reads {len(wanted)} captions, each with its picture")


if __name__ == "__main__":
    sys.exit(main())
