"""The commands of `rhetoric-annotate`, a module each: parse, call one function, echo its report."""
