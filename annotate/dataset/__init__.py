"""Write, read and version dataset folders."""
