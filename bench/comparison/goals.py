"""The goals that were set before anything was measured, each with its verdict."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .results import Results, median, ratio

OURS = "pavise"
HAPROXY, HAPROXY_PLAIN, NGINX, VERTX, SPRING = "haproxy-3.2-cache", "haproxy-3.2", "nginx-1.30-cache", "vertx-tcnative", "scg-tcnative"
NAMES = {HAPROXY: "HAProxy 3.2 with remembered tokens", HAPROXY_PLAIN: "HAProxy 3.2", NGINX: "nginx 1.30 with remembered tokens",
         VERTX: "Vert.x on BoringSSL", SPRING: "Spring Cloud Gateway on BoringSSL"}
KIB, MIB = 1024, 2**20


@dataclass(frozen=True)
class Goal:
    """A figure that shall not be above a target (or not below it)."""
    work: str
    level: str  # must, want
    target: str
    limit: float
    figure: Callable[[Results], float | None]
    unit: str = ""
    at_least: bool = False

    def verdict(self, results: Results) -> str:
        value = self.figure(results)
        if value is None:
            return "not measured"
        return "met" if (value >= self.limit if self.at_least else value <= self.limit) else "not met"

    def shown(self, results: Results) -> str:
        value = self.figure(results)
        return "-" if value is None else f"{value:.2f}" if not self.unit else f"{value:.3g} {self.unit}"


def _against(scenario: str, peer: str, figure: str = "cpu_us") -> Callable[[Results], float | None]:
    return lambda results: ratio(results.median(scenario, OURS, figure), results.median(scenario, peer, figure))


def _ratio(work: str, scenario: str, level: str, limit: float, peer: str, figure: str = "cpu_us") -> Goal:
    return Goal(work, level, f"{limit:g} of {NAMES[peer]}", limit, _against(scenario, peer, figure))


def added(results: Results, contestant: str = OURS) -> float | None:
    """What TLS and all controls together add to plain forwarding, in microseconds."""
    controlled, plain = results.cost("h1", contestant), results.cost("plain", contestant)
    return None if controlled is None or plain is None else controlled - plain


def _held(stage: str) -> Callable[[Results], float | None]:
    def figure(results: Results) -> float | None:
        found = results.idle.get(stage, {}).get(OURS)
        return found["each"] / KIB if found else None
    return figure


def _idle_memory(results: Results) -> float | None:
    found = results.start.get(OURS)
    return found["idle"]["rss"] / MIB if found else None


def _start(results: Results, contestant: str) -> float | None:
    found = results.start.get(contestant)
    return found["answer_s"] if found else None


FORGED_ANEW = "401 always another"  # the only refusal before which a signature has to be checked each time


def _dearest_refusal(results: Results) -> float | None:
    found = results.refusals.get(OURS, {})
    costs = [run["cpu_us"] for kind, run in found.items() if kind not in ("allowed", FORGED_ANEW)]
    return max(costs) / found["allowed"]["cpu_us"] if costs and "allowed" in found else None


def _refused_signature(results: Results) -> float | None:
    found = results.refusals.get(OURS, {})
    return found[FORGED_ANEW]["cpu_us"] / found["allowed"]["cpu_us"] if FORGED_ANEW in found and "allowed" in found else None


def _all() -> list[Goal]:
    es, hs, h2, big, plain = "all controls, ES256, HTTP/1.1 keep-alive", "all controls, HS256", "all controls, ES256, HTTP/2", "HS256, 16 KiB bodies", "plain forwarding"
    full, mtls, resumed = "full TLS 1.3 handshake and one request", "the same with client certificates", "resumed handshake and one request"
    extra, idle, each, overload = "what TLS and all controls add to plain forwarding", "memory, idle (RSS)", "memory for each idle TLS connection", "overload at twice the capacity"
    found = [
        _ratio(es, "h1", "must", 1.0, HAPROXY), _ratio(es, "h1", "must", 0.33, HAPROXY_PLAIN), _ratio(es, "h1", "must", 0.1, VERTX),
        _ratio(es, "h1", "must", 0.1, SPRING), _ratio(es, "h1", "want", 1.0, NGINX),
        _ratio(hs, "h1-hs", "must", 1.0, HAPROXY_PLAIN), _ratio(hs, "h1-hs", "must", 0.9, VERTX), _ratio(hs, "h1-hs", "want", 1.0, NGINX),
        _ratio(h2, "h2", "must", 1.0, HAPROXY), _ratio(h2, "h2", "want", 1.0, NGINX),
        _ratio(big, "h1-16k", "must", 1.0, HAPROXY), _ratio(big, "h1-16k", "want", 0.9, HAPROXY),
        _ratio(plain, "plain", "must", 1.5, HAPROXY_PLAIN), _ratio(plain, "plain", "must", 0.9, VERTX), _ratio(plain, "plain", "want", 1.1, HAPROXY_PLAIN),
        Goal(extra, "must", "20 us", 20, added, "us"), Goal(extra, "want", "12 us", 12, added, "us"),
        _ratio(full, "hs", "must", 1.0, HAPROXY_PLAIN), _ratio(full, "hs", "want", 0.9, HAPROXY_PLAIN),
        _ratio(mtls, "hs-mtls", "must", 0.8, HAPROXY_PLAIN), _ratio(mtls, "hs-mtls", "want", 0.7, HAPROXY_PLAIN),
        _ratio(resumed, "hs-resumed", "must", 1.0, HAPROXY_PLAIN)]
    for rate in ("2k", "5k", "10k"):
        for figure, name in (("p99_us", "p99"), ("p999_us", "p99.9")):
            found.append(_ratio(f"latency at {rate[:-1]},000 requests each second, {name}", f"lat-{rate}", "must", 1.0, HAPROXY, figure))
    return found + [
        Goal("time to the first answer", "must", f"0.35 of {NAMES[VERTX]}", 0.35, lambda results: ratio(_start(results, OURS), _start(results, VERTX))),
        Goal("time to the first answer", "want", "0.7 s", 0.7, lambda results: _start(results, OURS), "s"),
        Goal(idle, "must", "130 MiB", 130, _idle_memory, "MiB"), Goal(idle, "want", "100 MiB", 100, _idle_memory, "MiB"),
        Goal(each, "must", "12 KiB", 12, _held("idle-1k"), "KiB"), Goal(each, "want", "8 KiB", 8, _held("idle-1k"), "KiB"),
        Goal(each + ", of 9,900", "must", "12 KiB", 12, _held("idle-10k"), "KiB"),
        Goal(overload, "must", "goodput above 0.8 of the best", 0.8, lambda results: median(results.overload.get(OURS, []), "share"), at_least=True),
        Goal("the dearest refusal without a new signature to check", "must", "0.5 of an allowed request", 0.5, _dearest_refusal),
        Goal("refusal of an ES256 signature that was never seen and is wrong", "must", "0.5 of an allowed request with a remembered token", 0.5, _refused_signature)]


GOALS = _all()


def table(results: Results) -> list[list[str]]:
    return [[goal.work, goal.level, goal.target, goal.shown(results), goal.verdict(results)] for goal in GOALS]


def summary(results: Results) -> str:
    """The goals that were measured, for the terminal."""
    rows = [row for row in table(results) if row[4] != "not measured"]
    lines = [f"{row[4]:8} {row[1]:5} {row[0]}: {row[3]}, goal {row[2]}" for row in rows]
    return "\n".join(lines) or "none of the goals was measured"
