# Reference numbers for logit models and power, from MASS polr, R survey's svyolr and svyglm, stats
# and pwr. Run in this folder: Rscript models.R. Writes models.json and housing.csv.
source("write.R")
suppressMessages({library(MASS); library(survey); library(numDeriv); library(pwr)})
data(api)
r <- list()

# The tenants of Copenhagen, with polr's tolerances set tight
write.csv(housing, "housing.csv", row.names = FALSE)
tight <- list(reltol = 1e-15, maxit = 1000)
fit <- polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing, Hess = TRUE, control = tight)
r[["polr"]] <- c(coef(fit), fit$zeta)
r[["polr se"]] <- sqrt(diag(vcov(fit)))
r[["polr deviance"]] <- fit$deviance
r[["polr shares"]] <- t(predict(fit, data.frame(Infl = "High", Type = "Atrium", Cont = "Low"),
                                type = "probs"))
# What the model leaves to the saturated one: 24 kinds of tenants, each with its own shares
kinds <- with(housing, xtabs(Freq ~ paste(Infl, Type, Cont) + Sat))
fitted <- predict(fit, type = "probs")[!duplicated(with(housing, paste(Infl, Type, Cont))), ]
fitted <- fitted[order(unique(with(housing, paste(Infl, Type, Cont)))), ] * rowSums(kinds)
r[["polr fit"]] <- c(2 * sum(kinds * log(kinds / fitted)), sum((kinds - fitted)^2 / fitted),
                     nrow(kinds) * 2 - length(c(coef(fit), fit$zeta)))
high <- glm(Sat == "High" ~ Infl + Type + Cont, binomial, housing, weights = Freq,
            control = list(epsilon = 1e-14))
r[["glm"]] <- coef(high)
r[["glm se"]] <- sqrt(diag(vcov(high)))
r[["glm deviance"]] <- high$deviance

# Schools
for (name in c("apistrat", "apiclus1")) {
  d <- get(name)
  d$band <- cut(d$api00, c(0, 550, 650, 750, 1000), labels = c("a", "b", "c", "d"))
  d$size <- d$enroll / 100
  d$row <- seq_len(nrow(d))
  assign(name, d)
}
designs <- list(
  strat = svydesign(id = ~row, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  clus = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc),
  cluswr = svydesign(id = ~dnum, weights = ~pw, data = apiclus1))

