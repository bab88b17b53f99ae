"""Memory of a running demo: the sum of PSS, which counts shared pages once."""

from tests.demo_process import Demo


def sum_of_pss_mib(demo: Demo) -> float:
    """Add up the proportional set sizes of all processes of a demo, in MiB (Linux only)."""
    return sum(member.memory_full_info().pss for member in demo.family()) / 1024**2
