"""What the encoder adds, on real headlines: set QUALITY_DATA to the folder of the sets and MODEL_PATH to a model folder."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.promised import BUSY
from tests.quality.measures import average_precision, f1

FOLDER, MODEL = os.environ.get("QUALITY_DATA", ""), os.environ.get("MODEL_PATH", "")
pytestmark = [
    pytest.mark.quality,
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not MODEL, reason="MODEL_PATH is not set"),
]

AP, F1 = 0.968, 0.915
LOAD = """
import time
import monitor.pipeline.judging.scorer
def resident():
    return int(next(l for l in open("/proc/self/status") if l.startswith("VmRSS")).split()[1]) / 1024
before, start = resident(), time.perf_counter()
from pathlib import Path
from monitor.encode import Encoder
encoder = Encoder.open(Path({model!r}))
encoder.encode(["a headline"])
took = time.perf_counter() - start
encoder.encode(["tariffs on soybeans " * 100] * 20)
print(took, resident() - before)
"""


def quality(rows, scored):
    """Average precision, and F1 at the product's own line; grade 1 left out."""
    judged = [(s, r["grade"] == "2") for s, r in zip(scored, rows, strict=True) if r["grade"] != "1"]
    ap = average_precision((s["relevance"], positive) for s, positive in judged)
    return ap, f1([s["relevant"] for s, _ in judged], [positive for _, positive in judged])


@pytest.mark.skipif(not FOLDER, reason="QUALITY_DATA is not set")
def test_real_headlines_with_the_encoder(headlines, scored, encoded, report):
    plain_ap, plain_f1 = quality(headlines, scored)
    ap, own = quality(headlines, encoded)
    report("headlines, with the encoder, AP (baseline: without)", ap, 0.97, plain_ap)
    report("headlines, with the encoder, F1 at its own line", own, 0.91, plain_f1)
    assert ap >= AP, ap
    assert own >= F1, own


def test_loading_is_quick_and_small(sense, report):
    run = subprocess.run(
        [sys.executable, "-c", LOAD.format(model=MODEL)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    took_s, grown_mib = map(float, run.stdout.split())
    report("encoder, load and first text, s (lower is better)", took_s, 1.0)
    report("encoder, resident memory, MiB (lower is better)", grown_mib, 200)
    assert took_s < BUSY * 0.3
    assert grown_mib < 200
