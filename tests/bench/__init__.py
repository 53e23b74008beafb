"""Benchmarks: run by hand, beside a floor or a peer in the same run; never a test."""
