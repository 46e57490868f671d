"""What it means: arrays and frames in, frozen results out. Pure, and free of respondents once tabulated."""
