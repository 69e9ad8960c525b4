"""From a retailer's receipts to models, and from the models to a tier with a reason."""

__version__ = "0.1.0"
