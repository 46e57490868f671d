"""Who, when and where: the only package that knows time, people, files and the network."""

import os

# The matrices of an analysis are small: threads cost more than they save, and those of several workers crowd each other out.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
