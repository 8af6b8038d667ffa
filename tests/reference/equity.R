# Reference numbers for inequality in a complex sample, from R survey: Theil's indices, WHO's
# measures and their errors as functions of estimated totals (svycontrast), the Gini coefficient by
# the linearised variable of Langel & Tille (2013), horizontal inequity, the concentration index
# decomposed by lm, points of the Lorenz curve and the slope index by replicate weights (JKn, JK1), and the slope with ranks taken as known by svyglm.
# Run in this folder, which has api_strat.csv and api_clus.csv: Rscript equity.R. Writes equity.json.
source("write.R")
suppressMessages(library(survey))
r <- list()
schools <- function(file) {
  d <- read.csv(file)
  d$row <- seq_len(nrow(d))
  d$y <- d$enroll
  d$ylny <- d$y * log(d$y)
  d$lny <- log(d$y)
  d$one <- 1
  d$any <- as.numeric(d$api00 - d$api99 >= 30)
  d$g <- cut(d$api99, c(0, 520, 600, 680, 760, 1000), labels = FALSE)
  for (k in 1:5) { d[[paste0("n", k)]] <- as.numeric(d$g == k); d[[paste0("a", k)]] <- d$any * (d$g == k) }
  for (s in c("E", "H", "M")) {
    here <- as.numeric(d$stype == s)
    d[[paste0("n", s)]] <- here; d[[paste0("y", s)]] <- here * d$y; d[[paste0("t", s)]] <- here * d$ylny
  }
  d
}
strat <- schools("api_strat.csv")
clus <- schools("api_clus.csv")
designs <- list(
  strat = svydesign(id = ~row, strata = ~stype, weights = ~pw, data = strat, fpc = ~fpc),
  cluswr = svydesign(id = ~dnum, weights = ~pw, data = clus))
