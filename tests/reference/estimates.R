# Reference numbers for tables by group, from R survey on the api data (columns in api_strat.csv
# and api_clus.csv, written by survey_core.R). Run in this folder: Rscript estimates.R
# Writes estimates.json.
source("write.R")
suppressMessages(library(survey))
r <- list(version = as.numeric(unlist(packageVersion("survey")))[1:2])
read <- function(file) {
  d <- read.csv(file, stringsAsFactors = TRUE)
  d$band <- findInterval(d$api00, c(550, 650, 750), left.open = TRUE) + 1
  d$wide <- as.numeric(d$sch.wide == "Yes")
  d
}
strat <- read("api_strat.csv"); clus <- read("api_clus.csv")
designs <- list(
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strat, fpc = ~fpc),
  stratwr = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strat),
  weighted = svydesign(id = ~1, weights = ~pw, data = strat),
  clus = svydesign(id = ~dnum, weights = ~pw, data = clus, fpc = ~fpc),
  cluswr = svydesign(id = ~dnum, weights = ~pw, data = clus))
known <- c(E = 4421, H = 755, M = 1018)
wide <- c(No = 1072, Yes = 5122)
designs$post <- postStratify(designs$clus, ~stype, data.frame(stype = names(known), Freq = known))
designs$raked <- rake(designs$clus, list(~stype, ~sch.wide),
  list(data.frame(stype = names(known), Freq = known),
       data.frame(sch.wide = names(wide), Freq = wide)), control = list(maxit = 200, epsilon = 1e-13))
designs$jk1 <- as.svrepdesign(designs$cluswr, type = "JK1")
groups <- c("E", "H", "M")

for (name in names(designs)) {
  d <- designs[[name]]
  put <- function(what, ...) r[[paste(what, name)]] <<- c(...)
  calibrated <- name %in% c("post", "raked")
  # svyby(covmat = TRUE) fails for calibrated designs: contrasts of totals there.
  b <- svyby(~wide, ~stype, d, svymean, covmat = !calibrated)
  put("shares by", coef(b)); put("shares by se", SE(b))
  t <- svyby(~enroll, ~stype, d, svytotal, na.rm = TRUE)
  put("totals by", coef(t)); put("totals by se", SE(t))
  q <- svyby(~api00, ~stype, denominator = ~api99, d, svyratio)
  put("ratios by", coef(q)); put("ratios by se", as.vector(SE(q)))
  m <- svymean(~wide, d); put("share", coef(m), SE(m))
  put("degf", degf(d), sapply(groups, function(g) degf(subset(d, stype == g))))
  # First against second group: difference, log ratio, log odds ratio.
  est <- setNames(coef(b), groups)
  for (other in c("H", "M")) {
    a <- est["E"]; z <- est[other]
    if (calibrated) {
      t <- svytotal(~I(wide * (stype == "E")) + I(stype == "E") + I(wide * (stype == other)) +
                      I(stype == other), d)
      at <- c(1, 3, 4, 6)
      slope <- rbind(c(1 / coef(t)[3], -coef(t)[1] / coef(t)[3]^2, 0, 0),
                     c(0, 0, 1 / coef(t)[6], -coef(t)[4] / coef(t)[6]^2))
      v <- slope %*% vcov(t)[at, at][c(1, 2, 3, 4), c(1, 2, 3, 4)] %*% t(slope)
    } else v <- vcov(b)[c("E", other), c("E", other)]
    put(paste("difference E", other), a - z, sqrt(c(1, -1) %*% v %*% c(1, -1)))
    s <- c(1 / a, -1 / z); put(paste("log ratio E", other), log(a / z), sqrt(s %*% v %*% s))
    s <- c(1 / (a * (1 - a)), -1 / (z * (1 - z)))
    put(paste("log odds E", other), log(a * (1 - z) / (z * (1 - a))), sqrt(s %*% v %*% s))
  }
  for (pair in list(c("E", "H"), c("E", "M"), c("H", "M"))) {
    # The third level has to go from the factor, or R's statistic is not a number.
    s <- subset(update(d, two = factor(as.character(stype), levels = pair)), !is.na(two))
    k <- svychisq(~sch.wide + two, s, statistic = "F")
    put(paste("svychisq", paste(pair, collapse = "")), k$statistic, k$parameter, k$p.value)
  }
  k <- svychisq(~awards + sch.wide, d); put("svychisq", k$statistic, k$parameter, k$p.value)
  if (name %in% c("strat", "stratwr", "clus", "cluswr")) {
    for (g in groups) {
      s <- subset(d, stype == g)
      u <- svyquantile(~api00, s, c(0.25, 0.5, 0.75), ci = TRUE, df = degf(s))
      put(paste("quantiles", g), coef(u), confint(u))
    }
  }
  if (name %in% c("clus", "cluswr")) {
    k <- svyranktest(band ~ sch.wide, d); put("ranktest", k$statistic, k$parameter, k$p.value)
    k <- svyranktest(band ~ stype, d, test = "KruskalWallis")
    put("kruskal", k$statistic, k$parameter, k$p.value)
  }
  if (name != "jk1")
    for (g in groups) {
      ci <- svyciprop(~I(wide == 1), subset(d, stype == g), method = "beta")
      put(paste("beta", g), ci, confint(ci))
    }
}
# Nonresponse: weights raised by classes and by a logit, in the sample and in every replicate.
strat$answered <- as.numeric((seq_len(nrow(strat)) * 7) %% 10 < ifelse(strat$stype == "E", 8, 5))
raise <- list(
  classes = function(w) {
    got <- tapply(w * strat$answered, strat$stype, sum)
    w * strat$answered * (tapply(w, strat$stype, sum) / got)[as.character(strat$stype)]
  },
  logit = function(w) {
    s <- strat; s$w <- w / mean(w)
    fit <- glm(answered ~ stype + api99, family = quasibinomial, data = s, weights = w,
               control = glm.control(epsilon = 1e-14, maxit = 100))
    strat$answered * w / predict(fit, s, type = "response")
  })
whole <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strat)
jack <- as.svrepdesign(whole, type = "JKn")
for (how in names(raise)) {
  w <- raise[[how]](strat$pw)
  r[[paste("nonresponse weights", how)]] <- w
  at <- function(w) sum(w * strat$api00) / sum(w)
  each <- apply(weights(jack, "analysis"), 2, function(w) at(raise[[how]](w)))
  v <- sum(jack$scale * jack$rscales * (each - mean(each))^2)
  r[[paste("nonresponse mean", how)]] <- c(at(w), sqrt(v))
}
write_numbers(r, "estimates.json")
