"""The result file: machine, versions, command, medians, ratios, goals, and what each contestant cannot do."""
from __future__ import annotations

from . import goals, security
from .results import Results, Run, median
from .scenarios import SCENARIOS, STAGES

KIB, MIB = 1024, 2**20
NOISY = 0.1


def number(value: float | None, form: str = ".1f") -> str:
    return "-" if value is None else format(value, form)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(["---"] + ["--:"] * (len(head) - 1)) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def write(results: Results, path: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(render(results))


def render(results: Results) -> str:
    parts = [_head(results), _goals(results), _overview(results), security.section(results), _rounds(results), _refusals(results), _overload(results),
             _cores(results), _start(results), _idle(results), _left_out(results)]
    return "\n".join(part for part in parts if part)


def _head(results: Results) -> str:
    about, machine = results.about, results.about.get("machine", {})
    lines = [f"# Pavise beside other proxies, {about.get('date', 'undated')}", "",
             f"{machine.get('cores', '?')} cores ({machine.get('processor', '?')}, {machine.get('virtual', '?')}), {machine.get('memory', '?')}, {machine.get('kernel', '?')}; "
             f"{about.get('jdk', '')}; commit {about.get('commit', '?')}. Generators: " + ", ".join(f"{name} {version}" for name, version in about.get("tools", {}).items()) + ".", "",
             f"Command: `{about.get('command', '')}`. Each run {about.get('seconds', '?')} s, {about.get('rounds', '?')} interleaved rounds, the order rotates; medians. The proxy is pinned to one core, "
             "generator and backend to another; all traffic is on loopback. Raw figures are in the JSON file of the same name.", "",
             "| contestant | version | controls that hold |", "|---|---|---|"]
    for name, version in results.versions.items():
        checks = results.checks.get(name, {})
        lacking = [f"{control}: {got}" for control, got in checks.items() if got != "ok"]
        lines.append(f"| {name} | {version} | {', '.join(lacking) if lacking else f'all {len(checks)}' if checks else 'not started'} |")
    return "\n".join(lines) + "\n"


def _goals(results: Results) -> str:
    rows = [[work, level, target, shown, f"**{verdict}**" if verdict == "not met" else verdict] for work, level, target, shown, verdict in goals.table(results)]
    rows.append(["allocation for a request on a kept-alive connection", "must", "2 KiB", "-", "measured by the allocation check of bench"])
    return "## Goals\n\nCPU for each request as a ratio in this run, where no unit stands.\n\n" + table(["work", "level", "goal", "seen", "verdict"], rows)


def _overview(results: Results) -> str:
    names = [name for name in SCENARIOS if name in results.rounds]
    if not names:
        return ""
    people = [name for name in results.contestants() if any(name in results.rounds[scenario] for scenario in names)]
    rows = []
    for scenario in names:
        base = results.cost(scenario, goals.OURS)
        row = [scenario]
        for person in people:
            value = results.cost(scenario, person)
            row.append(number(value) + (f" ({base / value:.2f})" if value and base and person != goals.OURS else ""))
        rows.append(row)
    return ("## CPU microseconds for each request\n\nUser and system time of all processes of a proxy over the requests it answered; in brackets what ours needs as a share of that, below 1 we need less.\n\n"
            + table(["scenario", *people], rows))


def _row(name: str, runs: list[Run], base: float | None, latency: bool, moved: int) -> list[str]:
    cost, noise = median(runs, "cpu_us"), max(run["noise"] for run in runs)
    row = [name + (" (disturbed)" if noise > NOISY else ""), number(median(runs, "rate"), ".0f"), number(cost), number(cost / base if cost and base else None, ".2f")]
    row += [number(median(runs, key) / 1000, ".2f") for key in ("p50_us", "p99_us", "p999_us", "p9999_us")] if latency else [number(1e6 / cost if cost else None, ".0f")]
    if moved:
        row.append(number(cost * MIB / moved / 1000 if cost else None, ".2f"))
    return row + [f"{median(runs, 'busy'):.0%}", f"{median(runs, 'gen'):.0%}", f"{noise:.0%}", f"{sum(run['fail'] for run in runs):.0f}"]


def _rounds(results: Results) -> str:
    parts = ["## Each scenario\n\nA row is marked disturbed when other work took more than a tenth of the proxy's core even in the quietest try of a round. `on one core` is what the cost would allow on a full core; "
             "`generator` counts the backend, too. Ratios are to the first row.\n"] if results.rounds else []
    for name, scenario in SCENARIOS.items():
        measured = results.rounds.get(name, {})
        if not measured:
            continue
        latency = scenario.family == "latency"
        people = [person for person in results.contestants() if person in measured]
        base = results.cost(name, people[0])
        head = ["contestant", "req/s", "CPU us", "ratio"] + (["p50 ms", "p99 ms", "p99.9 ms", "p99.99 ms"] if latency else ["on one core"])
        head += (["CPU ms/MiB"] if scenario.moved else []) + ["proxy core", "generator", "noise", "failed"]
        rows = [_row(person, measured[person], base, latency, scenario.moved) for person in people]
        parts.append(f"### {name}\n\n{scenario.text}.\n\n{table(head, rows)}" + _resumption(name, measured))
    return "\n".join(parts)


def _resumption(name: str, measured: dict[str, list[Run]]) -> str:
    if "resumed" not in name:
        return ""
    shares = {person: sum(run["resumed"] for run in runs) / max(1, sum(run["dialled"] for run in runs)) for person, runs in measured.items()}
    told = ", ".join(f"{person} {share:.0%}" for person, share in shares.items())
    return f"\nConnections that were really resumed: {told}. What is not resumed costs a full handshake, and that is in the figure.\n"


def _refusals(results: Results) -> str:
    if not results.refusals:
        return ""
    kinds = list(next(iter(results.refusals.values())))
    rows = []
    for person, found in results.refusals.items():
        allowed = found.get("allowed", {}).get("cpu_us")
        row = [person]
        for kind in kinds:
            run = found.get(kind)
            if run is None:
                row.append("-")
                continue
            mark = " reconnects" if run["dialled"] > 2 * run["connections"] else ""
            row.append(f"{run['cpu_us']:.1f}" + (f" ({run['cpu_us'] / allowed:.2f}, {run['status']:.0f}{mark})" if kind != "allowed" and allowed else ""))
        rows.append(row)
    return "## " + STAGES["refusals"].capitalize() + "\n\nCPU microseconds; in brackets the share of an allowed request, and the status. `reconnects`: the proxy closes the connection, and the next handshake is in the figure. `bad signature`: the same token again and again; `always another`: one that was never seen, each time.\n\n" + table(
        ["contestant", *kinds], rows)


def _overload(results: Results) -> str:
    if not results.overload:
        return ""
    rows = [[person, number(median(runs, "capacity"), ".0f"), number(median(runs, "best"), ".0f"), number(median(runs, "goodput"), ".0f"), number(median(runs, "share"), ".2f"), number(median(runs, "p50_us") / 1000),
             number(median(runs, "p99_us") / 1000), f"{sum(run['late'] for run in runs):.0f}", f"{sum(run['unexpected'] + run['errors'] for run in runs):.0f}", f"{median(runs, 'gen'):.0%}"]
            for person, runs in results.overload.items()]
    return ("## Overload\n\nCapacity: the rate of a closed loop over 64 or 512 connections (h1), whichever is more. Goodput: answers 200 within a second of being due, of an open loop over 512 connections at twice that rate. "
            "Best: the best goodput at 0.6, 0.8, 1.0 and 2.0 of the capacity over as many connections, so that the share tells what overload costs, not what many connections cost. A request that finds no free connection for 100 ms is lost at the client.\n\n"
            + table(["contestant", "capacity", "best", "goodput", "share", "p50 ms", "p99 ms", "late", "failed", "generator"], rows))


def _cores(results: Results) -> str:
    if not results.cores:
        return ""
    rows = [[f"{scenario}, {person}", number(results.median(scenario, person, "rate"), ".0f"), number(median(runs, "rate"), ".0f"), number(results.cost(scenario, person)), number(median(runs, "cpu_us"))]
            for scenario, people in results.cores.items() for person, runs in people.items()]
    return ("## Two cores\n\nGenerator and backend share one of the two, so the rate shows the direction, not the limit.\n\n"
            + table(["scenario", "req/s on one core", "req/s on two", "CPU us on one", "CPU us on two"], rows))


def _start(results: Results) -> str:
    if not results.start:
        return ""
    rows = []
    for person, found in results.start.items():
        rows.append([person, f"{found['answer_s']:.3f}", number(found["ready_s"], ".3f")] + [f"{found[when][kind] / MIB:.0f}" for when in ("started", "idle", "loaded") for kind in ("rss", "pss")]
                    + [f"{found['idle_cpu']:.2%}"])
    return ("## Start and memory\n\nOn one core, a fresh process each time, the median. Seconds from exec to the first answered TLS request; what the gateway itself says when it is `ready`. MiB after the first answer, "
            "five seconds later, and after 15 s of load.\n\n"
            + table(["contestant", "answer s", "ready s", "start RSS", "PSS", "idle RSS", "PSS", "loaded RSS", "PSS", "idle CPU"], rows))


def _idle(results: Results) -> str:
    rows = [[f"{stage}, {person}", f"{found['connections']}", f"{found['each'] / KIB:.1f}", f"{found['pss_each'] / KIB:.1f}", f"{found['rss_each'] / KIB:.1f}", f"{found['rss'] / MIB:.0f}", f"{found['cpu']:.2%}"]
            for stage, people in results.idle.items() for person, found in people.items()]
    return ("## Idle TLS connections\n\nEach had one request. KiB for each connection: for a JVM the live heap after a collection and all memory outside of the heap, for the others PSS; then the plain differences of PSS "
            "and RSS, in which a JVM hides what fits into heap that was touched before. Buffers of the kernel are not counted.\n\n"
            + table(["stage and contestant", "connections", "KiB each", "PSS each", "RSS each", "RSS MiB", "CPU"], rows)) if rows else ""


def _left_out(results: Results) -> str:
    return "## Left out\n\n" + "\n".join(f"- {text}" for text in results.left_out) + "\n" if results.left_out else ""
