"""The Cap table sheet: what stands on it, and the formulas of its cells."""
