"""How far people agree, who and what stands out, and what to do about it: figures and pages."""
