"""The Transactions sheet: what was paid for comparable companies."""
