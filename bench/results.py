"""The arithmetic of the figures: what was measured, ratios round by round, verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from bench.rows import BATCH, BEST, FIXED, FLOOR, MIB, OBJECT, Aim, Measure, Row

__all__ = ["SUBJECT", "Contest", "Contestant", "Sample", "Spread", "Verdict"]

SUBJECT = "ossc"


@dataclass(frozen=True, slots=True)
class Sample:
    """What one round of one contestant took.

    Attributes:
        ops: Operations.
        wall: Seconds, all together.
        cpu: Processor seconds, user's and system's, of all threads together.
        memory: Peak of the resident memory above that at the start, in bytes.
    """

    ops: int
    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and range over the rounds."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Of at least one value."""
        listed = list(values)
        return cls(median(listed), min(listed), max(listed))


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who takes part in a row.

    Attributes:
        name: What tables call it.
        role: `"subject"`, `"peer"`, `"floor"`, or `"bare"`: a floor to look at only.
        group: Variants of one peer share it; only the better of them is held against.
    """

    name: str
    role: str
    group: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an aim holds: the ratio, and to whom it is."""

    aim: Aim
    ratio: Spread
    opponent: str
    met: bool


@dataclass(slots=True)
class Contest:
    """A row as it went.

    Attributes:
        row: What was done.
        size: Bytes of an operation, which a quick run makes smaller.
        contestants: Who did it, the subject first.
        samples: Of each by name, as many as there were rounds.
    """

    row: Row
    size: int
    contestants: Sequence[Contestant]
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The row's, with the size that it had."""
        return self.row.title.format(size=f"{self.size // MIB} MiB")

    def values(self, name: str, measure: Measure) -> list[float]:
        """A measure of each round."""
        samples = self.samples[name]
        if measure == "cpu":
            return [sample.cpu / sample.ops for sample in samples]
        if measure == "rate":
            amount = 1 if self.row.batch == BATCH else self.size
            return [sample.ops * amount / sample.wall for sample in samples]
        if measure == "memory":
            return [float(sample.memory) for sample in samples]
        bare = self.samples[self.name_of("floor")]
        return [
            sample.wall / sample.ops - floor.wall / floor.ops
            for sample, floor in zip(samples, bare, strict=True)
        ]

    def name_of(self, role: str) -> str:
        """Who plays a role that only one does."""
        return next(c.name for c in self.contestants if c.role == role)

    def ratio(self, name: str, measure: Measure) -> Spread:
        """The subject's measure to another's, round by round."""
        if measure == "start" and name == self.name_of("floor"):
            # Above itself it takes nothing: here the whole starts are compared.
            pairs = zip(self.samples[SUBJECT], self.samples[name], strict=True)
            return Spread.of(a.wall / a.ops / (b.wall / b.ops) for a, b in pairs)
        return _ratios(self.values(SUBJECT, measure), self.values(name, measure))

    def ratio_to_best(self, measure: Measure) -> tuple[Spread, str]:
        """The subject's measure to the best peer's of each round; who was so most often."""
        pick = max if measure == "rate" else min
        peers = {name: self.values(name, measure) for name in self.peers(measure)}
        names = list(peers)
        best = [pick(names, key=lambda n: peers[n][i]) for i in range(self.rounds)]
        values = [peers[name][i] for i, name in enumerate(best)]
        often = max(names, key=best.count)
        return _ratios(self.values(SUBJECT, measure), values), often

    def peers(self, measure: Measure) -> list[str]:
        """The peers, of each the better of its variants."""
        pick = max if measure == "rate" else min
        groups: dict[str, list[str]] = {}
        for contestant in self.contestants:
            if contestant.role == "peer":
                groups.setdefault(contestant.group, []).append(contestant.name)
        return [
            pick(names, key=lambda n: median(self.values(n, measure)))
            for names in groups.values()
        ]

    @property
    def rounds(self) -> int:
        """How many there were."""
        return len(self.samples[SUBJECT])

    def verdict(self, aim: Aim) -> Verdict:
        """Judges by the median; memory by its peak over all rounds."""
        ratio, opponent = self._held_against(aim)
        if aim.of == "rate":
            met = ratio.median >= aim.limit
        elif aim.of == "memory":
            met = ratio.high <= aim.limit
        else:
            met = ratio.median <= aim.limit
        return Verdict(aim, ratio, opponent, met)

    def verdicts(self) -> list[Verdict]:
        """Of all aims of the row."""
        return [self.verdict(aim) for aim in self.row.aims]

    def _held_against(self, aim: Aim) -> tuple[Spread, str]:
        if aim.against == BEST:
            return self.ratio_to_best(aim.of)
        if aim.against == FLOOR:
            name = self.name_of("floor")
            return self.ratio(name, aim.of), name
        if aim.against in (OBJECT, FIXED):
            amount = self.size if aim.against == OBJECT else aim.amount
            words = "the object" if aim.against == OBJECT else aim.words
            mine = self.values(SUBJECT, aim.of)
            return _ratios(mine, [amount] * len(mine)), words
        return self.ratio(aim.against, aim.of), aim.against

    def to_json(self) -> dict[str, Any]:
        """All there is to know, for a file."""
        measure = self.row.measure
        others = [c.name for c in self.contestants if c.role != "subject"]
        best, name = self.ratio_to_best(measure)
        return {
            "row": self.row.name,
            "title": self.title,
            "object_bytes": self.size,
            "measure": measure,
            "ratios": {other: asdict(self.ratio(other, measure)) for other in others},
            "best_peer": {"name": name, "ratio": asdict(best)},
            "aims": [asdict(verdict) for verdict in self.verdicts()],
            "contestants": {
                contestant.name: self._figures(contestant)
                for contestant in self.contestants
            },
        }

    def _figures(self, contestant: Contestant) -> dict[str, Any]:
        name = contestant.name
        measures: tuple[Measure, ...] = ("cpu", "rate", "memory")
        return {
            "role": contestant.role,
            "samples": [asdict(sample) for sample in self.samples[name]],
            **{m: asdict(Spread.of(self.values(name, m))) for m in measures},
        }


def _ratios(mine: Sequence[float], theirs: Sequence[float]) -> Spread:
    return Spread.of(a / b for a, b in zip(mine, theirs, strict=True))
