# California's schools as data, and what R survey says of four samples of them.
# Run in this folder: Rscript schools.R
# Writes ../../data/surveys/california_schools.csv (every school), california_samples.csv (who was
# drawn, with weights) and schools.json. Only columns that are facts of the schools are kept.
source("write.R")
suppressMessages(library(survey))
data(api)
r <- list()

columns <- c("snum", "dnum", "stype", "sch.wide", "awards", "api00", "api99", "enroll")
all <- apipop[order(apipop$snum), columns]
write.csv(all, "../../data/surveys/california_schools.csv", row.names = FALSE, na = "", quote = FALSE)
apisrs$fpc2 <- apistrat$fpc2 <- apiclus1$fpc2 <- NA
names(apiclus2)[names(apiclus2) == "fpc1"] <- "fpc"
samples <- list(srs = apisrs, strat = apistrat, clus1 = apiclus1, clus2 = apiclus2)
drawn <- do.call(rbind, lapply(names(samples), function(name)
  data.frame(sample = name, samples[[name]][, c("snum", "pw", "fpc", "fpc2")])))
drawn$pw <- sprintf("%.15g", drawn$pw)
write.csv(drawn, "../../data/surveys/california_samples.csv", row.names = FALSE, na = "", quote = FALSE)

# Every school: what the samples are held against
r[["population"]] <- c(nrow(apipop), length(unique(apipop$dnum)), mean(apipop$api00),
                       mean(apipop$sch.wide == "Yes"), sum(apipop$enroll, na.rm = TRUE))
r[["population by type"]] <- tapply(apipop$api00, apipop$stype, mean)

# The same mean from four samples, as drawn and as if drawn simply
apiclus1$right <- 757 / 15
designs <- list(
  srs = svydesign(id = ~1, fpc = ~fpc, data = apisrs),
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc),
  clus1 = svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc),
  clus2 = svydesign(id = ~dnum, weights = ~pw, data = apiclus2, fpc = ~fpc),
  `clus2 replacement` = svydesign(id = ~dnum, weights = ~pw, data = apiclus2),
  `clus2 stages` = svydesign(id = ~dnum + snum, fpc = ~fpc + fpc2, data = apiclus2),
  `strat unstratified` = svydesign(id = ~1, weights = ~pw, data = apistrat),
  `strat replacement` = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat),
  `clus1 right` = svydesign(id = ~dnum, weights = ~right, data = apiclus1, fpc = ~fpc))
for (name in names(designs)) {
  m <- svymean(~api00, designs[[name]], deff = TRUE)
  r[[paste("mean", name)]] <- c(coef(m), SE(m), confint(m, df = degf(designs[[name]])), degf(designs[[name]]))
  r[[paste("deff", name)]] <- deff(svymean(~api00, designs[[name]], deff = "replace"))
  t <- svytotal(~enroll, subset(designs[[name]], !is.na(enroll)))
  r[[paste("total", name)]] <- c(coef(t), SE(t))
}

# One sample, several questions
r[["deff questions"]] <- c(
  deff(svymean(~stype, designs$clus1, deff = "replace"))[1],
  deff(svymean(~awards, designs$clus1, deff = "replace"))[2],
  deff(svymean(~sch.wide, designs$clus1, deff = "replace"))[2])

# A domain, rightly and with the other rows dropped before the design is made
e <- subset(designs$clus1, stype == "H")
m <- svymean(~api00, e)
r[["domain"]] <- c(coef(m), SE(m), degf(e))
cut <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = subset(apiclus1, stype == "H"))
m <- svymean(~api00, cut)
r[["domain cut"]] <- c(coef(m), SE(m), degf(cut))

# One high school alone answers of fifty
alone <- apistrat[apistrat$stype != "H" | cumsum(apistrat$stype == "H") == 1, ]
alone$pw[alone$stype == "H"] <- 755
for (how in c("remove", "adjust", "average", "certainty")) {
  options(survey.lonely.psu = how)
  d <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = alone, fpc = ~fpc)
  m <- svymean(~api00, d)
  r[[paste("lonely", how)]] <- c(coef(m), SE(m))
}
options(survey.lonely.psu = "fail")

# Replicates and calibration in the words of the notebook
known <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = sum(apipop$api99))
for (d in list(list("clus1", designs$clus1), list("strat", designs$strat))) {
  m <- svymean(~api00, calibrate(d[[2]], ~stype + api99, known, calfun = "raking", epsilon = 1e-13))
  r[[paste("calibrated", d[[1]])]] <- c(coef(m), SE(m))
  m <- svymean(~api00, postStratify(d[[2]], ~stype, data.frame(
    stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))))
  r[[paste("post", d[[1]])]] <- c(coef(m), SE(m))
}

write_numbers(r, "schools.json")
