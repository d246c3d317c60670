"""Push paragraphs to Label Studio and pull the labels back."""
