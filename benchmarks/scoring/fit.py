"""Coefficients from labelled sets: weights by a smooth average precision, density and bridge by trying, then scales.

The weights maximise the mean over the sets of Smooth-AP (Brown et al., "Smooth-AP: Smoothing the Path Towards
Large-Scale Image Retrieval", ECCV 2020), each set weighing the same whatever its size, plus half of the correlation
with people's grades. Nothing here reads the coefficients that ship.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize

from embeddings.search.similarity import Model, Parts, adjusted, columns
from embeddings.types import Floats

from .features import Pairs
from .neighbourhoods import Neighbourhoods, graded, neighbourhoods, pearson, retrieval

PARTS = ("words", "names", "passages", "lead")
COLUMNS = (*PARTS, "gap", "density")
START = Model(
    words=0.3, names=0.2, passages=0.35, lead=0.15, gap=0.03, gap_unknown_days=5.0, background=0.3, density_share=0.5,
    rank_density_share=0.7, rank_bridge=0.6, story_bridge=0.3, score_slope=5.0, score_middle=0.3, story_slope=12.0,
    story_middle=0.3,
)  # fmt: skip
"""Where the search begins. Not fitted: the days that stand for an unknown gap, the background, the share of densities
that threads are cut by, and what a bridge is worth to `same_story`; docs/how-related-coverage-is-ranked.md has what
else was tried for them."""
ACROSS = 0.5
"""Between two languages, of passages, what stands for words. Of pairs of one language and story (BASIL) the root of
the cosine of words is .9 to 1.0 of passages, of names 1.0 to 1.2; of unrelated ones .6 and .5. MAP of MEANTIME is 1.0
with 0, .3, .5, .7 and this."""
SHARES = (0.5, 0.7, 0.9)
"""Of the hit's density, in the rank."""
BRIDGE_WEIGHTS = (0.0, 0.3, 0.6)
GRADES_WEIGHT = 0.5
"""Of the correlation with people's grades, beside 1 for each set's average precision."""

_QUERIES, _POSITIVES, _CANDIDATES = 400, 3000, 120
"""Of each set at most; chosen at random (seeded), the candidates by their worth under `START`."""
_TEMPERATURE = 0.05
"""Of Smooth-AP, in standard deviations of the score."""
_PULL = 0.1
"""Towards `START`, times the squared distance of the weights (unit length, in standard deviations)."""
_STEPS, _RATE = 120, 0.05
_SAME_STORY_TOP = 20
"""Hits of each article that `same_story` is fitted to: what people will see it on."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A model with something left out."""

    name: str
    without: frozenset[str] = frozenset()
    """Of `COLUMNS`, and: bridge, root (plain cosines in place of their square roots)."""
    base: Model = START
    """Where the search begins, with all of it."""

    @property
    def kept(self) -> list[int]:
        """Columns that are fitted."""
        return [i for i, name in enumerate(COLUMNS) if name not in self.without]

    def seen(self, pairs: Pairs) -> Pairs:
        """The set as this variant sees it."""
        if "root" not in self.without:
            return pairs
        parts = pairs.parts
        return replace(pairs, parts=replace(parts, words=parts.words**2, names=parts.names**2))

    @property
    def start(self) -> Model:
        """Without what is left out."""
        weights = {name: 0.0 for name in (*PARTS, "gap") if name in self.without}
        total = sum(getattr(self.base, name) for name in PARTS if name not in self.without)
        weights |= {name: getattr(self.base, name) / total for name in PARTS if name not in self.without}
        if "density" in self.without:
            weights |= {"density_share": 0.0, "rank_density_share": 0.0}
        if "bridge" in self.without:
            weights |= {"rank_bridge": 0.0}
        return replace(self.base, **weights)


FULL = Variant("all of it")


def dense_scale(of_default: Pairs, of_other: Pairs) -> tuple[float, float]:
    """Slope and offset that bring another encoder's passages to the default one's, by least squares.

    Over the pairs of articles of one set that are candidates with both; those of one story weigh as much together as
    those of two.
    """
    mine, theirs, weights = [], [], []
    for i in range(len(of_default)):
        some, others = (pairs.candidates[i, pairs.real[i]] for pairs in (of_default, of_other))
        _, a, b = np.intersect1d(some, others, return_indices=True)
        mine.append(of_default.parts.passages[i][a])
        theirs.append(of_other.parts.passages[i][b])
        weights.append(of_default.relevant[i][a])
    y, x, relevant = (np.concatenate(each) for each in (mine, theirs, weights))
    share = np.where(relevant, 1 / max(1, relevant.sum()), 1 / max(1, (~relevant).sum()))
    known = ~(np.isnan(x) | np.isnan(y))
    slope, offset = np.polyfit(x[known], y[known], 1, w=np.sqrt(share[known]))
    return round(float(slope), 2), round(float(offset), 3)


