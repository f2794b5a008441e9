"""wheels.py: write packages/wheel_rows.py, the last Python that packages have wheels for.

Asks the package index for the files of each package of PACKAGES, as pip does. A release whose
wheels suit any Python (py3-none, abi3) has no last one and no row.
"""

import json
import re
import sys
import textwrap
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import Version

from scaffold.project.syntax.text import words

INDEX = "https://pypi.org/simple"
TARGET = Path(__file__).parent.parent / "scaffold" / "project" / "packages" / "wheel_rows.py"
ANY = 999

PACKAGES = words(
    """
    numpy scipy pandas scikit-learn matplotlib tensorflow tensorflow-cpu tensorflow-gpu
    torch torchvision torchaudio jaxlib numba llvmlite opencv-python opencv-python-headless
    opencv-contrib-python scikit-image pillow h5py pyarrow tokenizers sentencepiece grpcio
    protobuf psycopg2-binary lxml pyyaml cython spacy thinc blis pycocotools shapely xgboost
    lightgbm catboost onnx onnxruntime onnxruntime-gpu faiss-cpu open3d mujoco ray
    pydantic-core aiohttp cffi cryptography safetensors bitsandbytes statsmodels tables
    netcdf4 dm-tree tensorflow-text tensorflow-addons tensorflow-io pygame regex ujson
    orjson wrapt triton soxr av decord pyzmq gensim fasttext-wheel kiwisolver contourpy
    frozenlist greenlet pywavelets numexpr bottleneck dlib-bin rdkit rasterio fiona pyproj
    vtk pymeshlab mediapipe nmslib hnswlib imagecodecs levenshtein rapidfuzz scikit-sparse
    cupy-cuda11x cupy-cuda12x deepspeech ale-py labmaze tensorstore paddlepaddle paddlepaddle-gpu
    torchtext torchdata simpleitk scikit-surprise tflite-runtime wordcloud fairseq
    pyworld pynini python-levenshtein xformers triton tensorflow-decision-forests
    """
)

HEAD = '''"""The last Python for which releases of a package have Linux wheels.

Written by tools/wheels.py from the package index on {day}; not edited by hand. Behind each
package stand pairs of release and last Python minor, which holds from that release on. `any`
is no limit: wheels for any Python, or for the newest one that exists.
"""

TABLE = """
'''


def main() -> int:
    found = {name: rows for name in sorted(PACKAGES) if (rows := rows_of(name))}
    newest = max(last for rows in found.values() for _, last in rows if last < ANY)
    lines = [HEAD.format(day=date.today().isoformat())]
    for name, rows in found.items():
        pairs = [f"{first}:{last if last < newest else 'any'}" for first, last in rows]
        line = " ".join([name, *pairs])
        lines.append(textwrap.fill(line, 98, subsequent_indent="  ") + "\n")
    TARGET.write_text("".join(lines) + '"""\n')
    print(f"{TARGET.name}: {len(found)} packages, newest Python 3.{newest}")
    return 0


def rows_of(name: str) -> list[tuple[str, int]]:
    """Where the last Python changes from one release to the next."""
    rows: list[tuple[str, int]] = []
    for version, last in sorted(lasts(files_of(name)).items()):
        if not rows or rows[-1][1] != last:
            rows.append((str(version), last))
    return rows


def files_of(name: str) -> Iterator[str]:
    request = urllib.request.Request(  # noqa: S310 - a fixed https address
        f"{INDEX}/{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310
        for file in json.load(reply)["files"]:
            if not file.get("yanked"):
                yield file["filename"]


def lasts(files: Iterator[str]) -> dict[Version, int]:
    """The last minor of Python 3 for each release that has wheels for Linux on x86-64."""
    found: dict[Version, int] = {}
    for file in files:
        try:
            _, version, _, tags = parse_wheel_filename(file)
        except (InvalidWheelFilename, ValueError):
            continue
        if version.is_prerelease:
            continue
        for tag in tags:
            if last := last_of(tag.interpreter, tag.abi, tag.platform):
                found[version] = max(found.get(version, 0), last)
    return found


def last_of(interpreter: str, abi: str, platform: str) -> int:
    if platform != "any" and not re.match(r"(?:many)?linux.*x86_64", platform):
        return 0
    if abi == "abi3" or interpreter in {"py3", "py2.py3"}:
        return ANY
    minor = re.fullmatch(r"cp3(\d+)", interpreter)
    return int(minor[1]) if minor else 0


if __name__ == "__main__":
    sys.exit(main())
