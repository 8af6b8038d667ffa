# Reference numbers for the design-based core, from R survey on its own api data (California
# schools) and on small strata with lonely clusters. Run in this folder: Rscript survey_core.R
# Writes survey_core.json and the columns used: api_strat.csv, api_clus.csv, lonely.csv.
source("write.R")
suppressMessages(library(survey))
data(api)
r <- list(version = as.numeric(unlist(packageVersion("survey")))[1:2])

keep <- c("dnum", "stype", "sch.wide", "awards", "api00", "api99", "enroll", "pw", "fpc")
write.csv(apistrat[, keep], "api_strat.csv", row.names = FALSE)
write.csv(apiclus1[, keep], "api_clus.csv", row.names = FALSE)
set.seed(20)
lonely <- data.frame(
  stratum = rep(1:5, c(6, 4, 2, 8, 1)),
  psu = c(1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11),
  weight = c(2, 3, 2, 2, 4, 1, 5, 5, 2, 3, 6, 4, 1, 2, 2, 3, 3, 1, 2, 2, 7),
  y = round(rnorm(21, 10, 3), 3),
  x = sample(c("a", "b", "c"), 21, TRUE))
lonely$yes <- as.numeric(lonely$x == "a")
# Population clusters per stratum; stratum 5 was taken whole in `fpc`, not in `fpc2`.
lonely$fpc <- c(9, 7, 4, 12, 1)[lonely$stratum]
lonely$fpc2 <- c(9, 7, 4, 12, 6)[lonely$stratum]
write.csv(lonely, "lonely.csv", row.names = FALSE)

designs <- list(
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  stratwr = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat),
  clus = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc),
  cluswr = svydesign(id = ~dnum, weights = ~pw, data = apiclus1))

for (name in names(designs)) {
  d <- designs[[name]]
  put <- function(what, ...) r[[paste(what, name)]] <<- c(...)
  m <- svymean(~api00, d, deff = TRUE)
  put("mean", coef(m), SE(m), deff(m))
  put("deff replace", deff(svymean(~api00, d, deff = "replace")))
  t <- svytotal(~enroll, d, na.rm = TRUE)
  put("total", coef(t), SE(t))
  q <- svyratio(~api00, ~api99, d)
  put("ratio", coef(q), SE(q))
  s <- svymean(~stype, d, deff = TRUE)
  put("shares", coef(s)); put("shares cov", as.vector(vcov(s))); put("shares deff", deff(s))
  b <- svyby(~api00, ~stype, d, svymean, covmat = TRUE)
  put("by", coef(b)); put("by se", SE(b)); put("by cov", as.vector(vcov(b)))
  put("degf", degf(d))
  e <- subset(d, stype == "E")
  m <- svymean(~I(sch.wide == "Yes"), e)
  put("domain", coef(m)[2], SE(m)[2], degf(e))
  for (stat in c("F", "Chisq")) {
    k <- svychisq(~sch.wide + stype, d, statistic = stat)
    put(paste("svychisq", stat), k$statistic, k$parameter, k$p.value)
    k <- svychisq(~awards + stype, d, statistic = stat)
    put(paste("svychisq awards", stat), k$statistic, k$parameter, k$p.value)
  }
  for (method in c("logit", "likelihood", "asin", "beta", "mean", "xlogit"))
    for (level in c(0.95, 0.9)) {
      ci <- svyciprop(~I(sch.wide == "Yes"), d, method = method, level = level)
      put(paste("svyciprop", method, level), ci, confint(ci))
    }
  ci <- svyciprop(~I(stype == "H"), d, method = "beta")
  put("svyciprop small", ci, confint(ci))
}

for (f in c("none", "fpc", "fpc2"))
  for (how in c("remove", "adjust", "average", "certainty")) {
    options(survey.lonely.psu = how)
    d <- if (f == "none") svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = lonely)
      else svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = lonely,
                     fpc = as.formula(paste("~", f)))
    r[[paste("lonely mean", how, f)]] <- c(coef(svymean(~y, d)), SE(svymean(~y, d)))
    r[[paste("lonely total", how, f)]] <- SE(svytotal(~y, d))
    r[[paste("lonely ratio", how, f)]] <- SE(svyratio(~yes, ~y, d))
  }

write_numbers(r, "survey_core.json")
