"""Screening: every company of a table valued by the same methods, on one machine or on a cluster."""
