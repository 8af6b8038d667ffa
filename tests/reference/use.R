# Reference numbers for rates of use from a complex sample, from R survey: svyciprop (logit), svymean
# and svystandardize. Run in this folder, which has api_strat.csv and api_clus.csv: Rscript use.R.
# Writes use.json.
source("write.R")
suppressMessages(library(survey))
r <- list()
schools <- function(file) {
  d <- read.csv(file)
  d$row <- seq_len(nrow(d))
  d$tens <- pmax(0, floor((d$api00 - d$api99) / 10))
  d$any <- as.numeric(d$tens > 0)
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
  }
  std <- svystandardize(designs[[name]], by = ~stype, over = ~awards,
                        population = standard[sort(unique(designs[[name]]$variables$stype))])
  for (what in c("any", "tens")) {
    by <- svyby(as.formula(paste0("~", what)), ~awards, std, svymean)
    r[[paste("standardised", what, name)]] <- coef(by)
    r[[paste("standardised", what, name, "se")]] <- SE(by)
  }
}
write_numbers(r, "use.json")
