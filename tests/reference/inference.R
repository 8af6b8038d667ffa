# Reference numbers for commsvc.inference. Run in this folder: Rscript inference.R
# Packages: stats, epitools (age adjustment), coin (linear-by-linear).
source("write.R")
suppressMessages({library(epitools); library(coin)})
r <- list()

# One share
for (case in list(c(161, 230, 0.75), c(0, 20, 0.1), c(20, 20, 0.9), c(3, 40, 0.2))) {
  key <- paste(case, collapse = "/")
  for (side in c("two.sided", "less", "greater"))
    r[[paste("binom", key, side)]] <- binom.test(case[1], case[2], case[3], side)$p.value
  r[[paste("binom ci", key)]] <- binom.test(case[1], case[2])$conf.int
  r[[paste("wilson", key)]] <- prop.test(case[1], case[2], correct = FALSE)$conf.int
}
r[["score 161/230/0.75 p"]] <- prop.test(161, 230, 0.75, correct = FALSE)$p.value
r[["power.prop n 0.7 0.6"]] <- power.prop.test(p1 = 0.7, p2 = 0.6, power = 0.8)$n
r[["power.prop n 0.95 0.9 one"]] <-
  power.prop.test(p1 = 0.95, p2 = 0.9, power = 0.9, alternative = "one.sided")$n
r[["power.prop power 300 0.7 0.6"]] <- power.prop.test(n = 300, p1 = 0.7, p2 = 0.6)$power

# Tables
tables <- list(
  t22 = matrix(c(548, 143, 334, 180), 2, byrow = TRUE),
  small22 = matrix(c(3, 9, 11, 2), 2, byrow = TRUE),
  t33 = matrix(c(5, 0, 15, 17, 3, 22, 12, 7, 45), 3, byrow = TRUE),
  t52 = matrix(c(4, 6, 9, 2, 3, 8, 12, 5, 1, 7), 5, byrow = TRUE),
  t44 = matrix(c(3, 1, 0, 2, 2, 4, 1, 0, 0, 2, 5, 1, 1, 0, 2, 6), 4, byrow = TRUE),
  t34 = matrix(c(10, 20, 20, 5, 4, 15, 30, 12, 1, 8, 22, 17), 3, byrow = TRUE),
  big33 = matrix(c(30, 40, 30, 35, 45, 20, 50, 30, 20), 3, byrow = TRUE),
  long52 = matrix(c(40, 60, 50, 60, 30, 70, 55, 45, 50, 43), 5, byrow = TRUE),
  big23 = matrix(c(310, 420, 55, 280, 480, 90), 2, byrow = TRUE))
for (name in names(tables)) {
  t <- tables[[name]]
  k <- suppressWarnings(chisq.test(t, correct = FALSE))
  r[[paste("table", name)]] <- as.vector(t(t))
  r[[paste("shape", name)]] <- dim(t)
  r[[paste("pearson", name)]] <- c(k$statistic, k$parameter, k$p.value)
  if (all(dim(t) == 2)) {
    y <- chisq.test(t)
    r[[paste("yates", name)]] <- c(y$statistic, y$p.value)
    f <- fisher.test(t)
    r[[paste("conditional or", name)]] <- c(f$estimate, f$conf.int)
    r[[paste("fisher less", name)]] <- fisher.test(t, alternative = "less")$p.value
  }
  r[[paste("fisher", name)]] <- fisher.test(t, workspace = 2e8)$p.value
  df <- k$parameter; x <- k$statistic
  ncp <- function(p) if (pchisq(x, df) < p) 0 else
    uniroot(function(l) pchisq(x, df, l) - p, c(0, x * 5 + 100), tol = 1e-12)$root
  r[[paste("ncp", name)]] <- c(ncp(0.975), ncp(0.025))
  # coin's chisq_test would multiply by n/(n - 1); Mantel's statistic does not.
  lbl <- independence_test(as.table(t), teststat = "scalar",
                           scores = list(Var1 = seq_len(nrow(t)), Var2 = seq_len(ncol(t))))
  r[[paste("linear by linear", name)]] <- c(statistic(lbl), pvalue(lbl))
}
smokers <- c(83, 90, 129, 70); patients <- c(86, 93, 136, 82)
trend <- prop.trend.test(smokers, patients)
r[["trend"]] <- c(trend$statistic, trend$p.value)

