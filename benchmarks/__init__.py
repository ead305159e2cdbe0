"""How fast the engine is, each figure beside its limit measured in the same run: `python -m benchmarks --help`.

One module for each subject; what each one runs on stands in its rows. docs/performance.md says how to read them.
"""
