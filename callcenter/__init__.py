"""Veilig bellen: the call centre in which the agent knows who is calling."""

from importlib.metadata import version

__version__ = version("veilig-bellen")
