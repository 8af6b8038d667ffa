# Reference numbers for count models with a design's weights and clusters, from R survey: svyglm
# where it has the family; where it has not, the likelihood written out and svytotal of its scores.
# Run in this folder, which has api_strat.csv and api_clus.csv: Rscript counts.R. Writes counts.json.
source("write.R")
suppressMessages({library(survey); library(numDeriv)})
r <- list()
tight <- list(epsilon = 1e-14, maxit = 100)

schools <- function(file) {
  d <- read.csv(file)
  d$row <- seq_len(nrow(d))
  # Made for the purpose: tens of points won, none where points were lost.
  d$tens <- pmax(0, floor((d$api00 - d$api99) / 10))
  d$gain <- pmax(0, d$api00 - d$api99)
  d$size <- d$enroll / 1000
  d
}
strat <- schools("api_strat.csv")
clus <- schools("api_clus.csv")
designs <- list(
  strat = svydesign(id = ~row, strata = ~stype, weights = ~pw, data = strat, fpc = ~fpc),
  clus = svydesign(id = ~dnum, weights = ~pw, data = clus, fpc = ~fpc),
  cluswr = svydesign(id = ~dnum, weights = ~pw, data = clus))

save_glm <- function(key, fit) {
  r[[key]] <<- coef(fit)
  r[[paste(key, "se")]] <<- sqrt(diag(vcov(fit)))
  r[[paste(key, "df")]] <<- fit$df.residual
  r[[paste(key, "p")]] <<- summary(fit)$coefficients[, 4]
}
# The error of a pseudo-likelihood's top: each person's score through the inverse information,
# summed by the design (Binder 1983).
save_mle <- function(key, loglike, start, design) {
  w <- weights(design)
  total <- function(b) sum(w * loglike(b))
  top <- optim(start, function(b) -total(b) / sum(w), method = "BFGS",
               control = list(reltol = 1e-15, maxit = 5000))$par
  for (i in 1:5) top <- top - solve(hessian(total, top), grad(total, top))
  scores <- jacobian(loglike, top)
  influence <- scores %*% solve(-hessian(total, top))
  r[[key]] <<- top
  r[[paste(key, "se")]] <<- SE(svytotal(influence, design))
  r[[paste(key, "loglik")]] <<- total(top) / mean(w)
}

nb <- function(x, eta, la) dnbinom(x, size = exp(-la), mu = exp(eta), log = TRUE)
truncated <- function(x, eta, la) nb(x, eta, la) - log1p(-exp(nb(0, eta, la)))
inflated <- function(x, never, eta, la) {
  p <- plogis(never)
  ifelse(x == 0, log(p + (1 - p) * exp(nb(0, eta, la))), log1p(-p) + nb(x, eta, la))
}

for (name in names(designs)) {
  d <- designs[[name]]
  key <- function(what) paste(what, name)
  save_glm(key("poisson"), svyglm(tens ~ stype + size, d, family = quasipoisson,
                                  control = tight))
  save_glm(key("any"), svyglm(I(tens > 0) ~ stype + size, d, family = quasibinomial,
                              control = tight))
  r[[key("block")]] <- unlist(regTermTest(
    svyglm(tens ~ size + stype, d, family = quasipoisson, control = tight), ~stype)[
      c("Ftest", "df", "ddf", "p")])
  x <- model.matrix(~ stype + size, d$variables)
  y <- d$variables$tens
  start <- c(1, 0, 0, 0, -0.5)
  save_mle(key("nb"), function(b) nb(y, x %*% b[1:4], b[5]), start, d)
  some <- subset(d, tens > 0)
  u <- x[y > 0, ]
  v <- y[y > 0]
  save_mle(key("truncated"), function(b) truncated(v, u %*% b[1:4], b[5]), start, some)
  save_mle(key("zinb"), function(b) inflated(y, b[6], x %*% b[1:4], b[5]), c(start, -2), d)
  won <- subset(d, gain > 0)
  log_fit <- svyglm(log(gain) ~ stype + size, won)
  save_glm(key("log"), log_fit)
  r[[key("smearing")]] <- sum(weights(won) * exp(residuals(log_fit, "response"))) /
    sum(weights(won))
  save_glm(key("gamma"), svyglm(gain ~ stype + size, won, family = Gamma("log"),
                                control = tight))
}
write_numbers(r, "counts.json")
