"""The only code that knows Label Studio's SDK and its JSON."""
