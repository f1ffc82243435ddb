"""What a newly started proxy takes: time, memory, and memory for each idle connection."""
from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import time

from .contestants import TROUBLE, Broken, Contestant
from .generators import generate
from .machine import memory
from .scenarios import SCENARIOS
from .site import LOAD, Site
from .stages import Plan

MIB = 2**20
IDLE = {"idle-1k": 1000, "idle-10k": 9900}  # ours takes 10,000 connections by default
PER_ADDRESS = 900


def run_start(plan: Plan) -> None:
    for contestant in plan.contestants:
        if not plan.takes_part(contestant, "start"):
            continue
        try:
            found = plan.results.start[contestant.name] = _starts(plan.site, contestant)
            plan.say(f"  start {contestant.name}: {found['answer_s']:.3f} s, after start {found['started']['pss'] / MIB:.0f} MiB,"
                     f" after load {found['loaded']['pss'] / MIB:.0f} MiB")
        except TROUBLE as problem:
            plan.leave_out(contestant.name, "start", problem)
        finally:
            contestant.stop()
    plan.save()


def _memory(contestant: Contestant) -> dict[str, int]:
    now = memory(contestant.pids())
    return {"pss": now.pss, "rss": now.rss}


def _starts(site: Site, contestant: Contestant) -> dict[str, object]:
    answers, readies = [], []
    for number in range(site.choices.starts):
        contestant.stop()
        contestant.start(site, f"start-{number}")
        answers.append(contestant.await_answer(site))
        ready = re.search(r"^ready \S+ in (\d+) ms", contestant.said(), re.M)
        if ready:
            readies.append(int(ready.group(1)) / 1000)
    started = _memory(contestant)
    time.sleep(5)
    idle = _memory(contestant)
    cpu = contestant.cpu(contestant.pids())
    time.sleep(5)
    cpu = (contestant.cpu(contestant.pids()) - cpu) / 5
    for name in ("h1", "h2", "hs"):
        generate(site, contestant, SCENARIOS[name], 5)
    return {"answers_s": answers, "answer_s": statistics.median(answers), "ready_s": statistics.median(readies) if readies else None,
            "started": started, "idle": idle, "idle_cpu": cpu, "loaded": _memory(contestant)}


def run_idle(plan: Plan, stage: str) -> None:
    for contestant in plan.contestants:
        if not plan.takes_part(contestant, stage):
            continue
        contestant.stop()
        try:
            contestant.start(plan.site, stage)
            contestant.await_answer(plan.site)
            found = _idle(plan.site, contestant, IDLE[stage])
            plan.results.idle.setdefault(stage, {})[contestant.name] = found
            plan.say(f"  {stage} {contestant.name}: {found['each'] / 1024:.1f} KiB for each of {found['connections']}, idle CPU {found['cpu']:.1%}")
        except TROUBLE as problem:
            plan.leave_out(contestant.name, stage, problem)
        finally:
            contestant.stop()
    plan.save()


def _idle(site: Site, contestant: Contestant, count: int) -> dict[str, object]:
    for name in ("h1", "hs"):  # so that what the first requests load is not counted as memory of connections
        generate(site, contestant, SCENARIOS[name], 4)
    before, pss_before, rss_before = _holding(site, contestant)
    command = [LOAD, "idle", "--port", str(contestant.ports["tls"]), "--connections", str(count), "--addresses", str(-(-count // PER_ADDRESS)),
               "--token-file", site.material.path("token.HS256")]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        came = int((holder.stdout.readline().split() or ["", "0"])[1])
        cpu, began = contestant.cpu(contestant.pids()), time.monotonic()
        time.sleep(3)
        cpu = (contestant.cpu(contestant.pids()) - cpu) / (time.monotonic() - began)
        after, pss_after, rss_after = _holding(site, contestant)
        told = json.loads(holder.communicate("", timeout=20)[0])
    finally:
        holder.kill()
    if came < count or told["alive"] < count:
        raise Broken(f"{came} of {count} connections came up, {told['alive']} were alive at the end")
    return {"connections": count, "each": (after - before) / count, "pss_each": (pss_after - pss_before) / count, "rss_each": (rss_after - rss_before) / count,
            "cpu": cpu, "rss": rss_after, "heap_counted": "live" if java_pid(contestant) else "as touched"}


def _holding(site: Site, contestant: Contestant) -> tuple[float, int, int]:
    """Bytes held: for a JVM the live heap after a collection and everything outside of the heap, else PSS; then PSS and RSS."""
    java = java_pid(contestant)
    live = live_heap(site, java) if java else 0
    now = memory(contestant.pids())
    return (now.pss - _touched_heap(site, java) + live if java and live else now.pss), now.pss, now.rss


def java_pid(contestant: Contestant) -> int | None:
    for pid in contestant.pids():
        try:
            if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "java":
                return pid
        except OSError:
            continue
    return None


def jcmd(site: Site, pid: int, what: str) -> str:
    done = subprocess.run([os.path.join(os.path.dirname(site.java), "jcmd"), str(pid), what], capture_output=True, text=True, timeout=30, check=False)
    return done.stdout if done.returncode == 0 else ""


def live_heap(site: Site, pid: int) -> int:
    """Bytes alive after the collection that this asks for; 0 where the JVM does not say."""
    total = re.search(r"^Total\s+\d+\s+(\d+)", jcmd(site, pid, "GC.class_histogram"), re.M)
    return int(total.group(1)) if total else 0


def _touched_heap(site: Site, pid: int) -> int:
    """PSS of the mappings that are the heap."""
    spans = [(int(low, 16), int(high, 16)) for low, high in re.findall(r"\[(0x[0-9a-f]+), (?:0x[0-9a-f]+, )?(0x[0-9a-f]+)\)", jcmd(site, pid, "GC.heap_info"))]
    touched, inside = 0, False
    with open(f"/proc/{pid}/smaps", encoding="ascii", errors="replace") as file:
        for line in file:
            if mapping := re.match(r"([0-9a-f]+)-([0-9a-f]+) ", line):
                start = int(mapping.group(1), 16)
                inside = any(low <= start < high for low, high in spans)
            elif inside and line.startswith("Pss:"):
                touched += int(line.split()[1]) * 1024
    return touched
