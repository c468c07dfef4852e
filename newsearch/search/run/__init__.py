"""The ways of running a plan: with NumPy over every match, and with compiled kernels."""
