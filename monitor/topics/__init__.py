"""What is it about, and does this article belong? Seeds and a topic file become a profile; an article gets a relevance."""

from __future__ import annotations

from monitor.topics.background import Background
from monitor.topics.examples import seed_passages, with_examples, wording
from monitor.topics.fitting import fit
from monitor.topics.gate import passes_gate
from monitor.topics.left_out import without_seed
from monitor.topics.meaning import meaning
from monitor.topics.profile import build as build_profile
from monitor.topics.reading import Reading, read
from monitor.topics.relevance import MODES, Judge, keeps, kind_of, margin, recompute, standardised
from monitor.topics.self_training import RELEVANT_TEXTS
from monitor.topics.tuning import BOTH_OF_A_SITTING, UNTUNED, Label, Tuning, refit, versioned

__all__ = [
    "BOTH_OF_A_SITTING",
    "MODES",
    "RELEVANT_TEXTS",
    "UNTUNED",
    "Background",
    "Judge",
    "Label",
    "Reading",
    "Tuning",
    "build_profile",
    "fit",
    "keeps",
    "kind_of",
    "margin",
    "meaning",
    "passes_gate",
    "read",
    "recompute",
    "refit",
    "seed_passages",
    "standardised",
    "versioned",
    "with_examples",
    "without_seed",
    "wording",
]
