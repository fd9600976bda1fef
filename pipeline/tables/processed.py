"""All tables that the stages write as Parquet under `data/processed/`, in their order."""

from pipeline.tables.coding import CODING
from pipeline.tables.comparison import COMPARISON
from pipeline.tables.corpus import CORPUS

PROCESSED = (*CORPUS, *CODING, *COMPARISON)
