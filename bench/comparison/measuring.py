"""One measured run: what the generator saw, and what it cost the proxy."""
from __future__ import annotations

import os
import time
from collections.abc import Callable

from .contestants import TROUBLE, Broken, Contestant
from .generators import Answers, generate
from .machine import core_seconds, cpu_seconds
from .scenarios import Scenario
from .site import Site

SETTLED, LITTLE_COMPILING = 0.96, 0.04


def observe(site: Site, contestant: Contestant, load: Callable[[], Answers]) -> Answers:
    """Runs a load and adds what the proxy, the generator with the backend, and everybody else took meanwhile."""
    pids, backend = contestant.pids(), [site.backend.pid]
    cpu, serving, compiling, own = contestant.cpu(pids), cpu_seconds(backend), contestant.compiling(pids), os.times()
    busy, stolen = core_seconds(site.choices.proxy_core)
    began = time.monotonic()
    run = load()
    wall = time.monotonic() - began
    busy_after, stolen_after = core_seconds(site.choices.proxy_core)
    after = os.times()
    used = contestant.cpu(pids) - cpu
    generating = after.children_user - own.children_user + after.children_system - own.children_system + cpu_seconds(backend) - serving
    if not run["done"]:
        raise Broken(f"nothing was answered ({run['fail']:.0f} failures)")
    return {**run, "rate": run["done"] / run["secs"], "cpu_us": used / run["done"] * 1e6, "busy": used / wall, "gen": generating / wall,
            "noise": max(0.0, busy_after - busy - used) / wall + (stolen_after - stolen) / wall,
            "compiling": (contestant.compiling(pids) - compiling) / max(used, 0.01)}


def measure(site: Site, contestant: Contestant, scenario: Scenario) -> Answers:
    """Measures again while other work disturbs the proxy's core; the quietest run counts, and keeps its noise."""
    best: Answers | None = None
    serving = contestant.serving(scenario.port)
    for attempt in range(1 + site.choices.retries):
        run = observe(site, serving, lambda: generate(site, serving, scenario, site.choices.seconds))
        if best is None or run["noise"] < best["noise"]:
            best = {**run, "attempts": attempt + 1}
        if best["noise"] <= site.choices.max_noise:
            break
    assert best is not None
    return best


def warm(site: Site, contestant: Contestant, scenario: Scenario, limit: float) -> None:
    """Loads a proxy until its cost has settled and its compiler rests."""
    if not contestant.compiles:
        generate(site, contestant, scenario, 1)
        return
    costs: list[float] = []
    began = time.monotonic()
    while time.monotonic() - began < limit:
        run = observe(site, contestant, lambda: generate(site, contestant, scenario, 3))
        costs.append(run["cpu_us"])
        if len(costs) > 2 and min(costs[-2:]) > SETTLED * min(costs[:-2]) and run["compiling"] < LITTLE_COMPILING:
            return


def warm_up(site: Site, contestant: Contestant, scenarios: list[Scenario], say: Callable[[str], None]) -> None:
    """JVM contestants get all cores for this, so that their compiler is done before they are pinned to their own core."""
    began = time.monotonic()
    chosen = [scenario for scenario in scenarios if scenario.family != "latency" and (scenario.warms or not contestant.compiles)]
    served = {scenario.name: contestant.serving(scenario.port) for scenario in chosen}
    moved = [serving.process for serving in {id(each): each for each in served.values()}.values() if serving.compiles and serving.process]
    for process in moved:
        process.move(site.all_cores)
    for scenario in sorted(chosen, key=lambda each: each.name != "h1"):
        try:
            warm(site, served[scenario.name], scenario, site.choices.warmup)
        except TROUBLE as problem:
            say(f"  warm-up of {contestant.name} in {scenario.name}: {problem}")
    for process in moved:
        process.move(str(site.choices.proxy_core))
    say(f"  {contestant.name} warmed up in {time.monotonic() - began:.0f} s")
