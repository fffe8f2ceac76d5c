"""Learnt by doing: write the gradient yourself, and be told which mistake you made."""
