# What R says of the tenants of Copenhagen (MASS housing) before any model, and of the scale in
# `attitude`: rank tests, pairs, strata, alpha. Run in this folder: Rscript tenants.R
# Writes tenants.json
source("write.R")
suppressMessages({library(MASS); library(coin)})
r <- list()
people <- housing[rep(seq_len(nrow(housing)), housing$Freq), 1:4]
people$score <- as.integer(people$Sat)
people$Type <- factor(people$Type, c("Tower", "Apartment", "Atrium", "Terrace"))

for (by in c("Infl", "Type", "Cont")) {
  table <- xtabs(~ people[[by]] + people$Sat)
  x <- chisq.test(table, correct = FALSE)
  r[[paste("pearson", by)]] <- c(x$statistic, x$parameter, x$p.value)
  k <- kruskal.test(people$score, people[[by]])
  r[[paste("kruskal", by)]] <- c(k$statistic, k$parameter, k$p.value)
  l <- lbl_test(as.table(table))
  r[[paste("linear", by)]] <- c(statistic(l), pvalue(l))
}
w <- wilcox.test(score ~ relevel(factor(Cont), "High"), people, exact = FALSE)
r[["wilcoxon Cont"]] <- c(w$statistic, w$p.value)
pairs <- combn(levels(people$Type), 2)
p <- apply(pairs, 2, function(of) wilcox.test(
  score ~ factor(Type, of), people[people$Type %in% of, ], exact = FALSE)$p.value)
r[["pairs"]] <- p
r[["pairs holm"]] <- p.adjust(p, "holm")
r[["pairs pearson"]] <- apply(pairs, 2, function(of) chisq.test(
  xtabs(~ factor(Type, of) + Sat, people[people$Type %in% of, ]), correct = FALSE)$p.value)
strata <- xtabs(~ relevel(factor(Cont), "High") + factor(Sat == "High", c(TRUE, FALSE)) +
                  interaction(Infl, Type), people)
m <- mantelhaen.test(strata, correct = FALSE)
r[["mantel-haenszel"]] <- c(m$statistic, m$p.value, m$estimate, m$conf.int)
v <- var(attitude)
r[["alpha"]] <- 7 / 6 * (1 - sum(diag(v)) / sum(v))

write_numbers(r, "tenants.json")
