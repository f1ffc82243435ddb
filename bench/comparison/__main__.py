"""The command line of bench/compare."""
from __future__ import annotations

import argparse
import datetime
import os
import shlex
import signal
import subprocess
import sys

from . import fresh, goals, report, soak, stages
from .contestants import Contestant, Subject, build_ours, ours, peers
from .machine import describe, said
from .results import Results
from .scenarios import JVM_PEERS_RUN, QUICK, SCENARIOS, STAGES
from .site import BENCH, ROOT, Choices, Site

DEFAULT_PEERS = "haproxy-3.2,haproxy-3.2-cache,nginx-1.30-cache,vertx-tcnative,scg-tcnative"
RESULTS = os.path.join(BENCH, "results")


def say(text: str) -> None:
    print(text, flush=True)


def arguments() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:16} {what}" for name, what in [*((s.name, s.text) for s in SCENARIOS.values()), *STAGES.items()])
    parser = argparse.ArgumentParser(
        prog="bench/compare", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measures Pavise beside other proxies that enforce the same controls, and writes bench/results/DATE-compare.md and .json.\n"
                    "Two further forms: compare soak --help, compare publish RESULT.json (the figures and plots of docs/performance.md).",
        epilog=f"scenarios and stages:\n{listed}\n\npeers: {', '.join(peers())}\n"
               f"Those on the JVM run only in {', '.join(sorted(JVM_PEERS_RUN))}, unless --everywhere is given.")
    parser.add_argument("--only", metavar="NAMES", help="scenarios and stages, by comma; a name ending in * takes all that begin so (default: all)")
    parser.add_argument("--peers", default=DEFAULT_PEERS, metavar="NAMES", help=f"by comma, or none (default: {DEFAULT_PEERS})")
    parser.add_argument("--subject", action="append", metavar="NAME=COMMAND", default=[], help="a further contestant that follows the orders in the environment (bench/peers/README.md)")
    parser.add_argument("--not-ours", action="store_true", help="leaves bench/peer-subject out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", "--secs", type=int, default=3, help="of one measured run (default: 3)")
    parser.add_argument("--warmup", type=int, default=30, help="seconds at most for each scenario of a contestant that compiles at run time (default: 30)")
    parser.add_argument("--retries", type=int, default=2, help="how often a run is repeated when other work took more than a tenth of the proxy's core (default: 2)")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--everywhere", action="store_true", help="JVM peers run in all scenarios too")
    parser.add_argument("--quick", action="store_true", help=f"one round of 2 s, a short warm-up, and only {', '.join(QUICK)} unless --only says otherwise")
    parser.add_argument("--output", metavar="PATH", help="where the result goes, without .md (default: bench/results/DATE-compare when all was measured, else bench/target/compare)")
    return parser


def chosen(parser: argparse.ArgumentParser, text: str | None, quick: bool) -> list[str]:
    known = [*SCENARIOS, *STAGES]
    if text is None:
        return list(QUICK) if quick else known
    names = []
    for wanted in text.split(","):
        found = [name for name in known if name == wanted or wanted.endswith("*") and name.startswith(wanted[:-1])]
        if not found:
            parser.error(f"no scenario {wanted}; there are {', '.join(known)}")
        names += [name for name in found if name not in names]
    return sorted(names, key=known.index)


def contestants(parser: argparse.ArgumentParser, options: argparse.Namespace, results: Results) -> list[Contestant]:
    known = peers()
    found: list[Contestant] = [] if options.not_ours else [ours()]
    for name in [] if options.peers == "none" else options.peers.split(","):
        if name not in known:
            parser.error(f"no peer {name}; there are {', '.join(known)}")
        if why := known[name].missing():
            say(f"left out: {name}: {why}")
            results.left_out.append(f"{name} in everything: {why}")
        else:
            found.append(known[name])
    for text in options.subject:
        if "=" not in text:
            parser.error("--subject NAME=COMMAND")
        name, command = text.split("=", 1)
        found.append(Subject(name, line=command))
    if not found:
        parser.error("nobody to measure")
    return found


def about(options: argparse.Namespace, site: Site) -> dict[str, object]:
    tools = {"wrk": said("bash", "-c", "wrk -v 2>&1 | head -1 | cut -d' ' -f2"), "h2load": said("h2load", "--version").split()[-1], "OpenSSL": said("openssl", "version").split()[1]}
    jdk = subprocess.run([site.java, "-version"], capture_output=True, text=True, check=False).stderr.splitlines()
    return {"date": datetime.date.today().isoformat(), "command": shlex.join(["bench/compare", *sys.argv[1:]]), "machine": describe(), "tools": tools,
            "jdk": jdk[1].strip() if len(jdk) > 1 else "unknown", "seconds": site.choices.seconds, "rounds": site.choices.rounds,
            "commit": said("git", "rev-parse", "--short", "HEAD", folder=ROOT)}


def place(options: argparse.Namespace, whole: bool) -> str:
    if options.output:
        return options.output.removesuffix(".md")
    if whole:
        return os.path.join(RESULTS, f"{datetime.date.today().isoformat()}-compare")
    os.makedirs(os.path.join(BENCH, "target"), exist_ok=True)
    return os.path.join(BENCH, "target", "compare")


def compare(words: list[str]) -> None:
    parser = arguments()
    options = parser.parse_args(words)
    names = chosen(parser, options.only, options.quick)
    choices = Choices(seconds=2, rounds=1, warmup=16, retries=1, starts=2) if options.quick else Choices(
        options.seconds, options.rounds, options.warmup, options.retries, starts=options.starts)
    results = Results()
    found = contestants(parser, options, results)
    if not options.not_ours:
        build_ours()
    whole = options.only is None and not options.quick
    path = place(options, whole)
    site = Site(choices)
    plan = stages.Plan(site, results, [], names, say, lambda: results.save(path + ".json"), options.everywhere)
    try:
        results.about = about(options, site)
        stages.admit(plan, found)
        run(plan)
    finally:
        for contestant in found:
            contestant.stop()
        site.close()
    results.save(path + ".json")
    report.write(results, path + ".md")
    say("\n" + goals.summary(results))
    say(f"\nwritten: {os.path.relpath(path + '.md')} and .json")
    if whole:
        publish([path + ".json"])


def run(plan: stages.Plan) -> None:
    if not plan.contestants:
        return
    stages.run_rounds(plan)
    if "refusals" in plan.names:
        stages.run_refusals(plan)
    if "overload" in plan.names:
        stages.run_overload(plan)
    for contestant in plan.contestants:
        contestant.stop()  # what follows starts each afresh, alone
    if "cores" in plan.names:
        stages.run_cores(plan)
    if "start" in plan.names:
        fresh.run_start(plan)
    for stage in ("idle-1k", "idle-10k"):
        if stage in plan.names:
            fresh.run_idle(plan, stage)


def publish(words: list[str]) -> None:
    from . import page
    parser = argparse.ArgumentParser(prog="bench/compare publish", description="Writes the figures and plots of docs/performance.md from a result file.")
    parser.add_argument("result", metavar="RESULT.json")
    path = parser.parse_args(words).result
    results = Results.load(path)
    report.write(results, path.removesuffix(".json") + ".md")
    page.publish(results, path)
    say("written: docs/performance.md and docs/performance/*.svg")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("compare: ended"))
    words = sys.argv[1:]
    forms = {"soak": soak.main, "publish": publish}
    if words and words[0] in forms:
        forms[words[0]](words[1:])
    else:
        compare(words)


if __name__ == "__main__":
    main()
