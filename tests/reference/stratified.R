# Reference numbers for the extended Cochran–Mantel–Haenszel tests, from R's mantelhaen.test and
# the package coin. Run in this folder: Rscript stratified.R; writes stratified.json.
source("write.R")
suppressMessages(library(coin))
r <- list(version = as.numeric(unlist(packageVersion("coin")))[1:2])
d <- read.csv("housing.csv", stringsAsFactors = TRUE)
d$Sat <- factor(d$Sat, c("Low", "Medium", "High"), ordered = TRUE)
t <- xtabs(Freq ~ Infl + Sat + Type, d)
infl <- factor(d$Infl, c("Low", "Medium", "High"), ordered = TRUE)
put <- function(name, ...) r[[name]] <<- c(...)
k <- mantelhaen.test(t); put("general", k$statistic, k$parameter, k$p.value)
long <- d[rep(seq_len(nrow(d)), d$Freq), ]
long$Infl <- factor(long$Infl, c("Low", "Medium", "High"), ordered = TRUE)
k <- cmh_test(Sat ~ Infl | Type, data = transform(long, Infl = factor(as.character(Infl))),
              scores = list(Sat = c(1, 2, 3)))
put("mean score", statistic(k), 2, as.numeric(pvalue(k)))
k <- cmh_test(Sat ~ Infl | Type, data = long, scores = list(Sat = c(1, 2, 3), Infl = c(1, 2, 3)))
put("correlation", statistic(k)^ifelse(inherits(k@statistic, "ScalarIndependenceTestStatistic"), 2, 1),
    1, as.numeric(pvalue(k)))
k <- cmh_test(Sat ~ Infl | Type, data = long, scores = list(Sat = c(0, 1, 5), Infl = c(1, 2, 4)))
put("correlation scored", statistic(k)^ifelse(inherits(k@statistic, "ScalarIndependenceTestStatistic"), 2, 1),
    1, as.numeric(pvalue(k)))
write_numbers(r, "stratified.json")
