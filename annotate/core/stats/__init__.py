"""Agreement, intervals and the matrices they work on."""