# Average marginal effects: weighted means of differences, errors by the delta method.
with_level <- function(data, column, level) { data[[column]][] <- level; data }
effects <- function(d, beta, covariance, share) {
  w <- weights(d)
  f <- function(b) {
    v <- d$variables
    yes <- share(with_level(v, "sch.wide", "Yes"), b) - share(with_level(v, "sch.wide", "No"), b)
    m <- share(with_level(v, "stype", "M"), b) - share(with_level(v, "stype", "E"), b)
    up <- share(transform(v, size = size + 1e-4), b) - share(transform(v, size = size - 1e-4), b)
    c(weighted.mean(yes, w), weighted.mean(m, w), weighted.mean(up / 2e-4, w))
  }
  J <- jacobian(f, beta)
  c(f(beta), sqrt(diag(J %*% covariance %*% t(J))))
}
for (name in names(designs)) {
  d <- designs[[name]]
  # The Hessian is numeric: small steps, for the errors depend on it.
  o <- svyolr(band ~ stype + sch.wide + size, d, control = c(tight, list(ndeps = rep(1e-5, 7))))
  r[[paste("svyolr", name)]] <- c(o$coefficients, o$zeta)
  r[[paste("svyolr se", name)]] <- sqrt(diag(vcov(o)))
  r[[paste("svyolr deviance", name)]] <- o$deviance
  r[[paste("svyolr df", name)]] <- o$df.residual
  p <- length(o$coefficients)
  for (k in 1:2)  # the share above the first threshold; of the second level
    r[[paste("svyolr effects", k, name)]] <-
      effects(d, c(o$coefficients, o$zeta), vcov(o), function(v, b) {
        x <- model.matrix(~ stype + sch.wide + size, v)[, -1]
        below <- function(j) plogis(b[p + j] - x %*% b[1:p])
        if (k == 1) 1 - below(1) else below(2) - below(1)
      })
  b <- svyglm(I(band %in% c("c", "d")) ~ stype + sch.wide + size, d, family = quasibinomial,
              control = list(epsilon = 1e-14, maxit = 50))
  r[[paste("svyglm", name)]] <- coef(b)
  r[[paste("svyglm se", name)]] <- SE(b)
  r[[paste("svyglm df", name)]] <- b$df.residual
  r[[paste("svyglm ci", name)]] <- confint(b, ddf = b$df.residual)
  r[[paste("svyglm effects", name)]] <- effects(d, coef(b), vcov(b), function(v, b)
    plogis(model.matrix(~ stype + sch.wide + size, v) %*% b))

  # Equal slopes: one record for each school and threshold, clusters as they were
  v <- d$variables
  long <- do.call(rbind, lapply(1:3, function(k)
    transform(v, above = as.numeric(v$band) > k, cut = factor(k, 1:3))))
  stacked <- switch(name,
    strat = svydesign(id = ~row, strata = ~stype, weights = ~pw, data = long, fpc = ~fpc),
    clus = svydesign(id = ~dnum, weights = ~pw, data = long, fpc = ~fpc),
    cluswr = svydesign(id = ~dnum, weights = ~pw, data = long))
  for (terms in c("sch.wide + size", "size")) {
    s <- svyglm(as.formula(paste("above ~ cut * (", terms, ")")), stacked, family = quasibinomial,
                control = list(epsilon = 1e-14, maxit = 100))
    test <- as.formula(paste("~", paste0("cut:", strsplit(terms, " \\+ ")[[1]], collapse = "+")))
    w <- regTermTest(s, test)
    r[[paste("slopes", terms, name)]] <- c(w$Ftest * w$df, w$df)
  }
}
people <- housing[rep(seq_len(nrow(housing)), housing$Freq), ]
people$row <- seq_len(nrow(people))
long <- do.call(rbind, lapply(1:2, function(k)
  transform(people, above = as.numeric(people$Sat) > k, cut = factor(k))))
s <- suppressWarnings(svyglm(above ~ cut * (Infl + Type + Cont), svydesign(id = ~row, data = long),
                             family = quasibinomial, control = list(epsilon = 1e-14)))
w <- regTermTest(s, ~ cut:Infl + cut:Type + cut:Cont)
r[["slopes housing"]] <- c(w$Ftest * w$df, w$df)

# Power
r[["chisq size"]] <- c(pwr.chisq.test(w = 0.3, df = 1, power = 0.8)$N,
                       pwr.chisq.test(w = 0.1, df = 6, sig.level = 0.01, power = 0.9)$N)
r[["chisq power"]] <- c(pwr.chisq.test(w = 0.3, df = 4, N = 100)$power,
                        pwr.chisq.test(w = 0.1, df = 3, N = 562)$power)
r[["chisq w"]] <- ES.w2(matrix(c(0.1, 0.2, 0.3, 0.4), 2))
size <- function(...) power.t.test(..., strict = TRUE, tol = 1e-13)$n
r[["mean size"]] <- c(size(delta = 0.2, sd = 1, power = 0.8),
                      size(delta = 0.5, sd = 1.2, power = 0.9, sig.level = 0.01),
                      power.t.test(delta = 0.3, sd = 1, power = 0.8, alternative = "one.sided",
                                   tol = 1e-13)$n,
                      size(delta = 0.3, sd = 1, power = 0.8, type = "one.sample"))
r[["mean power"]] <- c(power.t.test(n = 100, delta = 0.3, strict = TRUE)$power,
                       pwr.t2n.test(n1 = 60, n2 = 120, d = 0.4)$power,
                       power.t.test(n = 40, delta = 0.3, type = "one.sample", strict = TRUE)$power)

write_numbers(r, "models.json")
