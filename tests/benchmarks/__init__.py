"""Tests of the benchmarks: not of how fast, but of whether they compare the same."""
