"""The rounds, and the stages that follow them with the contestants still warm."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import controls
from .contestants import TROUBLE, Broken, Contestant, Jvm
from .generators import Answers, generate, load
from .goals import FORGED_ANEW
from .measuring import measure, observe, warm, warm_up
from .results import Results
from .scenarios import JVM_PEERS_RUN, SCENARIOS, Scenario
from .site import Site

Say = Callable[[str], None]


@dataclass
class Plan:
    """Who is measured in what, and where it goes."""
    site: Site
    results: Results
    contestants: list[Contestant]
    names: list[str]
    say: Say
    save: Callable[[], None]
    everywhere: bool = False  # JVM peers too run in everything

    def takes_part(self, contestant: Contestant, name: str) -> bool:
        return self.everywhere or not isinstance(contestant, Jvm) or name in JVM_PEERS_RUN

    def scenarios_of(self, contestant: Contestant) -> list[Scenario]:
        found = [SCENARIOS[name] for name in self.names if name in SCENARIOS and self.takes_part(contestant, name)]
        return [scenario for scenario in found if self.results.checks[contestant.name].get(scenario.token or "", "ok") == "ok"]

    def leave_out(self, contestant: str, what: str, why: object) -> None:
        text = f"{contestant} in {what}: {why}"
        if text not in self.results.left_out:
            self.results.left_out.append(text)
            self.say("  left out: " + text)


def admit(plan: Plan, contestants: list[Contestant]) -> None:
    """Starts each contestant and asks whether it enforces the controls; who does not come up is left out."""
    for contestant in contestants:
        plan.results.versions[contestant.name] = contestant.version()
        try:
            for port in ("tls", "plain"):
                serving = contestant.serving(port)
                if serving.process is None and (port == "tls" or any(SCENARIOS[name].port == port for name in plan.names if name in SCENARIOS)):
                    serving.start(plan.site, "rounds")
                    serving.await_answer(plan.site)
        except TROUBLE as problem:
            plan.leave_out(contestant.name, "everything", problem)
            contestant.stop()
            continue
        found = plan.results.checks[contestant.name] = controls.check(plan.site, contestant)
        lacking = [f"{name} ({got})" for name, got in found.items() if got != "ok"]
        plan.say(f"{contestant.name}: {plan.results.versions[contestant.name]}; " + (f"lacks {', '.join(lacking)}" if lacking else f"all {len(found)} controls hold"))
        plan.contestants.append(contestant)


def run_rounds(plan: Plan) -> None:
    """Interleaved: each round measures every scenario, each scenario every contestant, and the order rotates."""
    for contestant in plan.contestants:
        scenarios = plan.scenarios_of(contestant)
        if any(stage in plan.names and plan.takes_part(contestant, stage) for stage in ("refusals", "overload")):
            scenarios = list(dict.fromkeys([SCENARIOS["h1"], *scenarios]))
        if scenarios:
            warm_up(plan.site, contestant, scenarios, plan.say)
    broken: set[tuple[str, str]] = set()
    for number in range(plan.site.choices.rounds):
        turn = number % len(plan.contestants)
        for name in plan.names:
            for contestant in plan.contestants[turn:] + plan.contestants[:turn]:
                scenario = SCENARIOS.get(name)
                if scenario is None or scenario not in plan.scenarios_of(contestant) or (name, contestant.name) in broken:
                    continue
                try:
                    run = measure(plan.site, contestant, scenario)
                    plan.results.add(name, contestant.name, run)
                    plan.say(f"  round {number + 1} {name} {contestant.name}: {run['cpu_us']:.1f} us, {run['rate']:.0f}/s, noise {run['noise']:.0%}"
                             + (f", {run['fail']:.0f} failed" if run["fail"] else ""))
                except TROUBLE as problem:
                    broken.add((name, contestant.name))
                    plan.leave_out(contestant.name, name, problem)
        plan.save()


_REFUSED = {"allowed": ("/v1/ping", "ES256"), "401 no credential": ("/v1/ping", None), "401 bad signature": ("/v1/ping", "badsig"), FORGED_ANEW: ("/v1/ping", "badsig"),
            "403 role": ("/admin/x", "ES256"), "404 unknown path": ("/other", "ES256"), "429 over the limit": ("/v1/limited/x", "ES256")}


def run_refusals(plan: Plan) -> None:
    """Closed loops of requests that are refused. Where a proxy closes the connection with its refusal, the next one's handshake is in the figure."""
    site = plan.site
    for contestant in plan.contestants:
        if not plan.takes_part(contestant, "refusals"):
            continue
        for kind, (path, token) in _REFUSED.items():
            scenario = Scenario(kind, "", "load", path=path, token=token)
            try:
                for _ in range(2):  # the first one takes the only place that the limit has
                    status = controls.ask(site.material, contestant.ports["tls"], path, token)
                if kind != "allowed" and status not in (401, 403, 404, 429):
                    raise Broken(f"answers {status}, which is no refusal")
                more = ["--expect", str(status)] + ["--forge"] * (kind == FORGED_ANEW)
                if contestant.compiles:
                    load(site, contestant, scenario, 5, *more)  # its own warm-up
                run = observe(site, contestant, lambda: load(site, contestant, scenario, max(2, site.choices.seconds - 1), *more))
                plan.results.refusals.setdefault(contestant.name, {})[kind] = {**run, "status": status}
                plan.say(f"  refusals {contestant.name} {kind}: {status}, {run['cpu_us']:.1f} us" + (f", {run['dialled']:.0f} connections" if run["dialled"] > 64 else ""))
            except TROUBLE as problem:
                plan.leave_out(contestant.name, f"refusals, {kind}", problem)
    plan.save()


