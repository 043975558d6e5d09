"""Prometheus' text format 0.0.4, read strictly: what a scraper might let pass is an error here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

KINDS = {"counter", "gauge", "histogram", "summary"}
ENDINGS = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("", "_sum", "_count")}
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"([a-z_]+)\{{((?:{LABEL}(?:,{LABEL})*)?)\}} (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)")


@dataclass
class Family:
    """One metric: its kind, and its samples as (name, labels, value) in their order."""

    kind: str
    samples: list = field(default_factory=list)


def parse(text):
    """The families by name. Raises AssertionError with the line that breaks a rule."""
    assert text.endswith("\n")
    families, current, helped = {}, "", ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helped, _, meaning = line.removeprefix("# HELP ").partition(" ")
            assert meaning.strip(), line
            assert helped not in families, f"told twice: {line}"
        elif line.startswith("# TYPE "):
            current, kind = line.removeprefix("# TYPE ").split(" ")
            assert (current, kind in KINDS) == (helped, True), line
            assert (kind == "counter") == current.endswith("_total"), line
            families[current] = Family(kind)
        else:
            found = SAMPLE.fullmatch(line)
            assert found, line
            name, said, value = found.groups()
            family = families[current]
            assert name in [current + ending for ending in ENDINGS.get(family.kind, ("",))], line
            labels = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', said))
            assert all((name, labels) != (n, there) for n, there, _ in family.samples), f"twice: {line}"
            family.samples.append((name, labels, float(value)))
    for name, family in families.items():
        assert family.samples, f"{name} has no sample"
        if family.kind == "histogram":
            _check_histogram(name, family.samples)
    return families


def _check_histogram(name, samples):
    """Buckets of each series grow up to +Inf, which is the count."""
    series = {}
    for sample, labels, value in samples:
        rest = tuple(sorted((key, text) for key, text in labels.items() if key != "le"))
        series.setdefault(rest, {}).setdefault(sample.removeprefix(name), []).append(
            (labels.get("le"), value)
        )
    for parts in series.values():
        assert set(parts) == {"_bucket", "_sum", "_count"}
        bounds = [float(bound) for bound, _ in parts["_bucket"]]
        counted = [value for _, value in parts["_bucket"]]
        assert (bounds, counted) == (sorted(bounds), sorted(counted))
        assert bounds[-1] == float("inf")
        assert parts["_count"] == [(None, counted[-1])]
