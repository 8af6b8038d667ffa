# Reference numbers for rates of use from a complex sample, from R survey: svyciprop (logit), svymean,
# svyratio and svystandardize. The schools stand in for visits and for persons. Run in this folder, which has api_strat.csv and api_clus.csv: Rscript use.R.
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
write_numbers(r, "use.json")
