"""The figures and plots of docs/performance.md, put between its markers."""
from __future__ import annotations

import csv
import glob
import os

from . import charts, goals, report
from .goals import OURS
from .results import Results
from .scenarios import SCENARIOS
from .site import BENCH, ROOT

PAGE = os.path.join(ROOT, "docs", "performance.md")
PLOTS = os.path.join(ROOT, "docs", "performance")
BEGIN, END = "<!-- begin: bench/compare publish -->", "<!-- end -->"
KIB, MIB = 1024, 2**20


def publish(results: Results, path: str) -> None:
    os.makedirs(PLOTS, exist_ok=True)
    drawn = plots(results)
    for name, drawing in drawn.items():
        with open(os.path.join(PLOTS, name), "w", encoding="utf-8") as file:
            file.write(drawing)
    with open(PAGE, encoding="utf-8") as file:
        text = file.read()
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(replaced(text, block(results, path, sorted(drawn, key=list(_TITLES).index))))


def replaced(text: str, inner: str) -> str:
    """The page with what stands between its markers exchanged."""
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"{PAGE} lacks the markers {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{inner}{END}{after}"


_TITLES = {"cost.svg": "CPU for each request", "bodies.svg": "CPU for each MiB of body", "handshakes.svg": "CPU for each handshake and one request", "latency.svg": "Latency at a fixed rate",
           "refusals.svg": "What a refusal costs", "start.svg": "Time to the first answer", "memory.svg": "Memory"}


def _people(results: Results) -> list[str]:
    """Ours first, so that it always has the first colour."""
    names = [name for name in results.contestants() if results.checks.get(name)]
    return sorted(names, key=lambda name: name != OURS)


def plots(results: Results) -> dict[str, str]:
    """Those for which something was measured."""
    people = _people(results)
    drawn = {}

    def keep(name: str, unit: str, groups: dict[str, dict[str, float | None]]) -> None:
        groups = {group: values for group, values in groups.items() if any(value is not None for value in values.values())}
        if groups:
            drawn[name] = charts.bars(_TITLES[name] + ": less is better", unit, groups, [person for person in people if any(values.get(person) is not None for values in groups.values())])

    def costs(names: list[str], factor: dict[str, float] | None = None) -> dict[str, dict[str, float | None]]:
        def value(name: str, person: str) -> float | None:
            cost = results.cost(name, person)
            return None if cost is None else cost * (factor[name] if factor else 1)
        return {name: {person: value(name, person) for person in people} for name in names}

    small = [name for name, scenario in SCENARIOS.items() if scenario.family == "cost" and scenario.moved < MIB]
    large = {name: MIB / scenario.moved / 1000 for name, scenario in SCENARIOS.items() if scenario.moved >= MIB}
    keep("cost.svg", "CPU microseconds for each request (the JVM peers run in some only)", costs(small))
    keep("bodies.svg", "CPU milliseconds for each MiB", costs(list(large), large))
    keep("handshakes.svg", "CPU microseconds for each connection", costs([name for name, scenario in SCENARIOS.items() if scenario.family == "handshake"]))
    kinds = list(dict.fromkeys(kind for found in results.refusals.values() for kind in found))
    keep("refusals.svg", "CPU microseconds", {kind: {person: results.refusals.get(person, {}).get(kind, {}).get("cpu_us") for person in people} for kind in kinds})
    keep("start.svg", "seconds from exec to the first answered TLS request", {"one core": {person: results.start[person]["answer_s"] if person in results.start else None for person in people}})
    keep("memory.svg", "MiB resident; idle connections: KiB for each", _memory(results, people))
    if latency := _latency(results, people):
        drawn["latency.svg"] = latency
    return drawn


def _memory(results: Results, people: list[str]) -> dict[str, dict[str, float | None]]:
    groups: dict[str, dict[str, float | None]] = {}
    for title, when in (("idle", "idle"), ("after load", "loaded")):
        groups[title] = {person: results.start[person][when]["rss"] / MIB if person in results.start else None for person in people}
    for stage, title in (("idle-1k", "KiB of 1,000"), ("idle-10k", "KiB of 9,900")):
        held = results.idle.get(stage, {})
        groups[title] = {person: held[person]["each"] / KIB if person in held else None for person in people}
    return groups


_POINTS = {"p50": "p50_us", "p90": "p90_us", "p99": "p99_us", "p99.9": "p999_us", "p99.99": "p9999_us"}


def _latency(results: Results, people: list[str]) -> str | None:
    for scenario in ("lat-5k", "lat-10k", "lat-2k"):
        series = {person: [(i, results.median(scenario, person, key) / 1000) for i, key in enumerate(_POINTS.values())]
                  for person in people if results.median(scenario, person, "p50_us") is not None}
        if series:
            return charts.lines(f"Latency at {SCENARIOS[scenario].rate:,} requests each second: lower is better", "share of the requests", "milliseconds (logarithmic)", series, list(_POINTS), logarithmic=True)
    return None


def block(results: Results, path: str, drawn: list[str]) -> str:
    about, machine, name = results.about, results.about["machine"], os.path.basename(path).removesuffix(".json")
    link = f"../bench/results/{name}.md"
    rows = [[work, level, target, f"[{shown}]({link}#goals)" if shown != "-" else "-", verdict] for work, level, target, shown, verdict in goals.table(results)]
    parts = [f"\nOf {about['date']}, commit {about['commit']}: [{name}.md]({link}), written by `{about['command']}` on {machine['cores']} cores ({machine['processor']}, {machine['virtual']}), {machine['kernel']}.\n",
             "### Goals\n\nA ratio of CPU for each request in the same run, where no unit stands; below 1 we need less.\n\n" + report.table(["work", "level", "goal", "seen", "verdict"], rows),
             _better(results, link)]
    parts += [f"### {_TITLES[plot]}\n\n[![{_TITLES[plot]}](performance/{plot})]({link})\n" for plot in drawn]
    return "\n".join(parts + [_soak()]) + "\n"


def _better(results: Results, link: str) -> str:
    """Where a peer needs less, said plainly."""
    lines = []
    for person in _people(results):
        if person == OURS:
            continue
        found = []
        for scenario in results.rounds:
            mine, other = results.cost(scenario, OURS), results.cost(scenario, person)
            if mine and other and mine > other:
                found.append(f"{scenario} ({other:.1f} us, we {mine:.1f})")
        lines.append(f"- {person}: {', '.join(found) if found else 'nothing that was measured'}")
    return "### What the peers do for less CPU\n\n" + "\n".join(lines) + f"\n\nWhat each of them does not do meanwhile stands in the [result file]({link}#the-same-security-in-every-contestant).\n" if lines else ""


def _soak() -> str:
    found = sorted(glob.glob(os.path.join(BENCH, "results", "*-soak.csv")))
    if not found:
        return ""
    name = os.path.basename(found[-1]).removesuffix(".csv")
    with open(found[-1], encoding="ascii", newline="") as file:
        rows = list(csv.DictReader(file))
    hours = float(rows[-1]["seconds"]) / 3600
    return (f"### A long run\n\n{float(rows[-1]['seconds']) / 60:.0f} minutes of mixed load, {int(rows[-1]['answered']):,} requests: RSS {int(rows[0]['rss']) / MIB:.0f} MiB after {float(rows[0]['seconds']):.0f} s, "
            f"{int(rows[-1]['rss']) / MIB:.0f} MiB after {hours:.1f} h. [Verdict and method](../bench/results/{name}.md), [samples](../bench/results/{name}.csv).\n\n"
            f"[![Memory under mixed load](../bench/results/{name}.svg)](../bench/results/{name}.md)\n")
