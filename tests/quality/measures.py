"""How quality is measured: average precision, F1, BCubed. Plain functions, so that a floor means what it says."""

from __future__ import annotations

from collections import Counter, defaultdict


def average_precision(scored):
    """Of (score, is positive) pairs; ties in the given order."""
    ranked = sorted(scored, key=lambda pair: -pair[0])
    hits, total = 0, 0.0
    for place, (_, positive) in enumerate(ranked, start=1):
        if positive:
            hits += 1
            total += hits / place
    return total / hits


def f1(found, gold):
    """Of two sequences of booleans."""
    both = sum(f and g for f, g in zip(found, gold, strict=True))
    return 2 * both / (sum(found) + sum(gold))


def bcubed_f1(gold, found):
    """Of two labellings of the same items (Amigo et al. 2009)."""
    classes, clusters = defaultdict(set), defaultdict(set)
    for i, (g, f) in enumerate(zip(gold, found, strict=True)):
        classes[g].add(i)
        clusters[f].add(i)
    shared = [(len(classes[g] & clusters[f]), g, f) for g, f in zip(gold, found, strict=True)]
    precision = sum(n / len(clusters[f]) for n, _, f in shared) / len(shared)
    recall = sum(n / len(classes[g]) for n, g, _ in shared) / len(shared)
    return 2 * precision * recall / (precision + recall)


def first_story_cost(gold, novelty):
    """Normalised Cmin of TDT: miss 1, false alarm .1, target .02; the best threshold over novelty scores."""
    seen, firsts = set(), []
    for label in gold:
        firsts.append(label not in seen)
        seen.add(label)
    total, rest = sum(firsts), len(firsts) - sum(firsts)
    hits = alarms = 0
    best = 1.0
    for _, first in sorted(zip(novelty, firsts, strict=True), key=lambda pair: -pair[0]):
        hits, alarms = hits + first, alarms + (not first)
        best = min(best, ((total - hits) / total * 0.02 + alarms / rest * 0.1 * 0.98) / 0.02)
    return best


def share_in_order(scored):
    """Of (score, is positive) pairs: how often a positive has the higher score of the two (AUC); ties count half."""
    pairs = list(scored)
    above = [score for score, positive in pairs if positive]
    below = [score for score, positive in pairs if not positive]
    return sum((a > b) + (a == b) / 2 for a in above for b in below) / (len(above) * len(below))


def pair_f1(gold, found):
    """F1 of "these two belong together" over all pairs of two labellings; 1 when neither joins any."""

    def pairs(labels):
        return sum(n * (n - 1) / 2 for n in Counter(labels).values())

    both, every = pairs(zip(gold, found, strict=True)), pairs(gold) + pairs(found)
    return 2 * both / every if every else 1.0
