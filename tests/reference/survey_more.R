# Reference numbers for rank tests, quantiles, Wald tests, replicate weights and calibration, from
# R survey on its own api data. Run in this folder after survey_core.R: Rscript survey_more.R
# Writes survey_more.json and bootstrap.csv (multipliers of 15 clusters, drawn once).
source("write.R")
suppressMessages(library(survey))
data(api)
data(scd)
r <- list()

for (name in c("apistrat", "apiclus1")) {
  d <- get(name)
  d$band <- as.numeric(cut(d$api00, c(0, 550, 650, 750, 1000)))
  d$holed <- replace(d$api00, seq(3, nrow(d), 7), NA)
  assign(name, d)
}
designs <- list(
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  clus = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc),
  cluswr = svydesign(id = ~dnum, weights = ~pw, data = apiclus1))

# Rank tests
for (name in names(designs)) for (test in c("wilcoxon", "vanderWaerden", "median"))
  for (y in c("api00", "band", "holed")) {
    two <- svyranktest(as.formula(paste(y, "~ sch.wide")), designs[[name]], test)
    r[[paste("rank two", name, test, y)]] <-
      c(two$statistic, two$parameter, two$p.value, two$estimate)
    many <- svyranktest(as.formula(paste(y, "~ stype")), designs[[name]], test)
    # R names the chi-square "parameter" and its df "statistic"
    r[[paste("rank many", name, test, y)]] <-
      c(many$parameter, many$statistic, many$ddf, many$p.value)
  }

# Quantiles
ps <- c(0.02, 0.1, 0.25, 0.5, 0.75, 0.9)
rules <- c("math", "school", "shahvaish", paste0("hf", 1:9))
for (name in c("strat", "clus")) {
  for (rule in rules) for (y in c("api00", "band"))
    r[[paste("quantile", name, rule, y)]] <- t(svyquantile(
      as.formula(paste("~", y)), designs[[name]], ps, qrule = rule)[[1]])
  for (kind in c("mean", "beta", "xlogit", "asin"))
    r[[paste("quantile interval", name, kind)]] <- t(svyquantile(
      ~api00, designs[[name]], ps, interval.type = kind, qrule = "school", alpha = 0.1)[[1]])
  r[[paste("quantile score", name)]] <- t(svyquantile(
    ~api00, designs[[name]], c(0.25, 0.5, 0.75), interval.type = "score")[[1]])
  w <- weights(designs[[name]])  # as the paper has it: the weights' mean is 1
  r[[paste("quantile shahvaish scaled", name)]] <- sapply(ps, function(p)
    survey:::qrule_shahvaish(designs[[name]]$variables$api00, w / mean(w), p))
  young <- subset(designs[[name]], stype != "H")
  r[[paste("quantile domain", name)]] <- t(svyquantile(~api00, young, ps)[[1]])
}

# Wald tests of association
for (name in names(designs)) for (statistic in c("Wald", "adjWald"))
  for (row in c("sch.wide", "awards", "band")) {
    w <- svychisq(as.formula(paste("~", row, "+ stype")), designs[[name]], statistic = statistic)
    r[[paste("svychisq", statistic, row, name)]] <- c(w$statistic, w$parameter, w$p.value)
  }

# Replicate weights
put <- function(key, d) {
  m <- svymean(~api00, d); t <- svytotal(~enroll, d); q <- svyratio(~api00, ~api99, d)
  s <- svymean(~stype, d)
  r[[paste(key, "mean")]] <<- c(coef(m), SE(m))
  r[[paste(key, "total")]] <<- c(coef(t), SE(t))
  r[[paste(key, "ratio")]] <<- c(coef(q), SE(q))
  r[[paste(key, "shares")]] <<- c(coef(s), SE(s))
  e <- svymean(~api00, subset(d, stype == "E"))
  r[[paste(key, "domain")]] <<- c(coef(e), SE(e))
  r[[paste(key, "df")]] <<- degf(d)
}
for (mse in c(TRUE, FALSE)) {
  key <- function(...) paste("replicates", ..., if (mse) "mse" else "centred")
  put(key("JK1"), as.svrepdesign(designs$clus, "JK1", mse = mse))
  put(key("JK1 wr"), as.svrepdesign(designs$cluswr, "JK1", mse = mse))
  put(key("JKn"), as.svrepdesign(designs$strat, "JKn", mse = mse))
}
set.seed(7)
boot <- as.svrepdesign(designs$cluswr, "subbootstrap", replicates = 30, compress = FALSE)
multipliers <- as.matrix(boot$repweights)
first <- !duplicated(apiclus1$dnum)
write.csv(cbind(dnum = apiclus1$dnum[first], round(multipliers[first, ], 15)),
          "bootstrap.csv", row.names = FALSE)
