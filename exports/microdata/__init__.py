"""Files of microdata: for SPSS, Stata and what reads Parquet, with a codebook. Of protected or made-up records, never of raw ones."""
