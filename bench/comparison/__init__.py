"""Runs Pavise beside the proxies that people would pick instead, while all of them enforce the same controls."""
