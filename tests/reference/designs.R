# Reference numbers for design effects of means, totals and ratios, for the average of lonely strata
# in a domain, and for quantiles by replicate weights, from R survey on its own api data and on
# lonely.csv. Run in this folder after survey_core.R: Rscript designs.R
# Writes designs.json.
source("write.R")
suppressMessages(library(survey))
data(api)
r <- list()
both <- function(m) c(coef(m), SE(m), deff(m))

designs <- list(
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  clus = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc))
for (name in names(designs)) for (group in c("all", "E", "M", "H")) {
  d <- designs[[name]]
  if (group != "all") d <- subset(d, stype == group)
  r[[paste("mean", name, group)]] <- both(svymean(~api00, d, deff = "replace"))
  r[[paste("total", name, group)]] <- both(svytotal(~enroll, d, deff = "replace"))
  r[[paste("ratio", name, group)]] <- both(svyratio(~api00, ~api99, d, deff = "replace"))
}

# The domain holds strata 1 to 3, the third one with one cluster.
lonely <- read.csv("lonely.csv")
options(survey.lonely.psu = "average")
for (f in c("none", "fpc")) {
  d <- if (f == "none") svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = lonely)
       else svydesign(id = ~psu, strata = ~stratum, weights = ~weight, fpc = ~fpc, data = lonely)
  m <- svymean(~y, subset(d, stratum <= 3))
  t <- svytotal(~y, subset(d, stratum <= 3))
  r[[paste("average", f)]] <- c(coef(m), SE(m), coef(t), SE(t))
}
options(survey.lonely.psu = "fail")

# Quantiles; R's svyquantile takes "mean" for every interval of replicates but "quantile"
for (type in c("JK1", "bootstrap")) {
  if (type == "bootstrap") {
    times <- read.csv("bootstrap.csv")
    times <- as.matrix(times[match(apiclus1$dnum, times$dnum), -1])
    rep <- svrepdesign(data = apiclus1, weights = ~pw, repweights = times, type = "bootstrap",
                       combined.weights = FALSE)
  } else rep <- as.svrepdesign(designs$clus, type = type)
  for (group in c("all", "M")) for (kind in c("mean", "quantile")) {
    d <- if (group == "all") rep else subset(rep, stype == group)
    r[[paste("quantile", type, group, kind)]] <- t(suppressWarnings(svyquantile(
      ~api00, d, c(0.25, 0.5, 0.75), qrule = "hf7", interval.type = kind, df = 14))[[1]])
  }
}
write_numbers(r, "designs.json")
