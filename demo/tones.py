"""Tells what is in a recording: steady tones, our music on hold, silence. Pure.

Speech and music touch every frequency for a moment; a tone that somebody sends is there all the time, and holds most of
the sound. So the recording is cut into windows of 100 ms, and a tone is present when it is strong in most of
those that are not silent.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 8000
WINDOW_SECONDS = 0.1
SILENCE = 100.0
"""Root mean square, of 16-bit samples, below which a window is silence (about -50 dB)."""

STRONG = 0.25
"""Share of a window's energy that a tone must hold to be strong in it."""

MOST = 0.6
"""Share of the windows with sound in which a tone must be strong."""

HIGHEST_OF_MUSIC = 420
"""Hz; our music on hold has nothing above it (`asterisk/prompts/build`), while speech has in three windows of four."""


def tones_in(sound: bytes, frequencies: Iterable[int], rate: int = SAMPLE_RATE) -> frozenset[int]:
    """Which of `frequencies` (Hz) sound steadily in `sound`.

    Args:
        sound: signed 16-bit little-endian samples, one channel.
        frequencies: to look for, in Hz.
        rate: samples a second.
    """
    return frozenset(tone for tone in frequencies if share_with_tone(sound, tone, rate) >= MOST)


def share_with_tone(sound: bytes, frequency: float, rate: int = SAMPLE_RATE) -> float:
    """In how much of the sounding part (0 to 1) `frequency` (Hz) is strong; 0 when all is silent."""
    audible = _audible(sound, rate)
    if not len(audible):
        return 0.0
    return float(np.mean(_share_of_energy(audible, frequency, rate) >= STRONG))


def is_music(sound: bytes, rate: int = SAMPLE_RATE) -> bool:
    """True when what sounds is our music on hold, and nothing else."""
    audible = _audible(sound, rate)
    if not len(audible):
        return False
    spectrum = np.abs(np.fft.rfft(audible * np.hanning(audible.shape[1]), axis=1)) ** 2
    low = np.fft.rfftfreq(audible.shape[1], 1 / rate) <= HIGHEST_OF_MUSIC
    share = np.sum(spectrum[:, low], axis=1) / np.sum(spectrum, axis=1)
    return bool(np.mean(share > 1 - STRONG) > MOST)


def is_silent(sound: bytes, rate: int = SAMPLE_RATE) -> bool:
    """True when not one window holds any sound."""
    return not len(_audible(sound, rate))


def _audible(sound: bytes, rate: int) -> NDArray[np.float64]:
    """The windows that are not silent."""
    windows = _windows(sound, rate)
    audible: NDArray[np.float64] = windows[np.sqrt(np.mean(windows**2, axis=1)) > SILENCE]
    return audible


def _windows(sound: bytes, rate: int) -> NDArray[np.float64]:
    samples = np.frombuffer(sound, dtype="<i2").astype(np.float64)
    size = int(rate * WINDOW_SECONDS)
    return samples[: len(samples) // size * size].reshape(-1, size)


def _share_of_energy(windows: NDArray[np.float64], frequency: float, rate: int) -> NDArray[np.float64]:
    """The part of each window's energy at one frequency (Goertzel's sum, for all windows at once)."""
    size = windows.shape[1]
    wave = np.exp(-2j * np.pi * frequency / rate * np.arange(size))
    power: NDArray[np.float64] = 2 * np.abs(windows @ wave) ** 2 / size
    energy: NDArray[np.float64] = np.sum(windows**2, axis=1)
    return power / energy
