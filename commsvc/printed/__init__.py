"""Reading a number *as printed*: what it may stand for, from its digits, hedge and unit.

A printed number stays a string until it is read here, because its trailing zeros and its words
carry its precision: ``45.2%`` is any share from 45.15 to just under 45.25 %, ``60多万元`` is more
than 600 000 and less than 700 000 yuan, ``近97万`` is a little under 970 000.

What each hedge means
---------------------
The *lowest written place* of a number is the unit of its last non-zero digit (60万: 10万).

=============  ==============================================  ==============================
hedge          words                                           stands for
=============  ==============================================  ==============================
(none)         a count in whole units                          that number alone
(none)         decimals, a multiplier (万), a measured unit    what rounds to it
`about`        约 大约 左右 上下 近似 about around ~           what rounds to it at its lowest
                                                               written place
`nearly`       近 将近 接近 弱 nearly almost                   below it, by less than one unit
                                                               of its lowest written place
`over`         多 余 来 (inside it: 60多万) 有余 强            above it, by less than one such
                                                               unit; without limit where a count
                                                               is written to the unit (856多)
`more_than`    超过 突破 逾 以外 > over                        above it
`at_least`     以上 至少 不少于 不低于 ≥ at least              it or above
`less_than`    不足 不到 少于 低于 未满 < under                from 0 to below it
`at_most`      以下 以内 不超过 至多 ≤ up to                   from 0 to it (below 0: without limit)
`range`        3—10, 15至20                                    between the two, ends included
`indefinite`   十几 几十 数百 上千                             what the words allow
`masked`       20xx __ xx                                      unknown
=============  ==============================================  ==============================

That 以上, 以下 and 以内 include the number and 不满, 超过 and 以外 do not is the rule of Chinese
law (Civil Code of the PRC, article 1259); 来 is read with 多 and 余. A count's intervals hold only
whole numbers: `Interval.whole` lists them.
"""

from commsvc.printed.exact_sets import Interval
from commsvc.printed.figure import Printed
from commsvc.printed.reader import prints_as, read, rules_that_print
from commsvc.printed.rounding import RULES, before_rounding, round_to

__all__ = [
    "RULES",
    "Interval",
    "Printed",
    "before_rounding",
    "prints_as",
    "read",
    "round_to",
    "rules_that_print",
]
