"""Words by which a draft guesses what a question is about."""

from __future__ import annotations

import re
from typing import Final

# A question that asks for a count or an amount: its 1, 2, 3 are numbers.
IS_COUNT: Final = re.compile(
    r"次数|几次|多少|几个|几人|几口|人数|数量|年龄|岁|年限|时长|小时|分钟|天数|金额|费用|收入.*元|"
    r"how (?:many|much|often|long)|number of|\bage\b|times|visits|hours|minutes|days|years|"
    r"amount|count|\bn\b",
    re.I,
)
IS_AGE: Final = re.compile(r"年龄|周岁|\bage\b", re.I)
IS_DATE: Final = re.compile(r"日期|出生(?:年月|日)|\bdate\b|birth ?day", re.I)
# A question that asks for a grade.
IS_GRADED: Final = re.compile(
    r"满意|同意|赞同|认可|评价|评分|打分|重要|推荐|satisf|agree|rat(?:e|ing)|score|importan|"
    r"recommend",
    re.I,
)
# Who somebody is: what satisfaction is usually compared by.
TELLS_GROUPS: Final = re.compile(
    r"性别|年龄|学历|文化程度|教育|婚姻|户口|户籍|民族|职业|居住|住地|城乡|区域|地区|区县|街道|社区类型|"
    r"片区|乡镇|站点|所在|月收入|医保|参保|身份|^(?:区|小区|社区|村居?|机构|单位|部门|科室)(?:名称)?$|"
    r"\b(?:sex|gender|age|education|schooling|marital|occupation|residence|district|region|"
    r"area|urban|rural|income|insurance|site|centre|center)\b",
    re.I,
)
TELLS_ROLE: Final = {
    "weight": re.compile(
        r"(?:抽样|样本|最终|事后)?权[重数]|加权(?:系数|权重)?|(?:final |sampling )?weights?|"
        r"wt|wgt|pweight|w",
        re.I,
    ),
    "stratum": re.compile(r"层|分层|抽样层|strata|stratum", re.I),
    "cluster": re.compile(r"群|整群|初级抽样单元|抽样单元|psu|clusters?", re.I),
    "id": re.compile(
        r"(?:问卷|答卷|受访者|样本|个案)?(?:编号|序号)|id|uuid|"
        r"(?:respondent|response|case|record)[ _]?(?:id|no\.?)",
        re.I,
    ),
}
ENGLISH: Final = {
    "是": "yes", "否": "no", "有": "yes", "没有": "no", "无": "no", "男": "male", "女": "female",
    "其他": "other", "其它": "other", "其他【请注明】": "other (please say)",
    "城镇": "urban", "城市": "urban", "农村": "rural", "乡村": "rural",
    "未婚": "single", "已婚": "married", "离异": "divorced", "离婚": "divorced", "丧偶": "widowed",
    "小学": "primary school", "初中": "junior high school", "高中": "senior high school",
    "大专": "junior college", "本科": "bachelor's degree", "硕士": "master's degree",
    "博士": "doctorate", "从不": "never", "很少": "rarely", "偶尔": "occasionally",
    "有时": "sometimes", "经常": "often", "总是": "always",
    "以上都没有": "none of the above", "以上都不是": "none of the above",
}  # fmt: skip