ABLATIONS = (
    Variant("dense only", frozenset({"words", "names"})),
    Variant("lexical only", frozenset({"passages", "lead"})),
    Variant("no names", frozenset({"names"})),
    Variant("no density", frozenset({"density"})),
    Variant("no bridge", frozenset({"bridge"})),
    Variant("no date gap", frozenset({"gap"})),
    Variant("no calibration", frozenset({"root", "density", "bridge"})),
)
"""Each is fitted anew. The last one is the weighted mean of plain cosines."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A part of a set that weights are fitted to; tensors of float32."""

    columns: torch.Tensor
    """(Q, K, C), or (M, C) of graded pairs."""
    relevant: torch.Tensor
    """(Q, K)"""
    positives: tuple[torch.Tensor, torch.Tensor]
    """(P,), (P,): query and candidate of each."""
    weights: torch.Tensor
    """(P,): sum 1, each query's the same in all."""
    grades: torch.Tensor
    """(M,); empty where the set has stories."""


def sample_of(pairs: Pairs, variant: Variant) -> Sample:
    """What the weights of a variant are fitted to, the same at every call."""
    pairs = variant.seen(pairs)
    found = neighbourhoods(pairs, variant.start)
    values = _columns(pairs.parts, found, variant.base)[..., variant.kept]
    none = torch.empty(0)
    if pairs.grades:
        both = [(i, j) for a, b, _ in pairs.grades for i, j in ((a, b), (b, a))]
        at = [np.searchsorted(pairs.candidates[i, pairs.real[i]], j) for i, j in both]
        rows = values[[i for i, _ in both], at].reshape(len(pairs.grades), 2, -1).mean(axis=1)
        return Sample(_tensor(rows), none, (none, none), none, _tensor(graded(found)[1]))
    rng = np.random.default_rng(0)
    asked = np.flatnonzero(pairs.wanted)
    asked = np.sort(rng.permutation(asked)[:_QUERIES])
    best = np.argsort(-found.worth[asked], axis=1, kind="stable")[:, :_CANDIDATES]
    relevant = np.take_along_axis(pairs.relevant[asked], best, 1)
    real = np.take_along_axis(pairs.real[asked], best, 1)
    chosen = np.take_along_axis(values[asked], best[..., None], 1)
    chosen[~real] = np.nanmin(chosen, axis=(0, 1))  # no one's rank depends on them
    positives = np.argwhere(relevant)
    positives = positives[np.sort(rng.permutation(len(positives))[:_POSITIVES])]
    weights = 1 / pairs.wanted[asked][positives[:, 0]]
    q, p = (torch.from_numpy(some.copy()) for some in positives.T)
    return Sample(_tensor(chosen), _tensor(relevant), (q, p), _tensor(weights / weights.sum()), none)


def fit(sets: Sequence[Pairs], samples: Sequence[Sample], variant: Variant = FULL) -> Model:
    """The coefficients that suit these sets; their samples are of the same variant."""
    model = _weights(samples, variant)
    model = _neighbours([variant.seen(pairs) for pairs in sets], model, variant)
    found = [neighbourhoods(variant.seen(pairs), model) for pairs in sets]
    return _scales(found, model)


def _weights(samples: Sequence[Sample], variant: Variant) -> Model:
    spread = torch.stack([s.columns.flatten(0, -2).std(dim=0) for s in samples]).mean(dim=0)
    start = variant.start
    first = {**{name: getattr(start, name) for name in PARTS}, "gap": -start.gap, "density": -start.rank_density_share}
    w = (_tensor(np.array([first[COLUMNS[i]] for i in variant.kept])) * spread).requires_grad_()
    optimizer = torch.optim.Adam([w], lr=_RATE)
    origin = (w / w.norm()).detach()
    for _ in range(_STEPS):
        optimizer.zero_grad()
        unit = w / w.norm()
        rewards = torch.stack([_reward(s, s.columns @ (unit / spread)) for s in samples])
        loss = _PULL * (unit - origin).square().sum() - rewards.mean()
        loss.backward()
        optimizer.step()
    raw = dict(zip([COLUMNS[i] for i in variant.kept], (w / spread).tolist(), strict=True))
    total = sum(raw.get(name, 0.0) for name in PARTS)
    weights = {name: round(raw.get(name, 0.0) / total, 3) for name in PARTS}
    return replace(start, **weights, gap=round(-raw.get("gap", 0.0) / total, 4))


