from __future__ import annotations

import unittest

from comparison import goals, soak
from comparison.charts import ticks
from comparison.material import raw_signature
from comparison.results import Results, median, ratio, slope

RUN = {"rate": 1000.0, "busy": 1.0, "gen": 0.5, "noise": 0.0, "fail": 0}


def sample(seconds: float, rss: int) -> soak.Sample:
    return soak.Sample(seconds, rss, rss, 1, 0, 10, 20, 0, 0.0, 0, 0)


class Figures(unittest.TestCase):
    def test_median_of_nothing_is_nothing(self) -> None:
        self.assertIsNone(median([], "cpu_us"))
        self.assertIsNone(median([{"rate": 1.0}], "cpu_us"))
        self.assertEqual(2.0, median([{"x": 9.0}, {"x": 1.0}, {"x": 2.0}], "x"))

    def test_ratio_needs_both(self) -> None:
        self.assertIsNone(ratio(None, 2.0))
        self.assertIsNone(ratio(2.0, 0.0))
        self.assertEqual(0.5, ratio(1.0, 2.0))

    def test_slope_of_a_line_and_of_a_point(self) -> None:
        self.assertAlmostEqual(3.0, slope([(x, 3.0 * x + 1) for x in range(5)]))
        self.assertEqual(0.0, slope([(1.0, 5.0)]))
        self.assertEqual(0.0, slope([(1.0, 5.0), (1.0, 6.0)]))

    def test_ticks_reach_the_top_in_round_steps(self) -> None:
        for top in (0.0, 0.013, 1.0, 7.7, 99.0, 12345.0):
            marks = ticks(top)
            self.assertGreaterEqual(marks[-1] * 1.0001, top)
            self.assertLessEqual(len(marks), 8)

    def test_signatures_become_two_numbers_of_32_bytes(self) -> None:
        der = bytes([0x30, 8, 2, 1, 7, 2, 3, 0, 0x80, 1])
        self.assertEqual(bytes(31) + b"\x07" + bytes(30) + b"\x80\x01", raw_signature(der))
        with self.assertRaises(ValueError):
            raw_signature(b"\x31\x00")


class Verdicts(unittest.TestCase):
    def test_each_goal_is_met_not_met_or_not_measured(self) -> None:
        results = Results(versions={"pavise": "1", "haproxy-3.2-cache": "2", "nginx-1.30-cache": "3"})
        for name, cost in (("pavise", 30.0), ("haproxy-3.2-cache", 40.0), ("nginx-1.30-cache", 20.0)):
            results.add("h1", name, {**RUN, "cpu_us": cost})
        found = {(row[0], row[2]): row[4] for row in goals.table(results)}
        self.assertEqual("met", found["all controls, ES256, HTTP/1.1 keep-alive", "1 of HAProxy 3.2 with remembered tokens"])
        self.assertEqual("not met", found["all controls, ES256, HTTP/1.1 keep-alive", "1 of nginx 1.30 with remembered tokens"])
        self.assertEqual("not measured", found["all controls, ES256, HTTP/2", "1 of nginx 1.30 with remembered tokens"])

    def test_goodput_has_to_be_high_not_low(self) -> None:
        for share, verdict in ((0.5, "not met"), (0.95, "met")):
            results = Results(overload={"pavise": [{"share": share}]})
            self.assertEqual(verdict, next(row[4] for row in goals.table(results) if row[0].startswith("overload")))

    def test_nothing_measured_says_so(self) -> None:
        self.assertEqual({"not measured"}, {row[4] for row in goals.table(Results())})
        self.assertIn("none", goals.summary(Results()))

    def test_soak_tells_growth_from_noise(self) -> None:
        level = 100 * 2**20
        steady = [sample(30.0 * i, level + (i % 3) * 2**18) for i in range(1, 100)]
        growing = [sample(30.0 * i, level + i * 2**20) for i in range(1, 100)]
        self.assertEqual("does not grow", soak.verdicts(steady)[0][3])
        self.assertEqual("grows", soak.verdicts(growing)[0][3])
        self.assertEqual("not measured", soak.verdicts(steady[:2])[0][3])


if __name__ == "__main__":
    unittest.main()
