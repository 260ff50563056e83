"""The Cohorts sheet: what stands on it, and the formulas of its cells."""
