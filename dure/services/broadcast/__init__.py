"""Village broadcast."""
