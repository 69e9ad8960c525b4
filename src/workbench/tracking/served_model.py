"""The file that MLflow runs to build the champion: a model from code, not a pickle."""

from workbench.tracking.serving import TieringModel, set_model

set_model(TieringModel())
