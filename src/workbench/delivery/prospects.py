"""Scores of the buyers and those who never bought in, one table of both out."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from workbench.features import PROFILE

PROSPECT = "prospect"


def with_prospects(
    scores: pd.DataFrame, others: pd.DataFrame, schema: pa.Schema
) -> pd.DataFrame:
    """Add those who never bought, with their profile and no scores, by customer_id."""
    whole = {f.name: "Int64" for f in schema if pa.types.is_integer(f.type)}
    known = others[["customer_id", *PROFILE]].assign(status=PROSPECT)
    prospects = known.reindex(columns=scores.columns).astype(
        scores.astype(whole).dtypes.drop("is_business").to_dict()
    )
    both = pd.concat([scores.astype(whole), prospects])
    return both.sort_values("customer_id", ignore_index=True)


def nobody(schema: pa.Schema) -> pd.DataFrame:
    """Return the score table of a shop in which nobody bought."""
    return schema.empty_table().to_pandas()
