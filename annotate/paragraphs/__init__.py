"""Cut articles into paragraphs: segmentation, length, near-duplicates."""
