"""Agreement, bootstrap intervals and the matrices they work on."""