def _reward(sample: Sample, scores: torch.Tensor) -> torch.Tensor:
    if len(sample.grades):
        return GRADES_WEIGHT * torch.corrcoef(torch.stack([scores, sample.grades]))[0, 1]
    q, p = sample.positives
    ahead = torch.sigmoid((scores[q] - scores[q, p][:, None]) / _TEMPERATURE)
    before, relevant = ahead.sum(dim=1), (ahead * sample.relevant[q]).sum(dim=1)
    return (sample.weights * (0.5 + relevant) / (0.5 + before)).sum()  # its own place is half ahead of itself


def _neighbours(sets: Sequence[Pairs], model: Model, variant: Variant) -> Model:
    """The best density share and weight of bridges."""
    shares = (0.0,) if "density" in variant.without else SHARES
    weights = (0.0,) if "bridge" in variant.without else BRIDGE_WEIGHTS
    best, model_of = -np.inf, model
    for share in shares:
        tried = replace(model, rank_density_share=share)
        found = [neighbourhoods(pairs, tried) for pairs in sets]
        for weight in weights:
            worth = sum(_worth(some.with_bridge(weight)) for some in found)
            if worth > best:
                best, model_of = worth, replace(tried, rank_bridge=weight)
    return model_of


def _worth(found: Neighbourhoods) -> float:
    return GRADES_WEIGHT * pearson(found) if found.pairs.grades else retrieval(found)["map"]


def _scales(found: Sequence[Neighbourhoods], model: Model) -> Model:
    """The slopes and middles of both numbers: least squares on the grades, logistic regression on the stories."""
    scales: dict[str, float] = {}
    for some in found:
        if some.pairs.grades:
            worth, grades = graded(some)
            slope, middle = _logistic(worth, grades, np.ones(len(grades)), squared=True)
            scales |= {"score_slope": round(slope, 2), "score_middle": round(middle, 3)}
    sides = [_hits(some) for some in found if not some.pairs.grades]
    if sides:
        values, labels = (np.concatenate(column) for column in zip(*sides, strict=True))
        weights = np.concatenate([np.full(len(labels), 1 / len(labels)) for _, labels in sides])
        slope, middle = _logistic(values, labels, weights, squared=False)
        scales |= {"story_slope": round(slope, 2), "story_middle": round(middle, 3)}
    return replace(model, **scales)


def _hits(found: Neighbourhoods) -> tuple[Floats, Floats]:
    """Of the first hits of every article: what `same_story` is a function of, and whether it is one."""
    pairs, m = found.pairs, found.model
    top = np.argsort(-found.worth, axis=1, kind="stable")[:, :_SAME_STORY_TOP]
    densities = found.densities[pairs.candidates]
    values = adjusted(found.similarities, found.densities[:, None], densities, m) + m.story_bridge * found.bridges
    taken = [np.take_along_axis(some, top, 1) for some in (values, pairs.relevant, pairs.real)]
    return taken[0][taken[2]], taken[1][taken[2]].astype(np.float64)


def _logistic(x: Floats, y: Floats, weights: Floats, *, squared: bool) -> tuple[float, float]:
    """Slope and middle of the logistic function of x that is nearest to y."""

    def loss(p: Floats) -> float:
        z = p[0] * (x - p[1])
        if squared:
            return float(weights @ (1 / (1 + np.exp(-z)) - y) ** 2)
        return float(weights @ (np.logaddexp(0, z) - y * z))

    slope, middle = minimize(loss, [8.0, 0.25], method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10}).x
    return float(slope), float(middle)


def _columns(parts: Parts, found: Neighbourhoods, base: Model) -> Floats:
    """(N, K, C) in the order of `COLUMNS`."""
    return np.stack([*columns(parts, base), found.densities[found.pairs.candidates]], axis=-1)


def _tensor(values: Floats | NDArray[np.bool_]) -> torch.Tensor:
    return torch.from_numpy(np.asarray(values, np.float32))
