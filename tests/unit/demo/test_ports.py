"""Ports are given out once, also across processes."""

import socket
import subprocess
import sys
from pathlib import Path

from demo.ports import free_port, free_window

REPOSITORY = Path(__file__).parents[3]
ANOTHER_RUN = "from demo.ports import free_port; print(*(free_port() for _ in range(200)))"


def test_a_port_is_given_out_once() -> None:
    ports = [free_port() for _ in range(50)]

    assert len(set(ports)) == 50


def test_two_runs_at_once_get_different_ports() -> None:
    ours = {free_port() for _ in range(200)}

    command = [sys.executable, "-c", ANOTHER_RUN]
    out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY).stdout

    assert ours.isdisjoint(map(int, out.split()))


def test_a_window_begins_even_and_can_be_bound() -> None:
    window = free_window(8)

    assert window.start % 2 == 0
    assert len(window) == 8
    for port in window:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", port))
