from __future__ import annotations

import os
import tempfile
import unittest
import xml.dom.minidom

from comparison import page, report, scenarios, soak, stages
from comparison.charts import bars, lines
from comparison.contestants import Jvm, ours, peers
from comparison.results import Results
from comparison.security import kind, section

PEOPLE = ("pavise", "haproxy-3.2", "haproxy-3.2-cache", "nginx-1.30-cache", "vertx-tcnative", "scg-tcnative")
RUN = {"done": 1000, "secs": 1.0, "rate": 1000.0, "busy": 1.0, "gen": 0.5, "noise": 0.02, "fail": 0, "cpu_us": 20.0, "resumed": 900, "dialled": 1000, "connections": 64, "late": 0, "unexpected": 0,
       "errors": 0, "p50_us": 100.0, "p90_us": 200.0, "p99_us": 900.0, "p999_us": 2000.0, "p9999_us": 5000.0}
MEMORY = {"pss": 90 * 2**20, "rss": 100 * 2**20}


def everything() -> Results:
    """A result in which everything was measured."""
    results = Results(versions={name: "1" for name in PEOPLE}, checks={name: {"ES256": "ok"} for name in PEOPLE}, left_out=["somebody in something: a reason"])
    results.about = {"date": "2026-01-01", "command": "bench/compare", "commit": "abc", "machine": {"cores": "2", "processor": "a & b", "virtual": "bare metal", "kernel": "Linux"}}
    for name in PEOPLE:
        for scenario in scenarios.SCENARIOS:
            results.add(scenario, name, dict(RUN))
        results.refusals[name] = {"allowed": {**RUN, "status": 200}, "401 no credential": {**RUN, "status": 401, "dialled": 9000}}
        results.overload[name] = [{**RUN, "capacity": 1100.0, "best": 1000.0, "goodput": 990.0, "share": 0.99}]
        results.start[name] = {"answers_s": [0.5], "answer_s": 0.5, "ready_s": None, "started": MEMORY, "idle": MEMORY, "loaded": MEMORY, "idle_cpu": 0.001}
        results.idle.setdefault("idle-1k", {})[name] = {"connections": 1000, "each": 8000.0, "pss_each": 8000.0, "rss_each": 8000.0, "rss": 2**27, "cpu": 0.0}
        results.cores.setdefault("h1", {})[name] = [dict(RUN)]
    return results


class Output(unittest.TestCase):
    def test_a_whole_result_has_every_part(self) -> None:
        text = report.render(everything())
        for part in ("## Goals", "## CPU microseconds", "## The same security", "### h2-up-1m", "## What a 401", "## Overload", "## Two cores", "## Start and memory", "## Idle TLS", "## Left out", "a reason"):
            self.assertIn(part, text)
        self.assertIn("pavise 90%", text)  # how many connections were resumed
        self.assertIn("reconnects", text)

    def test_an_empty_result_renders(self) -> None:
        self.assertIn("not measured", report.render(Results()))

    def test_results_survive_being_written(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "r.json")
            everything().save(path)
            self.assertEqual(everything(), Results.load(path))

    def test_a_disturbed_row_is_marked(self) -> None:
        results = everything()
        results.rounds["h1"]["pavise"] = [{**RUN, "noise": 0.4}]
        self.assertIn("pavise (disturbed)", report.render(results))

    def test_every_plot_is_well_formed(self) -> None:
        drawn = page.plots(everything())
        self.assertEqual(set(page._TITLES), set(drawn))
        for text in [*drawn.values(), bars("a < b", "u", {}, []), lines("a", "x", "y", {}), lines("a", "x", "y", {"l": [(0.0, 0.0), (1.0, 5.0)]}, logarithmic=True)]:
            xml.dom.minidom.parseString(text)

    def test_the_page_keeps_what_is_outside_of_its_markers(self) -> None:
        text = f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n"
        self.assertEqual(f"before\n{page.BEGIN}\nnew\n{page.END}\nafter\n", page.replaced(text, "new\n"))
        with self.assertRaises(ValueError):
            page.replaced("no markers", "new")

    def test_the_page_itself_has_its_markers(self) -> None:
        with open(page.PAGE, encoding="utf-8") as file:
            page.replaced(file.read(), "")
        self.assertIn("performance/cost.svg", page.block(everything(), "bench/results/2026-01-01-compare.json", ["cost.svg"]))

    def test_what_each_contestant_lacks_is_said(self) -> None:
        results = Results(versions={name: "1" for name in [*peers(), "pavise"]})
        self.assertNotIn("not known", section(results))
        self.assertEqual("haproxy-cache", kind("haproxy-3.2-cache"))


class Soaks(unittest.TestCase):
    def test_a_long_run_is_written_with_its_plot(self) -> None:
        samples = [soak.Sample(30.0 * i, 2**27, 2**26, 2**24, 2**23 if i % 2 else 0, 20, 100, 1000 * i, i / 10, 100 * i, 0) for i in range(1, 20)]
        text = soak.render(samples, "about", {"a problem": 2})
        self.assertIn("does not grow", text)
        self.assertIn("2 times: a problem", text)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "soak")
            soak.keep(samples, path)
            soak.write(samples, text, path)
            xml.dom.minidom.parse(path + ".svg")
            with open(path + ".csv", encoding="ascii") as file:
                self.assertEqual(20, len(file.readlines()))


class Plans(unittest.TestCase):
    def test_jvm_peers_run_in_fewer_scenarios_unless_told(self) -> None:
        vertx = peers()["vertx-tcnative"]
        self.assertIsInstance(vertx, Jvm)
        for everywhere in (False, True):
            plan = stages.Plan(None, Results(), [], ["h1", "h2"], lambda text: None, lambda: None, everywhere)  # type: ignore[arg-type]
            self.assertTrue(plan.takes_part(vertx, "h1"))
            self.assertEqual(everywhere, plan.takes_part(vertx, "h2"))
            self.assertTrue(plan.takes_part(ours(), "h2"))

    def test_a_contestant_without_an_algorithm_is_not_asked_for_it(self) -> None:
        results = Results(checks={"pavise": {"ES256": "401", "HS256": "ok"}})
        plan = stages.Plan(None, results, [], ["h1", "h1-hs", "plain"], lambda text: None, lambda: None)  # type: ignore[arg-type]
        self.assertEqual(["h1-hs", "plain"], [scenario.name for scenario in plan.scenarios_of(ours())])

    def test_what_is_left_out_is_kept_once(self) -> None:
        results = Results()
        plan = stages.Plan(None, results, [], [], lambda text: None, lambda: None)  # type: ignore[arg-type]
        plan.leave_out("x", "h1", "why")
        plan.leave_out("x", "h1", "why")
        self.assertEqual(["x in h1: why"], results.left_out)


if __name__ == "__main__":
    unittest.main()
