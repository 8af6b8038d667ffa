# Writes regression.json, api_clus2.csv and imputed.csv: linear regression by design, Wald tests of
# terms, two-stage finite populations, Welch and ANOVA, ordinal association, Dunn, multiple imputation.
# Run in this folder: Rscript regression.R (R with survey, mitools)
suppressMessages(library(survey)); suppressMessages(library(mitools))
source("write.R")
data(api)
r <- list()
num <- function(x) as.numeric(x)
designs <- list(
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat),
  clus = svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1))
for (name in names(designs)) {
  m <- svyglm(api00 ~ stype + ell + meals, designs[[name]])
  r[[paste("svyglm", name)]] <- num(c(coef(m), SE(m), m$df.residual))
  t <- regTermTest(m, ~stype); r[[paste("term stype", name)]] <- num(c(t$Ftest, t$df, t$ddf, t$p))
  t <- regTermTest(m, ~ell + meals); r[[paste("term two", name)]] <- num(c(t$Ftest, t$df, t$ddf, t$p))
}
frames <- list(strat = apistrat, clus = apiclus1)
for (name in names(frames)) {
  d <- frames[[name]]
  m <- lm(api00 ~ stype + ell, d); r[[paste("lm", name)]] <- num(c(coef(m), sqrt(diag(vcov(m)))))
  w <- t.test(api00 ~ sch.wide, d)
  r[[paste("welch two", name)]] <- num(c(w$statistic, w$parameter, w$p.value, w$conf.int))
  w <- oneway.test(api00 ~ stype, d); r[[paste("welch", name)]] <- num(c(w$statistic, w$parameter, w$p.value))
  w <- oneway.test(api00 ~ stype, d, var.equal = TRUE)
  r[[paste("anova", name)]] <- num(c(w$statistic, w$parameter, w$p.value))
  band <- findInterval(d$api00, c(550, 650, 750)); type <- as.integer(factor(d$stype))
  r[[paste("tau-b", name)]] <- num(suppressWarnings(cor(band, type, method = "kendall")))
  # Goodman and Kruskal, Brown and Benedetti (1977), by pairs of cells.
  tab <- table(type, band); C <- D <- 0 * tab
  for (i in 1:nrow(tab)) for (j in 1:ncol(tab)) {
    C[i, j] <- sum(tab[row(tab) < i & col(tab) < j]) + sum(tab[row(tab) > i & col(tab) > j])
    D[i, j] <- sum(tab[row(tab) < i & col(tab) > j]) + sum(tab[row(tab) > i & col(tab) < j])
  }
  P <- sum(tab * C); Q <- sum(tab * D); n <- sum(tab)
  gamma <- (P - Q) / (P + Q)
  se <- 4 / (P + Q)^2 * sqrt(sum(tab * (Q * C - P * D)^2))
  r[[paste("gamma", name)]] <- c(gamma, se)
  wr <- n^2 - sum(rowSums(tab)^2); wc <- n^2 - sum(colSums(tab)^2)
  d1 <- (P - Q) / wr
  sd1 <- 2 / wr^2 * sqrt(sum(tab * (wr * (C - D) - (P - Q) * (n - rowSums(tab)[row(tab)]))^2))
  r[[paste("somers-d", name)]] <- c(d1, sd1)
  rank <- rank(band); mr <- tapply(rank, type, mean); k <- table(type); ties <- sum(table(band)^3 - table(band))
  z <- (mr[1] - mr[2]) / sqrt((n * (n + 1) / 12 - ties / (12 * (n - 1))) * (1 / k[1] + 1 / k[2]))
  r[[paste("dunn", name)]] <- num(c(z, 2 * pnorm(-abs(z))))
  r[[paste("table", name)]] <- num(t(tab)); r[[paste("shape", name)]] <- dim(tab)
}
two <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
r[["two-stage mean"]] <- num(c(coef(svymean(~api00, two)), SE(svymean(~api00, two))))
r[["two-stage total"]] <- num(c(coef(svytotal(~enroll, two, na.rm = TRUE)), SE(svytotal(~enroll, two, na.rm = TRUE))))
r[["two-stage ratio"]] <- num(c(coef(svyratio(~api00, ~api99, two)), SE(svyratio(~api00, ~api99, two))))
high <- subset(two, stype == "H")
r[["two-stage domain"]] <- num(c(coef(svymean(~api00, high)), SE(svymean(~api00, high))))
clus2 <- apiclus2[, c("dnum", "snum", "stype", "api00", "api99", "enroll", "fpc1", "fpc2")]
clus2$pw <- weights(two)
write.csv(clus2, "api_clus2.csv", row.names = FALSE)
sets <- list(list(c(3.1, 3.4, 2.9, 3.3), c(0.04, 0.05, 0.04, 0.06)), list(c(-1.2, -0.8, -1.9), c(0.5, 0.4, 0.7)))
for (i in 1:2) for (df in c(Inf, 40)) {
  one <- MIcombine(as.list(sets[[i]][[1]]), as.list(sets[[i]][[2]]), df.complete = df)
  r[[paste("pool", i, df)]] <- num(c(coef(one), sqrt(vcov(one)), one$df))
}
write_numbers(r, "regression.json")
both <- rbind(data.frame(sample = "strat", apistrat[, c("ell", "meals")]), data.frame(sample = "clus", apiclus1[, c("ell", "meals")]))
write.csv(both, "api_covariates.csv", row.names = FALSE)
