"""The raw results of a run, and the figures that are read from them."""
from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass, field
from typing import Any

Run = dict[str, float]


@dataclass
class Results:
    """Everything that was seen. Written as JSON while the run goes on, so that a run that breaks off is not lost."""
    about: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    checks: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    rounds: dict[str, dict[str, list[Run]]] = field(default_factory=dict)     # scenario, contestant
    refusals: dict[str, dict[str, Run]] = field(default_factory=dict)         # contestant, status
    overload: dict[str, list[Run]] = field(default_factory=dict)              # contestant
    cores: dict[str, dict[str, list[Run]]] = field(default_factory=dict)      # scenario, contestant
    start: dict[str, dict[str, Any]] = field(default_factory=dict)            # contestant
    idle: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # stage, contestant

    def add(self, scenario: str, contestant: str, run: Run) -> None:
        self.rounds.setdefault(scenario, {}).setdefault(contestant, []).append(run)

    def save(self, path: str) -> None:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.write("\n")

    @staticmethod
    def load(path: str) -> Results:
        with open(path, encoding="utf-8") as file:
            return Results(**json.load(file))

    # ---- figures: None where nothing was measured

    def median(self, scenario: str, contestant: str, figure: str) -> float | None:
        return median(self.rounds.get(scenario, {}).get(contestant, []), figure)

    def cost(self, scenario: str, contestant: str) -> float | None:
        """CPU microseconds for each request."""
        return self.median(scenario, contestant, "cpu_us")

    def contestants(self) -> list[str]:
        return list(self.versions)


def median(runs: list[Run], figure: str) -> float | None:
    values = [run[figure] for run in runs if run.get(figure) is not None]
    return statistics.median(values) if values else None


def ratio(above: float | None, below: float | None) -> float | None:
    return above / below if above is not None and below else None


def slope(points: list[tuple[float, float]]) -> float:
    """Least squares: the rise for each unit of x; 0 where x does not vary."""
    if len(points) < 2:
        return 0.0
    mean_x = statistics.fmean(x for x, _ in points)
    mean_y = statistics.fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0
