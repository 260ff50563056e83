"""Reads workbooks back: finds the case that a workbook was made from, and reads its present inputs."""
