"""Dated real news served on this machine as live feeds with pages behind them. Needs the folder of QUALITY_DATA."""
