"""Who, when and where: the only package that knows time, people, files and the network."""

import gc
import os

# The matrices of an analysis are small: threads cost more than they save, and those of several workers crowd each other out.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What is imported stays: looking for garbage among it again and again took a sixth of the time in which a process starts.
gc.set_threshold(50_000, 20, 20)
