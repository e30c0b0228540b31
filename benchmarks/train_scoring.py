"""Fit the coefficients of `embeddings/search/scoring.json`, and say how well they do on sets they were not fitted to.

    python benchmarks/train_scoring.py [--data ../shared/data] [--vectors FILE] [--no-leave-one-out]
                                       [--model NAME [--paragraphs N]] [--output FILE [--keep]]

Prints one JSON object: the coefficients; for each set what is reached with all sets in training and with that set left
out; and the same left-out figures with one thing missing at a time, everything else fitted anew. With --output it is
written as the file that ships; with --keep too, that file keeps its coefficients, and the fitted ones stand beside them
as `refitted`. The same data give the same file.

Another model (`multilingual`) is fitted to the sets in several languages and to one in English, after its cosines were
brought to the default one's range there. About 20 minutes for encoding (--vectors keeps them for the next time)
and 15 for the rest, on one core.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from benchmarks.scoring.features import Pairs, pairs_of
from benchmarks.scoring.fit import ABLATIONS, ACROSS, FULL, START, Sample, Variant, dense_scale, fit, sample_of
from benchmarks.scoring.neighbourhoods import figures
from benchmarks.scoring.sets import GRADES, MULTILINGUAL, STORIES, encode, read_sets
from embeddings.encoders import DEFAULT_MODEL, encoder_for
from embeddings.search.similarity import Model, model_of
from embeddings.search.similarity import model as shipped
from service.settings import quiet_libraries

COMMAND = "python benchmarks/train_scoring.py --output embeddings/search/scoring.json"


def train(
    sets: Sequence[Pairs], kept: Model | None = None, *, leave_one_out: bool = True, full: Variant = FULL
) -> dict[str, Any]:
    """All that is to be said of a training: what is printed, and written.

    Args:
        sets: to train with.
        kept: coefficients to keep; those that are fitted come beside them.
        leave_one_out: fit also without each set, and without each part.
        full: what is fitted.
    """
    model, everywhere = _fitted(sets, full, _samples(sets, full))
    report: dict[str, Any] = {"coefficients": asdict(kept or model)}
    if kept:
        report["refitted"] = asdict(model)
    report |= {
        "command": COMMAND + (" --keep" if kept else ""),
        "trained_on": {pairs.name: {"sha256": pairs.digest, "articles": len(pairs)} for pairs in sets},
    }
    found = {name: {"all": some} for name, some in everywhere.items()}
    report["figures"] = found
    if kept:
        for pairs in sets:
            found[pairs.name]["kept"] = figures(pairs, kept)
    if not leave_one_out:
        return report
    for name, some in _left_out(sets, full).items():
        found[name]["left_out"] = some
    variants = [replace(variant, base=full.base) for variant in ABLATIONS]
    report["ablation_left_out"] = {variant.name: _short(_left_out(sets, variant)) for variant in variants}
    return report


def _fitted(
    sets: Sequence[Pairs], variant: Variant, samples: Sequence[Sample]
) -> tuple[Model, dict[str, dict[str, float]]]:
    model = fit(sets, samples, variant)
    return model, {pairs.name: figures(variant.seen(pairs), model) for pairs in sets}


def _left_out(sets: Sequence[Pairs], variant: Variant) -> dict[str, dict[str, float]]:
    """What is reached on each set by a model that is fitted to the others."""
    samples = _samples(sets, variant)
    found = {}
    for pairs in sets:
        family = pairs.name.partition("/")[0]
        rest = [other for other, one in enumerate(sets) if one.name.partition("/")[0] != family]
        if rest:
            model = fit([sets[other] for other in rest], [samples[other] for other in rest], variant)
            found[pairs.name] = figures(variant.seen(pairs), model)
            _say(f"{variant.name}, without {pairs.name}: {found[pairs.name]} {_coefficients(model)}")
    return found


def _samples(sets: Sequence[Pairs], variant: Variant) -> list[Sample]:
    return [sample_of(pairs, variant) for pairs in sets]


def _short(found: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The main figure of each set: MAP, or the correlation."""
    return {name: some.get("map", some.get("pearson", 0.0)) for name, some in found.items()}


def _coefficients(model: Model) -> str:
    return ", ".join(f"{name} {value}" for name, value in asdict(model).items())


def _dense_scale(data: Path, sets: Sequence[Pairs], paragraphs: int | None) -> tuple[float, float]:
    """What brings the cosines of these sets to the range of the default encoder's, by the first of `MULTILINGUAL`."""
    (read,) = read_sets(data, MULTILINGUAL[:1], paragraphs=paragraphs)
    return dense_scale(pairs_of(read, encode([read], None)), sets[0])


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _write(path: Path, report: Mapping[str, Any]) -> None:
    """Beside, synced, then renamed."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(report, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def main() -> None:
    """Read, encode, compare, fit, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--vectors", type=Path, help="an .npz file that keeps the vectors for the next time")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="the encoder to fit")
    parser.add_argument("--paragraphs", type=int, help="of an article, the first so many (another model is slow)")
    parser.add_argument("--leave-one-out", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--output", type=Path, help="write the file that ships")
    parser.add_argument("--keep", action="store_true", help="keep the coefficients that ship now")
    given = parser.parse_args()
    quiet_libraries()
    torch.set_num_threads(1)  # sums in one order
    default = given.model == DEFAULT_MODEL
    names = [*STORIES, GRADES] if default else MULTILINGUAL
    encoder = encoder_for(given.model)
    read = read_sets(given.data, names, encoder, given.paragraphs)
    if not any(some.name != GRADES for some in read):
        raise SystemExit(f"{given.data} has none of the sets: nothing to train with")
    vectors = encode(read, given.vectors, encoder)
    sets = []
    for some in read:
        sets.append(pairs_of(some, vectors))
        _say(f"{some.name}: {len(sets[-1]):,} articles with {int(sets[-1].real.sum()):,} candidates")
    kept, full = shipped(), FULL
    if not default:
        scale, shift = _dense_scale(given.data, sets, given.paragraphs)
        kept, start = (replace(one, dense_scale=scale, dense_shift=shift, across=ACROSS) for one in (kept, START))
        kept, full = model_of(encoder.fingerprint) or kept, replace(FULL, base=start)
    report = train(sets, kept if given.keep else None, leave_one_out=given.leave_one_out, full=full)
    if not default:
        report["command"] = f"python {' '.join(sys.argv)}"
    if given.output:
        _write(given.output, report)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