_OFFERED = (0.6, 0.8, 1.0)  # of the capacity: where the best goodput is looked for


def run_overload(plan: Plan) -> None:
    """
    Capacity first, in a closed loop; then an open one over 512 connections: below the capacity, at it, and at twice as much. A request that finds
    no connection free for 100 ms is lost. The best goodput is that of any offered load, so that both sides of the share come from one generator.
    """
    site = plan.site
    many = replace(SCENARIOS["h1"], tool="load", connections=512)
    for number in range(min(2, site.choices.rounds)):
        turn = number % len(plan.contestants)
        for contestant in plan.contestants[turn:] + plan.contestants[:turn]:
            if not plan.takes_part(contestant, "overload"):
                continue
            try:
                capacity = max(observe(site, contestant, lambda: load(site, contestant, replace(many, connections=width), 3))["rate"] for width in (64, 512))
                below = [_offer(plan, contestant, replace(many, rate=round(part * capacity))) for part in _OFFERED]
                run = _offer(plan, contestant, replace(many, rate=round(2 * capacity)))
                best = max(offered["goodput"] for offered in [*below, run])
                plan.results.overload.setdefault(contestant.name, []).append({**run, "capacity": capacity, "best": best, "share": run["goodput"] / best})
                plan.say(f"  overload {contestant.name}: capacity {capacity:.0f}/s, goodput {run['goodput']:.0f}/s, best {best:.0f}/s ({run['goodput'] / best:.0%}), p99 {run['p99_us'] / 1000:.0f} ms")
            except TROUBLE as problem:
                plan.leave_out(contestant.name, "overload", problem)
    plan.save()


def _offer(plan: Plan, contestant: Contestant, scenario: Scenario) -> Answers:
    run = observe(plan.site, contestant, lambda: load(plan.site, contestant, scenario, plan.site.choices.seconds + 1, "--patience-ms", "100"))
    return {**run, "goodput": (run["done"] - run["late"] - run["unexpected"]) / run["secs"]}


def run_cores(plan: Plan) -> None:
    """The same load on two cores. Generator and backend share one of them, so this shows the direction, not the limit."""
    site = plan.site
    for contestant in plan.contestants:
        if not plan.takes_part(contestant, "cores"):
            continue
        contestant.stop()
        try:
            contestant.start(site, "cores", threads=2)
            contestant.await_answer(site)
            for name in ("h1", "h2"):
                warm(site, contestant, SCENARIOS[name], site.choices.warmup)
                run = observe(site, contestant, lambda: generate(site, contestant, SCENARIOS[name], site.choices.seconds))
                plan.results.cores.setdefault(name, {}).setdefault(contestant.name, []).append(run)
                plan.say(f"  cores {name} {contestant.name}: {run['rate']:.0f}/s, {run['cpu_us']:.1f} us")
        except TROUBLE as problem:
            plan.leave_out(contestant.name, "cores", problem)
        finally:
            contestant.stop()
    plan.save()
