"""One module per flow: which stages, in which phase. Modes never import each other."""
