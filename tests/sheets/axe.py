"""`python -m tests.sheets.axe AXE_JS [CHROMIUM]`: axe in a real browser on the sheets; ends with 1 if it finds a fault.

What a browser alone knows is looked at here, beside the tests of the page's structure: colours as they are painted,
names as they are read out, and whether a page fits the narrowest phone, in large letters too. Every sample of every
sheet is looked at, and two pages with faults in them, which it must find. `make accessibility` runs it.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from icpm_engine.sheets import as_html
from tests.sheets.plans import sheet
from tests.sheets.samples import NAMES, sample

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
OUT = re.compile(r'<pre id="found">(.*?)</pre>', re.DOTALL)
ASK = """
const look = async (name, page) => {
  const frame = document.createElement("iframe");
  Object.assign(frame, { width: 320, height: 640, srcdoc: page });  // the narrowest that WCAG 2.2 asks for (1.4.10)
  const loaded = new Promise(done => frame.addEventListener("load", done));
  document.body.append(frame);
  await loaded;
  const script = frame.contentDocument.createElement("script");
  script.textContent = AXE;
  frame.contentDocument.head.append(script);
  const inside = frame.contentDocument.documentElement;
  const ran = await frame.contentWindow.axe.run(frame.contentDocument);
  const found = [...ran.violations, ...ran.incomplete].map(one => `${one.id}: ${one.help}: ${one.nodes[0].html}`);
  if (inside.scrollWidth > inside.clientWidth) found.push(`wider than the screen: ${inside.scrollWidth}`);
  if (ran.passes.length < 30) found.push(`only ${ran.passes.length} rules were looked at`);
  frame.remove();
  return [name, found];
};
(async () => {
  const all = [];
  for (const [name, page] of Object.entries(PAGES)) all.push(await look(name, page));
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify(Object.fromEntries(all));
  document.body.append(told);
})();
"""


def look(pages: Mapping[str, str], axe: str, chromium: str) -> dict[str, list[str]]:
    """What axe finds in each page. Their own policy, under which no script runs, is taken out for it."""
    data = {"AXE": axe, "PAGES": {name: POLICY.sub("", page) for name, page in pages.items()}}
    script = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in data.items()).replace("</", "<\\/")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pages.html"
        asking = f'<!doctype html><meta charset="utf-8"><body><script>{script}{ASK}</script></body>'
        file.write_text(asking.replace("<!--", "<\\!--"), "utf-8")
        line = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        line += ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
        line += [f"--user-data-dir={folder}/profile", "--virtual-time-budget=600000", "--dump-dom", file.as_uri()]
        ran = subprocess.run(line, capture_output=True, text=True, check=True, timeout=120)  # noqa: S603 - a browser
    found = OUT.search(ran.stdout)
    if found is None:
        raise RuntimeError(f"the browser gave no answer: {ran.stderr[-500:]}")
    told: dict[str, list[str]] = json.loads(html.unescape(found.group(1)))
    return told


def main(axe: str, chromium: str = "chromium") -> int:
    """Look at every sample in both prints, and at pages that must be found fault with."""
    prints = (("", False), (" large", True))
    pages = {f"{name}{print_}": as_html(sample(name), large_print=large) for name in NAMES for print_, large in prints}
    pages |= {f"long words{print_}": as_html(sheet(hostile="W" * 60), large_print=large) for print_, large in prints}
    page = next(iter(pages.values()))
    pale = page.replace("--ink: #1b1b1b", "--ink: #cccccc")
    wide = page.replace("</main>", '<p style="width: 400px">wide</p></main>')
    found = look({**pages, "pale": pale, "wide": wide}, Path(axe).read_text("utf-8"), chromium)
    missed = [] if "color-contrast" in str(found.pop("pale")) else ["pale letters were not found"]
    missed += [] if "wider than the screen" in str(found.pop("wide")) else ["a page too wide was not found"]
    for name, faults in {**found, "the check itself": missed}.items():
        sys.stdout.write(f"{name}: {len(faults)} found\n")
        sys.stdout.writelines(f"  {one}\n" for one in faults)
    return int(any(found.values()) or bool(missed))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
