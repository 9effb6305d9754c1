"""Media that both stages and local providers need: checked, measured, cut and put together."""
