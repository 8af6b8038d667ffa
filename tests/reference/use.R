# Reference numbers for rates of use from a complex sample, from R survey: svyciprop (logit), svymean,
# svyratio and svystandardize; of counts from base R. The schools stand in for visits and persons. Run in this folder, which has api_strat.csv, api_clus.csv and births.csv: Rscript use.R.
# Writes use.json.
source("write.R")
suppressMessages(library(survey))
r <- list()
schools <- function(file) {
  d <- read.csv(file)
  d$row <- seq_len(nrow(d))
  d$tens <- pmax(0, floor((d$api00 - d$api99) / 10))
  d$any <- as.numeric(d$tens > 0)
  # A bill and what is paid of it; a referral from the school's type up or down; a first visit, with
  # two places on the first day for some.
  d$paid <- ifelse(d$awards == "Yes", pmin(d$enroll, floor(d$api00 / 2)), 0)
  d$helped <- as.numeric(d$paid > 0)
  d$own <- d$enroll - d$paid
  level <- c(E = 1, M = 2, H = 3)
  step <- ifelse(d$api00 > 650, 3, 1) - level[as.character(d$stype)]
  d$up <- as.numeric(step > 0)
  d$down <- as.numeric(step < 0)
  d$sideways <- as.numeric(step == 0)
  d$sure <- as.numeric(d$tens > 4)
  d$possible <- as.numeric(d$tens > 2)
  d
}
strat <- schools("api_strat.csv")
clus <- schools("api_clus.csv")
designs <- list(
  strat = svydesign(id = ~row, strata = ~stype, weights = ~pw, data = strat, fpc = ~fpc),
  clus = svydesign(id = ~dnum, weights = ~pw, data = clus, fpc = ~fpc),
  cluswr = svydesign(id = ~dnum, weights = ~pw, data = clus))
standard <- c(E = 0.5, H = 0.3, M = 0.2)
for (name in names(designs)) {
  for (group in c("No", "Yes")) {
    d <- subset(designs[[name]], awards == group)
    key <- function(what) paste(what, group, name)
    share <- svyciprop(~any, d, method = "logit", df = degf(d))
    r[[key("persons")]] <- c(coef(share), SE(share), confint(share, df = degf(d)))
    mean <- svymean(~tens, d)
    r[[key("episodes")]] <- c(coef(mean), SE(mean), confint(mean, df = degf(d)))
    ratio <- function(top, bottom) {
      found <- svyratio(top, bottom, d)
      c(coef(found), SE(found), confint(found, df = degf(d)))
    }
    r[[key("reimbursed share")]] <- ratio(~paid, ~enroll)[1:2]
    r[[key("out of pocket")]] <- ratio(~own, ~I(1 + 0 * own))
    r[[key("per head")]] <- ratio(~tens, ~enroll)
    r[[key("contact share")]] <- ratio(~tens, ~I(tens + enroll))[1:2]
    for (what in c("sure", "possible")) {
      share <- svyciprop(as.formula(paste0("~", what)), d, method = "logit", df = degf(d))
      r[[key(what)]] <- c(coef(share), SE(share), confint(share, df = degf(d)))
    }
  }
  all <- designs[[name]]
  for (what in c("up", "down", "sideways")) {
    share <- svyciprop(as.formula(paste0("~", what)), all, method = "logit", df = degf(all))
    r[[paste(what, name)]] <- c(coef(share), SE(share), confint(share, df = degf(all)))
  }
  balance <- svyratio(~down, ~up, all)
  r[[paste("balance", name)]] <- c(coef(balance), SE(balance), confint(balance, df = degf(all)))
  std <- svystandardize(designs[[name]], by = ~stype, over = ~awards,
                        population = standard[sort(unique(designs[[name]]$variables$stype))])
  for (what in c("any", "tens")) {
    by <- svyby(as.formula(paste0("~", what)), ~awards, std, svymean)
    r[[paste("standardised", what, name)]] <- coef(by)
    r[[paste("standardised", what, name, "se")]] <- SE(by)
  }
}
# Down syndrome by birth order and age of the mother (Fleiss 1981, table 14.4; the example of Fay and
# Feuer 1997): crude rates and ratios by poisson.test, the gamma interval from its formula by qgamma,
# the trend over birth order by a quasi-Poisson glm.
b <- read.csv("births.csv")
whole <- tapply(b$births, b$age, sum)
for (o in unique(b$order)) {
  d <- b[b$order == o, ]
  w <- whole[as.character(d$age)] / sum(whole) / d$births
  y <- sum(w * d$cases)
  v <- sum(w^2 * d$cases)
  k <- max(w)
  r[[paste("births crude", o)]] <- unlist(poisson.test(sum(d$cases), sum(d$births))[c("estimate", "conf.int")])
  r[[paste("births direct", o)]] <- c(y, sqrt(v), qgamma(0.025, y^2 / v, scale = v / y),
    qgamma(0.975, (y + k)^2 / (v + k^2), scale = (v + k^2) / (y + k)))
  first <- b[b$order == "1", ]
  ratio <- poisson.test(c(sum(d$cases), sum(first$cases)), c(sum(d$births), sum(first$births)))
  r[[paste("births ratio", o)]] <- unlist(ratio[c("estimate", "conf.int", "p.value")])
}
old <- b[b$age == "35-39", ]
fit <- glm(cases ~ I(1:5) + offset(log(births)), family = quasipoisson, data = old,
           control = list(epsilon = 1e-14))
r[["births trend"]] <- summary(fit)$coefficients[2, 1:2]
write_numbers(r, "use.json")
