"""One long run of mixed load against ours alone, to see that nothing grows."""
from __future__ import annotations

import argparse
import csv
import datetime
import glob
import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, fields, replace

from . import charts, controls
from .contestants import Broken, Contestant, Subject, build_ours, ours
from .fresh import MIB, java_pid, jcmd, live_heap
from .generators import load_command
from .machine import memory
from .results import slope
from .scenarios import SCENARIOS, Scenario
from .site import BENCH, Choices, Site


@dataclass(frozen=True)
class Sample:
    """What was seen at one moment. Sizes are bytes; heap_live only where a collection was asked for."""
    seconds: float
    rss: int
    anonymous: int
    heap_used: int
    heap_live: int
    threads: int
    files: int
    audit: int
    cpu: float
    answered: int
    failed: int


@dataclass(frozen=True)
class Stream:
    """One part of the mix: a scenario at a rate, and the status that its requests get."""
    scenario: Scenario
    rate: int
    status: int = 200


def mix(rate: int) -> list[Stream]:
    """At a total rate: mostly small requests, and a little of everything else."""
    h1, hs = SCENARIOS["h1"], SCENARIOS["hs"]
    small = max(1, rate // 100)
    return [Stream(replace(h1, connections=32), rate * 6 // 10), Stream(replace(SCENARIOS["up-16k"], connections=8), small),
            Stream(replace(SCENARIOS["up-1m"], connections=4), max(1, rate // 1000)), Stream(replace(SCENARIOS["down-1m"], connections=4), max(1, rate // 1000)),
            Stream(hs, small), Stream(replace(SCENARIOS["hs-mtls"], connections=8), max(1, small // 2)), Stream(SCENARIOS["hs-resumed"], small),
            Stream(replace(h1, token=None, connections=4), small, 401), Stream(replace(h1, token="badsig", connections=4), max(1, small // 2), 401),
            Stream(replace(h1, path="/admin/x", connections=4), small, 403), Stream(replace(h1, path="/other", connections=4), small, 404)]


class Mix:
    """Keeps every stream going, each in runs of some seconds, until it is ended."""

    def __init__(self, site: Site, contestant: Contestant, rate: int, turn: int) -> None:
        self._site, self._contestant, self._turn = site, contestant, turn
        self.answered = self.failed = 0
        self.problems: dict[str, int] = {}
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._keep, args=(self._http1(stream), stream), daemon=True) for stream in mix(rate)]
        self._threads.append(threading.Thread(target=self._keep, args=(self._http2(rate * 3 // 10), None), daemon=True))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(self._turn + 30)

    def _http1(self, stream: Stream) -> list[str]:
        return load_command(self._site, self._contestant, replace(stream.scenario, rate=stream.rate), self._turn, "--expect", str(stream.status))

    def _http2(self, rate: int) -> list[str]:
        url = f"https://127.0.0.1:{self._contestant.ports['tls']}/v1/ping"
        return ["h2load", "-t1", "-c4", "-m4", f"--rps={max(1, rate // 4)}", "-D", str(self._turn), "-H", f"Authorization: Bearer {self._site.material.tokens['ES256']}", url]

    def _keep(self, command: list[str], stream: Stream | None) -> None:
        while not self._ending.is_set():
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            answered, failed, why = _told(done, stream)
            with self._lock:
                self.answered += answered
                self.failed += failed
                if why:
                    self.problems[why] = self.problems.get(why, 0) + 1
            if why:
                self._ending.wait(1)  # so that a gateway that is gone does not make a busy loop


def _told(done: subprocess.CompletedProcess[str], stream: Stream | None) -> tuple[int, int, str]:
    if done.returncode:
        return 0, 1, " ".join(done.stderr.split())[-120:] or f"exit code {done.returncode}"
    if stream is not None:
        told = json.loads(done.stdout)
        bad = int(told["unexpected"] + told["errors"])
        return int(told["done"]), bad, f"{stream.scenario.name} {stream.scenario.path} {stream.status}: {bad} not as expected" if bad else ""
    counts = re.search(r"requests: .*?, (\d+) succeeded, (\d+) failed", done.stdout)
    return (int(counts.group(1)), int(counts.group(2)), "") if counts else (0, 1, "h2load said nothing")


def _sample(site: Site, contestant: Contestant, began: float, cpu: float, work: Mix, collect: bool) -> Sample:
    pids, now = contestant.pids(), memory(contestant.pids())
    java = java_pid(contestant)
    used = sum(int(kib) * 1024 for kib in re.findall(r"total \d+K, used (\d+)K", jcmd(site, java, "GC.heap_info"))) if java else 0
    return Sample(round(time.monotonic() - began, 1), now.rss, now.anonymous, used, live_heap(site, java) if collect and java else 0,
                  sum(len(glob.glob(f"/proc/{pid}/task/*")) for pid in pids), sum(len(glob.glob(f"/proc/{pid}/fd/*")) for pid in pids),
                  _size(contestant.folder), round(contestant.cpu(pids) - cpu, 2), work.answered, work.failed)


def _size(folder: str) -> int:
    """Bytes that the files under a folder take on the disk."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(path, name)).st_blocks * 512
            except OSError:
                continue
    return total


# By figure: unit, divisor, and how much of its level after the warm-up it may grow in an hour.
LIMITS = {"rss": ("MiB", MIB, 0.05), "anonymous": ("MiB", MIB, 0.05), "heap_live": ("MiB", MIB, 0.05), "threads": ("", 1, 0.02), "files": ("", 1, 0.05)}


def growth(samples: list[Sample], figure: str) -> tuple[float, float] | None:
    """Level and rise in an hour of a figure after the warm-up: the first third of a run, and at most ten minutes."""
    settled = min(600.0, samples[-1].seconds / 3)
    points = [(sample.seconds / 3600, float(getattr(sample, figure))) for sample in samples if sample.seconds >= settled and getattr(sample, figure)]
    if len(points) < 3:
        return None
    return sum(value for _, value in points) / len(points), slope(points)


def verdicts(samples: list[Sample]) -> list[list[str]]:
    rows = []
    for figure, (unit, divisor, allowed) in LIMITS.items():
        found = growth(samples, figure)
        if found is None:
            rows.append([figure, "-", "-", "not measured"])
            continue
        level, rise = found
        rows.append([figure, f"{level / divisor:.1f} {unit}".strip(), f"{rise / divisor:+.2f} {unit}".strip(), "grows" if rise > allowed * level else "does not grow"])
    return rows


def render(samples: list[Sample], about: str, problems: dict[str, int]) -> str:
    last, first = samples[-1], samples[0]
    seconds, answered = last.seconds - first.seconds, last.answered - first.answered
    lines = [f"# Mixed load for {last.seconds / 60:.0f} minutes, {datetime.date.today().isoformat()}", "", about, "",
             f"{last.answered} requests were answered as expected or refused as expected, {last.failed} were not; {answered / max(1, seconds):.0f} each second, {(last.cpu - first.cpu) / max(1, seconds):.0%} of a core. "
             f"The working folder (audit log, mirror) grew by {(last.audit - first.audit) / max(1, answered):.0f} bytes for each request, as it must: nothing is cut before its retention.", "",
             "| figure | level after warm-up | rise in an hour | verdict |", "|---|--:|--:|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in verdicts(samples)]
    lines += ["", "Verdict: a figure grows when its least-squares line after the warm-up rises by more than 5 % of the level in an hour (threads: 2 %). `heap_live` is what a collection left, asked for in every tenth sample; `anonymous` is memory that belongs to no file, RSS also counts the mapped segments of the log."]
    return "\n".join(lines + ([""] + [f"- {count} times: {why}" for why, count in problems.items()] if problems else [])) + "\n"


def keep(samples: list[Sample], path: str) -> None:
    """After each sample, so that a run that breaks off is not lost."""
    with open(path + ".csv", "w", encoding="ascii", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([each.name for each in fields(Sample)])
        rows.writerows(asdict(sample).values() for sample in samples)


def write(samples: list[Sample], text: str, path: str) -> None:
    with open(path + ".md", "w", encoding="utf-8") as file:
        file.write(text)
    minutes = [sample.seconds / 60 for sample in samples]
    lines = {"RSS": list(zip(minutes, (sample.rss / MIB for sample in samples))), "of it anonymous": list(zip(minutes, (sample.anonymous / MIB for sample in samples))),
             "live heap": [(sample.seconds / 60, sample.heap_live / MIB) for sample in samples if sample.heap_live]}
    with open(path + ".svg", "w", encoding="utf-8") as file:
        file.write(charts.lines("Memory under mixed load", "minutes", "MiB", lines))


def main(words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bench/compare soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=int, default=1000, help="requests each second, all kinds together (default: 1000)")
    parser.add_argument("--every", type=float, default=30, help="seconds between samples (default: 30)")
    parser.add_argument("--command", help="what to run instead of bench/peer-subject")
    parser.add_argument("--output", metavar="PATH", help="without ending (default: bench/results/DATE-soak)")
    options = parser.parse_args(words)
    path = options.output or os.path.join(BENCH, "results", f"{datetime.date.today().isoformat()}-soak")
    if not options.command:
        build_ours()
    site = Site(Choices())
    contestant = Subject("pavise", line=options.command) if options.command else ours()
    try:
        contestant.start(site, "soak")
        contestant.await_answer(site)
        lacking = [name for name, got in controls.check(site, contestant).items() if got != "ok"]
        if lacking:
            sys.exit(f"compare: a control does not hold: {', '.join(lacking)}")
        samples, problems = _watch(site, contestant, options, path)
    except Broken as problem:
        sys.exit(f"compare: pavise {problem}")
    finally:
        contestant.stop()
        site.close()
    about = (f"`bench/compare soak --minutes {options.minutes:g} --rate {options.rate}`, {contestant.version()}, one core for the gateway, one for generators and backend. Keep-alive HTTP/1.1 and HTTP/2 (ES256), full, mutual "
             "and resumed handshakes, uploads of 16 KiB and 1 MiB, downloads of 1 MiB, and refusals (401, 403, 404), at the same time.")
    write(samples, render(samples, about, problems), path)
    print("\n".join(" ".join(row) for row in verdicts(samples)), flush=True)
    print(f"written: {os.path.relpath(path)}.md, .csv and .svg", flush=True)


def _watch(site: Site, contestant: Contestant, options: argparse.Namespace, path: str) -> tuple[list[Sample], dict[str, int]]:
    turn = max(5, min(30, round(options.minutes * 60 / 4)))
    work = Mix(site, contestant, options.rate, turn)
    began, samples = time.monotonic(), []
    cpu = contestant.cpu(contestant.pids())
    work.start()
    try:
        while time.monotonic() - began < options.minutes * 60:
            time.sleep(max(0.0, began + (len(samples) + 1) * options.every - time.monotonic()))
            if contestant.process is None or contestant.process.ended():
                raise Broken(f"ended after {time.monotonic() - began:.0f} s: {contestant.last_words()}")
            samples.append(_sample(site, contestant, began, cpu, work, len(samples) % 10 == 0))
            keep(samples, path)
            now = samples[-1]
            print(f"{now.seconds:6.0f} s  RSS {now.rss / MIB:.0f} MiB  heap {now.heap_used / MIB:.0f} live {now.heap_live / MIB:.1f}  threads {now.threads}  files {now.files}"
                  f"  folder {now.audit / MIB:.0f} MiB  answered {now.answered}  failed {now.failed}", flush=True)
    finally:
        work.end()
    return samples, work.problems