# Strata: the University of California admissions and two small strata
for (correct in c(TRUE, FALSE)) {
  m <- mantelhaen.test(UCBAdmissions, correct = correct)
  r[[paste("mantelhaen ucb", correct)]] <- c(m$statistic, m$p.value, m$estimate, m$conf.int)
}
r[["ucb"]] <- as.vector(aperm(UCBAdmissions, c(2, 1, 3)))
small <- array(c(8, 5, 2, 5, 4, 3, 6, 7), c(2, 2, 2))
for (correct in c(TRUE, FALSE)) {
  m <- mantelhaen.test(small, correct = correct)
  r[[paste("mantelhaen small", correct)]] <- c(m$statistic, m$p.value, m$estimate, m$conf.int)
}

# Paired
ratings <- matrix(c(794, 86, 150, 570), 2, byrow = TRUE)
r[["mcnemar"]] <- c(mcnemar.test(ratings, correct = FALSE)$statistic,
                    mcnemar.test(ratings, correct = FALSE)$p.value)
r[["mcnemar corrected"]] <- c(mcnemar.test(ratings)$statistic, mcnemar.test(ratings)$p.value)
d <- rep(c(-2, -1, 1, 2), c(3, 10, 22, 8))
w <- suppressWarnings(wilcox.test(d, exact = FALSE, correct = FALSE))
r[["signed rank"]] <- c(w$statistic, w$p.value)
w <- wilcox.test(c(1.1, -0.4, 2.3, 3.1, -0.2, 0.9, 1.7, -2.6))
r[["signed rank exact"]] <- c(w$statistic, w$p.value)

# Ordered answers
a <- rep(1:3, c(5, 10, 20)); b <- rep(1:3, c(10, 15, 5)); c3 <- rep(1:3, c(8, 8, 8))
w <- suppressWarnings(wilcox.test(a, b, exact = FALSE))
r[["mann whitney"]] <- c(w$statistic, w$p.value)
w <- suppressWarnings(wilcox.test(a, b, exact = FALSE, correct = FALSE))
r[["mann whitney plain"]] <- c(w$statistic, w$p.value)
k <- kruskal.test(list(a, b, c3))
r[["kruskal"]] <- c(k$statistic, k$parameter, k$p.value)

# Rates
for (x in c(0, 3, 82)) {
  r[[paste("garwood", x)]] <- poisson.test(x)$conf.int
}
for (side in c("two.sided", "less", "greater"))
  r[[paste("poisson ratio", side)]] <-
    poisson.test(c(82, 70), c(5300, 4828), alternative = side)$p.value
p <- poisson.test(c(82, 70), c(5300, 4828))
r[["poisson ratio ci"]] <- c(p$estimate, p$conf.int)
p <- poisson.test(c(0, 7), c(100, 90))
r[["poisson ratio zero"]] <- c(p$p.value, p$conf.int)
events <- c(107, 141, 60, 40, 39, 25)
people <- c(230061, 329449, 114920, 39487, 14208, 3052)
standard <- c(63986.6, 186263.6, 157302.2, 97647.0, 47572.6, 12262.6)
r[["events"]] <- events
r[["people"]] <- people
r[["standard"]] <- standard
r[["age adjusted"]] <- ageadjust.direct(events, people, stdpop = standard)[2:4]

# Finite ledgers
r[["hyper"]] <- c(phyper(0, 5, 95, 45), phyper(2, 9, 847, 51), phyper(2, 86, 770, 51))

write_numbers(r, "inference.json")
