"""`python -m tests.sheets.axe AXE_JS [CHROMIUM]`: axe in a real browser on the sheets; ends with 1 if it finds a fault.

What a browser alone knows is looked at here, beside the tests of the page's structure: colours as they are painted,
names as they are read out, and whether the page fits a narrow phone in large letters. `make accessibility` runs it.
"""

from __future__ import annotations

import html
import itertools
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from icpm_engine.sheets import as_html, languages
from tests.sheets.plans import sheet

PHONE = "390,844"
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
OUT = re.compile(r'<pre id="found">(.*?)</pre>', re.DOTALL)
ASK = """axe.run(document).then(ran => {
  const found = [...ran.violations, ...ran.incomplete].map(one => `${one.id}: ${one.help}: ${one.nodes[0].html}`);
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`wider than the screen: ${page.scrollWidth}`);
  if (ran.passes.length < 30) found.push(`only ${ran.passes.length} rules were looked at`);
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify(found);
  document.body.append(told);
});"""


def look(page: str, axe: str, chromium: str) -> list[str]:
    """What axe finds in a page. The page's own policy, under which no script runs, is taken out for it."""
    asking = f"<script>{axe}</script><script>{ASK}</script></body>"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(POLICY.sub("", page).replace("</body>", asking), "utf-8")
        line = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        line += [f"--window-size={PHONE}", "--virtual-time-budget=20000", "--dump-dom", file.as_uri()]
        ran = subprocess.run(line, capture_output=True, text=True, check=True, timeout=120)  # noqa: S603 - a browser
    found = OUT.search(ran.stdout)
    if found is None:
        return [f"the browser gave no answer: {ran.stderr[-500:]}"]
    told: list[str] = json.loads(html.unescape(found.group(1)))
    return told


def main(axe: str, chromium: str = "chromium") -> int:
    """Look at the sheets of a professional and of a family, in every language and print."""
    code, script = 0, Path(axe).read_text("utf-8")
    for reader, language, large in itertools.product(("clinician", "family"), languages(), (False, True)):
        found = look(as_html(sheet(reader, language), large_print=large), script, chromium)
        sys.stdout.write(f"{reader} {language}{' large' if large else ''}: {len(found)} found\n")
        sys.stdout.writelines(f"  {one}\n" for one in found)
        code = code or bool(found)
    return int(code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
