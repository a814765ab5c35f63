"""Telling tones, music and speech apart."""

import numpy as np
import pytest

from demo.tones import SAMPLE_RATE, is_music, is_silent, share_with_tone, tones_in

RANDOM = np.random.default_rng(7)


def tone(*frequencies: float, seconds: float = 1.0, loud: float = 5000) -> bytes:
    """Sine waves together."""
    times = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    waves = np.sum([np.sin(2 * np.pi * frequency * times) for frequency in frequencies], axis=0)
    return bytes((loud * waves).astype("<i2"))


def noise(seconds: float = 1.0) -> bytes:
    return RANDOM.normal(0, 3000, int(seconds * SAMPLE_RATE)).astype("<i2").tobytes()


SILENCE = bytes(2 * SAMPLE_RATE)


@pytest.mark.parametrize(
    ("sound", "present"),
    [
        (tone(600), {600}),
        (tone(1100), {1100}),
        (tone(600, 1100), {600, 1100}),
        (tone(640), set()),
        (tone(600, seconds=0.3) + noise(2), set()),
        (SILENCE + tone(1100) + SILENCE, {1100}),
        (noise(), set()),
        (SILENCE, set()),
        (b"", set()),
        (tone(600, loud=50), set()),
    ],
)
def test_finds_the_tones_that_are_there_all_the_time(sound: bytes, present: set[int]) -> None:
    assert tones_in(sound, (600, 1100)) == present


def test_says_in_how_much_of_the_sound_a_tone_is() -> None:
    assert share_with_tone(tone(600) + tone(1100), 600) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("sound", "music"),
    [(tone(130.81, 261.63, 329.63), True), (tone(600), False), (noise(), False), (SILENCE, False), (b"", False)],
)
def test_tells_our_music_from_the_rest(sound: bytes, music: bool) -> None:
    assert is_music(sound) is music


@pytest.mark.parametrize(("sound", "silent"), [(SILENCE, True), (b"", True), (SILENCE + tone(600), False)])
def test_hears_silence(sound: bytes, silent: bool) -> None:
    assert is_silent(sound) is silent
