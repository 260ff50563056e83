"""The audit of a workbook: rules for anybody's, more for those that Steelyard wrote, and findings in four formats."""
