"""Runs one generator against one port, and reads what it says."""
from __future__ import annotations

import json
import os
import re
import subprocess

from .contestants import Broken, Contestant
from .scenarios import Scenario
from .site import LOAD, Site

Answers = dict[str, float]


def _run(command: list[str], limit: float) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired as late:
        raise Broken(f"{command[0]} did not end within {limit:.0f} s") from late
    if done.returncode:
        raise Broken(f"{os.path.basename(command[0])}: {' '.join((done.stderr or done.stdout).split())[-300:]}")
    return done.stdout


def _bearer(site: Site, scenario: Scenario) -> list[str]:
    return ["-H", f"Authorization: Bearer {site.material.tokens[scenario.token]}"] if scenario.token else []


def wrk(site: Site, contestant: Contestant, scenario: Scenario, seconds: float) -> Answers:
    scheme = "http" if scenario.port == "plain" else "https"
    url = f"{scheme}://127.0.0.1:{contestant.ports[scenario.port]}{scenario.path}"
    told = _run(["wrk", "-t1", f"-c{scenario.connections}", f"-d{max(1, round(seconds))}s", *_bearer(site, scenario), url], seconds + 20)
    done = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", told)
    if not done:
        raise Broken("wrk: " + told[-300:])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    unit = {"ms": 0.001, "s": 1, "m": 60}[done.group(3)]
    failed = (int(bad.group(1)) if bad else 0) + (sum(map(int, errors.groups())) if errors else 0)
    return {"done": int(done.group(1)), "secs": float(done.group(2)) * unit, "fail": failed}


def _body_file(site: Site, size: int) -> str:
    path = os.path.join(site.folder, f"body-{size}")
    if not os.path.exists(path):
        with open(path, "wb") as file:
            file.write(b"x" * size)
    return path


def h2load(site: Site, contestant: Contestant, scenario: Scenario, seconds: float) -> Answers:
    url = f"https://127.0.0.1:{contestant.ports[scenario.port]}{scenario.path}"
    streams = max(1, scenario.connections // 8)
    body = ["-d", _body_file(site, scenario.body)] if scenario.body else []
    told = _run(["h2load", "-t1", "-c8", f"-m{streams}", "-D", str(max(1, round(seconds))), *body, *_bearer(site, scenario), url], seconds + 20)
    done = re.search(r"requests: \d+ total, \d+ started, \d+ done, (\d+) succeeded, (\d+) failed", told)
    codes = re.search(r"status codes: \d+ 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", told)
    if not done or not codes or "Application protocol: h2" not in told:
        raise Broken("h2load: " + " ".join(told.split())[-300:])
    return {"done": int(done.group(1)), "secs": float(max(1, round(seconds))), "fail": int(done.group(2)) + sum(map(int, codes.groups()))}


def load_command(site: Site, contestant: Contestant, scenario: Scenario, seconds: float, *more: str) -> list[str]:
    words = [LOAD, "run", "--port", str(contestant.ports[scenario.port]), "--path", scenario.path, "--seconds", str(seconds), "--connections", str(scenario.connections)]
    if scenario.token:
        words += ["--token-file", site.material.path("token." + scenario.token)]
    if scenario.port == "mtls":
        words += ["--certificate", site.material.path("client.crt"), "--key", site.material.path("client.key")]
    if scenario.rate:
        words += ["--rate", str(scenario.rate)]
    if scenario.body:
        words += ["--body", str(scenario.body)]
    return words + ["--plain"] * (scenario.port == "plain") + ["--fresh"] * scenario.fresh + ["--resume"] * scenario.resume + [*more]


def load(site: Site, contestant: Contestant, scenario: Scenario, seconds: float, *more: str) -> Answers:
    told: Answers = json.loads(_run(load_command(site, contestant, scenario, seconds, *more), seconds + 20))
    told["fail"] = told["unexpected"] + told["errors"] + told["not_tls13"]
    if scenario.fresh and not scenario.resume:
        told["fail"] += told["resumed"]
    return told


def generate(site: Site, contestant: Contestant, scenario: Scenario, seconds: float) -> Answers:
    return {"wrk": wrk, "h2load": h2load, "load": load}[scenario.tool](site, contestant, scenario, seconds)
