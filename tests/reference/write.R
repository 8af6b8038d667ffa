# Sourced by the other scripts: numbers at full precision as JSON, without any package.
write_numbers <- function(results, file) {
  one <- function(x) {
    x <- as.numeric(unlist(x))
    text <- ifelse(is.infinite(x), ifelse(x > 0, "Infinity", "-Infinity"),
                   ifelse(is.na(x), "NaN", sprintf("%.17g", x)))
    if (length(text) == 1) text else paste0("[", paste(text, collapse = ", "), "]")
  }
  lines <- vapply(names(results), function(n) sprintf("  \"%s\": %s", n, one(results[[n]])), "")
  writeLines(c("{", paste(lines, collapse = ",\n"), "}"), file)
}