gini_parts <- function(y, w) {
  o <- order(y); y <- y[o]; w <- w[o]
  n <- cumsum(w); t <- cumsum(w * y); N <- sum(w); Y <- sum(w * y)
  G <- sum(w * (2 * n - w) * y) / (N * Y) - 1
  # Ties share their middle rank; z of Langel & Tille (2013, eq. 9) with N_k and the partial mean at
  # the middle of each step.
  first <- match(y, y); last <- length(y) + 1 - match(y, rev(y))
  G <- sum(w * y * ((n - w)[first] + n[last])) / (N * Y) - 1
  nk <- ((n - w)[first] + n[last]) / 2; tk <- ((t - w * y)[first] + t[last]) / 2
  z <- (2 * nk * y - 2 * tk + Y - N * y - G * (Y + y * N)) / (N * Y)
  back <- order(o)
  list(G = G, z = z[back])
}
concentration <- function(y, x, w) {
  o <- order(x); cw <- cumsum(w[o])
  first <- match(x[o], x[o]); last <- length(x) + 1 - match(x[o], rev(x[o]))
  rank <- ((cw - w[o])[first] + cw[last]) / 2 / sum(w)
  sum(w[o] * y[o] * (2 * rank - 1)) / sum(w * y)
}
horizontal <- function(w, d) {
  used <- w > 0; d <- d[used, ]; w <- w[used]
  fit <- lm(any ~ api99 + I(sch.wide == "Yes") + enroll, weights = w, data = d)
  held <- d; b <- coef(fit)
  expected <- b[1] + b[2] * d$api99 + b[3] * (d$sch.wide == "Yes") + b[4] * weighted.mean(d$enroll, w)
  use <- concentration(d$any, d$enroll, w); need <- concentration(expected, d$enroll, w)
  c(use, need, use - need)
}
slope <- function(w, d) {
  p <- tapply(w, d$g, sum) / sum(w)
  m <- cumsum(p) - p / 2
  y <- tapply(w * d$any, d$g, sum) / tapply(w, d$g, sum)
  x <- as.numeric(m)
  logit <- coef(suppressWarnings(glm(y ~ x, family = quasibinomial, weights = as.numeric(p),
                                     control = list(epsilon = 1e-14, maxit = 100))))
  line <- coef(lm(y ~ x, weights = as.numeric(p)))
  top <- plogis(sum(logit)); low <- plogis(logit[1])
  c(top - low, log(top / low), line[2], log(sum(line) / line[1]))
}
decomposed <- function(w, d) {
  used <- w > 0; d <- d[used, ]; w <- w[used]
  columns <- list(d$api99, as.numeric(d$sch.wide == "Yes"), as.numeric(d$stype == "H"))
  fit <- lm(d$any ~ columns[[1]] + columns[[2]] + columns[[3]], weights = w)
  b <- coef(fit)[-1]; mean <- sapply(columns, weighted.mean, w); mu <- weighted.mean(d$any, w)
  index <- sapply(columns, concentration, d$enroll, w); total <- concentration(d$any, d$enroll, w)
  part <- b * mean / mu * index
  # The residuals' generalised index, by their own ranks' covariance.
  o <- order(d$enroll); cw <- cumsum(w[o]); x <- d$enroll
  first <- match(x[o], x[o]); last <- length(x) + 1 - match(x[o], rev(x[o]))
  rank <- ((cw - w[o])[first] + cw[last]) / 2 / sum(w)
  left <- 2 * sum(w[o] * residuals(fit)[o] * rank) / sum(w) / mu
  list(rows = as.numeric(rbind(b, mean, b * mean / mu, index, part)), ends = c(left, total),
       estimates = c(part, left, total))
}
for (name in names(designs)) {
  d <- designs[[name]]; v <- d$variables; w <- weights(d)
  key <- function(what) paste(what, name)
  put <- function(what, found) r[[key(what)]] <<- c(coef(found), SE(found))
  parts <- gini_parts(v$y, w)
  e <- update(d, z = parts$z)
  r[[key("gini")]] <- c(parts$G, SE(svytotal(~z, e)))
  tot <- svytotal(~y + ylny + lny + one, d)
  put("theil", svycontrast(tot, quote(ylny / y - log(y / one))))
  put("mld", svycontrast(tot, quote(log(y / one) - lny / one)))
  e <- update(d, root = sqrt(y), inverse = 1 / y)
  tot <- svytotal(~y + root + inverse + lny + one, e)
  put("atkinson 0.5", svycontrast(tot, quote(1 - (root / one)^2 / (y / one))))
  put("atkinson 1", svycontrast(tot, quote(1 - exp(lny / one) / (y / one))))
  put("atkinson 2", svycontrast(tot, quote(1 - (inverse / one)^-1 / (y / one))))
  tot <- svytotal(~yE + yH + yM + nE + nH + nM + tE + tH + tM, d)
  between <- quote((yE * log(yE / nE) + yH * log(yH / nH) + yM * log(yM / nM)) / (yE + yH + yM)
                   - log((yE + yH + yM) / (nE + nH + nM)))
  put("between", svycontrast(tot, between))
  put("within", svycontrast(tot, quote(
    (yE * (tE / yE - log(yE / nE)) + yH * (tH / yH - log(yH / nH)) + yM * (tM / yM - log(yM / nM)))
    / (yE + yH + yM))))
  put("theil of H", svycontrast(tot, quote(tH / yH - log(yH / nH))))
  tot <- svytotal(~a1 + a2 + a3 + a4 + a5 + n1 + n2 + n3 + n4 + n5, d)
  put("D", svycontrast(tot, quote(a5 / n5 - a1 / n1)))
  put("R", svycontrast(tot, quote((a5 / n5) / (a1 / n1))))
  all <- quote((a1 + a2 + a3 + a4 + a5) / (n1 + n2 + n3 + n4 + n5))
  put("PAR", svycontrast(tot, bquote(a1 / n1 - .(all))))
  put("PAF", svycontrast(tot, bquote(100 * ((a1 / n1) / .(all) - 1))))
  n <- quote((n1 + n2 + n3 + n4 + n5))
  aci <- bquote((a1 * (n1 / .(n) - 1) + a2 * ((2 * n1 + n2) / .(n) - 1)
                + a3 * ((2 * n1 + 2 * n2 + n3) / .(n) - 1)
                + a4 * ((2 * (n1 + n2 + n3) + n4) / .(n) - 1)
                + a5 * ((2 * (n1 + n2 + n3 + n4) + n5) / .(n) - 1)) / .(n))
  put("ACI", svycontrast(tot, aci))
  put("RCI", svycontrast(tot, bquote(.(aci) / .(all))))
  sum5 <- function(of) Reduce(function(a, b) bquote(.(a) + .(b)), lapply(1:5, of))
  a <- function(k) as.name(paste0("a", k)); m <- function(k) as.name(paste0("n", k))
  put("BGV", svycontrast(tot, bquote((.(sum5(function(k) bquote(.(m(k)) * (.(a(k)) / .(m(k)) - .(all))^2)))) / .(n))))
  put("TI", svycontrast(tot, bquote((.(sum5(function(k) bquote(.(a(k)) * log(.(a(k)) / .(m(k)) / .(all)))))) / .(n) / .(all))))
  put("MLD", svycontrast(tot, bquote((.(sum5(function(k) bquote(.(m(k)) * log(.(all) / (.(a(k)) / .(m(k))))))) / .(n)))))
  rep <- as.svrepdesign(d, type = if (name == "strat") "JKn" else "JK1", mse = TRUE)
  put("horizontal", withReplicates(rep, function(w, d) horizontal(w, d)))
  found <- decomposed(w, v)
  se <- SE(withReplicates(rep, function(w, d) as.numeric(decomposed(w, d)$estimates)))
  r[[key("decomposition")]] <- c(found$rows, found$ends, se)
  put("lorenz", withReplicates(rep, function(w, d) {
    o <- order(d$y); n <- cumsum(w[o]); t <- cumsum(w[o] * d$y[o])
    approx(c(0, n), c(0, t) / sum(w * d$y), c(0.2, 0.4, 0.6, 0.8) * sum(w), ties = max)$y
  }))
  put("slope", withReplicates(rep, function(w, d) slope(w, d)))
  p <- tapply(w, v$g, sum) / sum(w)
  e <- update(d, ridit = as.numeric((cumsum(p) - p / 2)[v$g]))
  fit <- svyglm(any ~ ridit, e, family = quasibinomial, control = list(epsilon = 1e-14, maxit = 100))
  b <- coef(fit); top <- plogis(sum(b)); low <- plogis(b[[1]])
  gradient <- top * (1 - top) * c(1, 1) - low * (1 - low) * c(1, 0)
  r[[key("slope, ranks known")]] <- c(top - low, sqrt(drop(gradient %*% vcov(fit) %*% gradient)))
}
write_numbers(r, "equity.json")
