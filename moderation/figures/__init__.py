"""Figures: indicators with target, realisation and percentage achieved (SOP-2, records)."""
