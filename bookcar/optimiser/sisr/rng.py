"""Random numbers of the kernel: xorshift64* (Vigna 2016), a state of 64 bits per chain."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from bookcar.compiled import inlined

Rng = npt.NDArray[np.uint64]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(0x2545F4914F6CDD1D)
_A, _B, _C = np.uint64(12), np.uint64(25), np.uint64(27)
_HALF = np.uint64(32)
_MANTISSA = np.uint64(11)
_UNIT = 2.0**-53


def new_rng(seed: int) -> Rng:
    """Return the generator's state for a seed; never the zero that xorshift cannot leave."""
    mixed = (seed * 2 + 1) * int(_SPREAD) % 2**64
    return np.array([mixed ^ mixed >> 29 or 1], dtype=np.uint64)


@inlined
def draw(rng: Rng) -> np.uint64:
    """Return 64 random bits."""
    x = rng[0]
    x ^= x >> _A
    x ^= x << _B
    x ^= x >> _C
    rng[0] = x
    return x * _FACTOR


@inlined
def uniform(rng: Rng) -> float:
    """Return a number from 0 to below 1."""
    return float(draw(rng) >> _MANTISSA) * _UNIT


@inlined
def below(rng: Rng, n: int) -> int:
    """Return an integer from 0 to below ``n``, ``n`` under 2**32."""
    return np.int64(((draw(rng) >> _HALF) * np.uint64(n)) >> _HALF)


@inlined
def wait(rng: Rng, log_miss: float) -> int:
    """Return how many trials go by before one of probability p hits; ``log_miss`` = log(1 - p)."""
    return np.int64(math.log(1.0 - uniform(rng)) / log_miss)
