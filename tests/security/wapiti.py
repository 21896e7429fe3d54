"""Lets the scanner wapiti loose on a throw-away demonstration, signed in as one role after another: README.md says how.

python tests/security/wapiti.py --wapiti PATH_OF_THE_PROGRAM --seconds 180
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

ROOT = Path(__file__).parents[2]
PASSWORD = "five calm otters"
DAY = "2020-11-02"
ROLES = ("lead.northdale", "region.dales", "administrator")
MODULES = "cookieflags,crlf,csp,csrf,exec,file,http_headers,methods,permanentxss,redirect,sql,timesql,upload,xss"
"""What needs no server beyond this machine to see whether an attack succeeded."""
NOT_ASKED = ("/sign-out", "/account/sessions", "/account/password", "/people/1/", "/people/2/")
"""What would end the scan, by signing the scanner out; fuzz.py attacks these."""
MEDIUM = 2


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--wapiti", default="wapiti", help="the program")
    reader.add_argument("--seconds", type=int, default=180, help="for each role (default 180)")
    reader.add_argument("--role", choices=ROLES, action="append", help="only this one; may be repeated")
    given = reader.parse_args()
    is_clean = True
    for role in given.role or ROLES:
        with tempfile.TemporaryDirectory(prefix="tracker-wapiti-") as folder, _served(Path(folder)) as address:
            is_clean &= scan(given.wapiti, address, role, Path(folder), given.seconds)
    return 0 if is_clean else 1


def scan(program: str, address: str, role: str, folder: Path, seconds: int) -> bool:
    """One scan by one role; prints what was found; whether nothing of medium weight or above was."""
    cookies = folder / "cookies.json"
    cookies.write_text(json.dumps(_cookies(address, role)))
    report = folder / "report.json"
    command = [
        *(program, "-u", f"{address}/", "--scope", "domain", "-c", str(cookies), "-m", MODULES, "-v", "0"),
        *("--max-scan-time", str(seconds), "--max-attack-time", str(max(seconds // 6, 10)), "--no-bugreport"),
        *("-f", "json", "-o", str(report), "--store-session", str(folder), "--store-config", str(folder)),
        *(part for path in NOT_ASKED for part in ("-x", f"{address}{path}*")),
    ]
    subprocess.run(command, check=False, timeout=seconds * 4 + 120, stdout=subprocess.DEVNULL)
    found = json.loads(report.read_text())
    weights = {"low": 0, "medium or above": 0}
    lines = []
    for kind in ("vulnerabilities", "anomalies"):
        for name, each in found[kind].items():
            for one in each:
                is_heavy = one["level"] >= MEDIUM or "Internal Server Error" in name
                weights["medium or above" if is_heavy else "low"] += 1
                lines.append(f"  {name} ({one['level']}): {one['method']} {one['path']}: {one['info'][:160]}")
    crawled = found["infos"].get("crawled_pages_nbr", "?")
    print(f"{role}: {crawled} pages; {weights}")
    print("\n".join(sorted(set(lines))))
    return not weights["medium or above"]


def _cookies(address: str, role: str) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    """The session of somebody who has signed in through the pages, as wapiti reads cookies."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    page = _post(browser, f"{address}/sign-in", email=f"{role}@example.nhs.uk", password=PASSWORD)
    if "Enter your code" in page:
        (code,) = re.findall(r"your code is <strong>(\d+)</strong>", page)
        page = _post(browser, f"{address}/sign-in/code", code=code)
    assert "Sign out" in page, "The scanner could not sign in."
    (cookie,) = jar
    kept = {"version": 0, "expires": None, "secure": False, "port": None}
    return {"127.0.0.1": {"/": {cookie.name: {"value": cookie.value, **kept}}}}


def _post(browser: OpenerDirector, address: str, **fields: str) -> str:
    with browser.open(address) as answer:
        (token,) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', answer.read().decode())[:1]
    with browser.open(address, urlencode({"csrf_token": token, **fields}).encode()) as answer:
        text: str = answer.read().decode()
    return text


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    command = [sys.executable, str(ROOT / "tests/browser/serve_demo.py"), str(folder), DAY, PASSWORD]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=log, stderr=log)
        try:
            yield _address_of(server, folder)
        finally:
            server.terminate()
            server.wait(timeout=20)


def _address_of(server: subprocess.Popen[bytes], folder: Path) -> str:
    give_up_at = time.monotonic() + 180
    while server.poll() is None and time.monotonic() < give_up_at:
        if (folder / "port").exists():
            address = f"http://127.0.0.1:{(folder / 'port').read_text()}"
            try:
                with urlopen(f"{address}/sign-in", timeout=20):
                    return address
            except URLError:
                pass
        time.sleep(0.2)
    raise RuntimeError(f"The demonstration did not start:\n{(folder / 'log').read_text()[-4000:]}")


if __name__ == "__main__":
    sys.exit(main())
