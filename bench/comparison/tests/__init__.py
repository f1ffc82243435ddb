"""What needs no load: figures, goals, the result file, plots, the page."""
