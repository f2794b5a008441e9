"""Runs axe on every page of the built site in headless Chromium.

Pages of SAMPLE are tried wide and narrow, light and dark; the others take turns at these four.

npm install --prefix build/axe axe-core@4
python -m tools.site.accessibility build/site build/axe/node_modules/axe-core/axe.min.js
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from itertools import cycle, product
from pathlib import Path
from tempfile import TemporaryDirectory

SAMPLE = (
    *("index.html", "tutorial.html", "commands.html", "json.html", "troubleshooting.html"),
    *("what-runs.html", "gpu-stack.html", "host-check.html", "howto/index.html"),
    *("howto/first-server.html", "SECURITY.html"),
)
"""One page of each kind: prose, tables, long lists, pictures."""

WIDTHS = (390, 1280)
SCHEMES = {"default": "light", "slate": "dark"}
FORMS = tuple(product(WIDTHS, SCHEMES))

RUN = """
<script src="axe.min.js"></script>
<style>* { transition: none !important; }</style>
<script>
document.body.setAttribute('data-md-color-scheme', 'SCHEME');
const show = (found) => parent.postMessage(JSON.stringify(found), '*');
addEventListener('load', () => axe.run({resultTypes: ['violations']}).then(
  (done) => show(done.violations.map((one) => [one.id, one.nodes.map((node) => node.html)])),
  (error) => show([['axe failed', [String(error)]]])));
</script>
"""
FRAME = """
<!DOCTYPE html><body><script>
addEventListener('message', (told) => {
  const out = document.createElement('pre');
  out.id = 'axe-says';
  out.textContent = told.data;
  document.body.appendChild(out);
});
</script>
<iframe src="PAGE" style="width: WIDTHpx; height: 900px"></iframe>
"""
"""A frame, since no window of Chromium is narrower than 500 pixels."""

SAYS = re.compile(r'<pre id="axe-says">(.*?)</pre>', re.DOTALL)


def violations(page: Path, axe: Path, width: int, scheme: str) -> list[tuple[str, list[str]]]:
    """The rules that a page breaks, with the elements."""
    trial = page.with_name(f"axe-{page.name}")
    frame = page.with_name(f"axe-frame-{page.name}")
    script = page.with_name("axe.min.js")
    text = page.read_text(encoding="utf-8")
    if page.name == "404.html":
        # It names the theme's files from the root of the server.
        text = text.replace('="/', '="')
    trial.write_text(text.replace("</body>", RUN.replace("SCHEME", scheme) + "</body>"))
    frame.write_text(FRAME.replace("PAGE", trial.name).replace("WIDTH", str(width)))
    script.write_bytes(axe.read_bytes())
    try:
        with TemporaryDirectory() as profile:
            done = subprocess.run(
                [
                    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"),
                    *(f"--user-data-dir={profile}", "--window-size=1400,1000"),
                    *("--virtual-time-budget=20000", frame.resolve().as_uri()),
                ],
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
    finally:
        trial.unlink()
        frame.unlink()
        script.unlink()
    said = SAYS.search(done.stdout)
    if not said:
        return [("axe did not run", [done.stderr[-300:]])]
    return [(name, nodes) for name, nodes in json.loads(unescape(said[1]))]


def trials(site: Path, named: list[str]) -> Iterator[tuple[str, int, str]]:
    """Page, width and scheme of each trial: the named pages in all forms, or the whole site."""
    yield from ((name, *form) for name in named or SAMPLE for form in FORMS)
    if not named:
        pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
        others = (page for page in pages if page not in SAMPLE)
        yield from ((name, *form) for name, form in zip(others, cycle(FORMS), strict=False))


def main() -> None:
    """Print what axe finds; the exit code is 1 if it finds anything."""
    site, axe = map(Path, sys.argv[1:3])
    found = False
    for name, width, scheme in trials(site, sys.argv[3:]):
        for rule, nodes in violations(site / name, axe, width, scheme):
            found = True
            print(f"{name}, {width} wide, {SCHEMES[scheme]}: {rule} ({len(nodes)} times)")
            print(f"    {nodes[0][:300]}")
    print("axe found something" if found else "axe found nothing")
    sys.exit(found)


if __name__ == "__main__":
    main()