put("replicates bootstrap", boot)
r[["replicates bootstrap scale"]] <- boot$scale
brr <- 2 * cbind(c(1, 0, 1, 0, 1, 0), c(1, 0, 0, 1, 0, 1), c(0, 1, 1, 0, 0, 1), c(0, 1, 0, 1, 1, 0))
half <- svrepdesign(data = scd, type = "BRR", repweights = brr, combined.weights = FALSE,
                    weights = rep(1, 6))
r[["brr ratio"]] <- c(coef(svyratio(~alive, ~arrests, half)), SE(svyratio(~alive, ~arrests, half)))
fay <- svrepdesign(data = scd, type = "Fay", rho = 0.3, repweights = 0.3 + 0.7 * brr,
                   combined.weights = FALSE, weights = rep(1, 6))
r[["fay ratio"]] <- c(coef(svyratio(~alive, ~arrests, fay)), SE(svyratio(~alive, ~arrests, fay)))
r[["scd"]] <- c(scd$alive, scd$arrests)
pairs <- svydesign(id = ~ambulance, strata = ~ESA, data = scd, weights = rep(1, 6), nest = TRUE)
own <- as.svrepdesign(pairs, "BRR")
r[["brr total"]] <- c(coef(svytotal(~alive, own)), SE(svytotal(~alive, own)))

# Post-stratification, raking, calibration, trimming
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = as.vector(table(apipop$sch.wide)))
won <- data.frame(awards = c("No", "Yes"), Freq = as.vector(table(apipop$awards)))
r[["population"]] <- c(types$Freq, wide$Freq, won$Freq, sum(apipop$api99))
after <- function(key, d) {
  put(key, d)
  if (inherits(d, "survey.design2")) r[[paste(key, "weights")]] <<- weights(d)[1:20]
}
tight <- list(maxit = 500, epsilon = 1e-13)
lin <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = sum(apipop$api99))
for (name in names(designs)) {
  d <- designs[[name]]
  edge <- if (name == "strat") c(0.97, 1.035) else c(0.6, 1.8)
  wider <- if (name == "strat") c(0.95, 1.06) else c(0.4, 2.2)
  cut <- if (name == "strat") c(0.98, 1.02) else c(0.8, 1.3)
  after(paste("post", name), postStratify(d, ~stype, types))
  after(paste("post awards", name), postStratify(d, ~awards, won))
  after(paste("rake", name), rake(d, list(~stype, ~sch.wide), list(types, wide), control = tight))
  two <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = wide$Freq[2])
  after(paste("raking", name), calibrate(d, ~stype + sch.wide, two, calfun = "raking",
                                         epsilon = 1e-13))
  after(paste("linear", name), calibrate(d, ~stype + api99, lin))
  after(paste("linear bounded", name), calibrate(d, ~stype + api99, lin, bounds = edge,
                                                 epsilon = 1e-12))
  after(paste("logit", name), calibrate(d, ~stype + api99, lin, calfun = "logit",
                                        bounds = wider, epsilon = 1e-12))
  after(paste("trimmed", name), calibrate(d, ~stype + api99, lin, calfun = "raking",
                                          epsilon = 1e-13, trim = cut))
  after(paste("twice", name), calibrate(postStratify(d, ~awards, won), ~stype + api99, lin))
}
r[["trimWeights"]] <- weights(trimWeights(designs$strat, upper = 40, lower = 16))
r[["trimWeights strict"]] <- weights(trimWeights(designs$strat, upper = 32, lower = 16,
                                                 strict = TRUE))
after("post JK1", postStratify(as.svrepdesign(designs$clus, "JK1"), ~stype, types))
after("rake JK1", rake(as.svrepdesign(designs$clus, "JK1"), list(~stype, ~sch.wide),
                       list(types, wide), control = tight))

write_numbers(r, "survey_more.json")
