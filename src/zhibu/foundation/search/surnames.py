"""Surnames that are read otherwise than the same character elsewhere, with the usual reading beside.

A search must find a person under either: people type what they hear, and dictionaries disagree.
"""

from __future__ import annotations

# character or compound surname -> readings as a surname (syllables of a compound joined by a space)
SURNAMES: dict[str, tuple[str, ...]] = {
    "单": ("shan",), "解": ("xie",), "曾": ("zeng",), "区": ("ou",), "仇": ("qiu",), "查": ("zha",),
    "任": ("ren",), "华": ("hua",), "盖": ("ge", "gai"), "朴": ("piao",), "覃": ("qin", "tan"),
    "乐": ("yue", "le"), "翟": ("zhai",), "缪": ("miao",), "牟": ("mou", "mu"), "宓": ("mi", "fu"),
    "隗": ("wei", "kui"), "冼": ("xian",), "洗": ("xian",), "召": ("shao",), "黑": ("he",), "折": ("she",),
    "员": ("yun",), "繁": ("po",), "秘": ("bi",), "薄": ("bo",), "卜": ("bu",), "晟": ("cheng",),
    "种": ("chong",), "褚": ("chu",), "郗": ("xi", "chi"), "佴": ("nai",), "尹": ("yin",), "干": ("gan",),
    "葛": ("ge",), "过": ("guo",), "哈": ("ha",), "纪": ("ji",), "贾": ("jia",), "句": ("gou",),
    "阚": ("kan",), "莘": ("shen",), "冯": ("feng",), "盛": ("sheng",), "石": ("shi",), "宿": ("su",),
    "遆": ("ti",), "尉": ("wei",), "洼": ("wa",), "夏": ("xia",), "燕": ("yan",),
    "叶": ("ye",), "应": ("ying",), "於": ("yu",), "郁": ("yu",), "恽": ("yun",), "粘": ("nian",),
    "祭": ("zhai",), "长": ("zhang",), "中": ("zhong",), "祝": ("zhu",), "訾": ("zi",), "幺": ("yao",),
    "车": ("che",), "谌": ("chen", "shen"), "都": ("du",), "适": ("kuo",), "能": ("nai",), "逄": ("pang",),
    "瞿": ("qu",), "芮": ("rui",), "撒": ("sa",), "眭": ("sui",), "昝": ("zan",), "迮": ("ze",),
    "尉迟": ("yu chi",), "万俟": ("mo qi",), "长孙": ("zhang sun",), "令狐": ("ling hu",),
    "澹台": ("tan tai",), "单于": ("chan yu",), "鲜于": ("xian yu",), "宇文": ("yu wen",),
    "夏侯": ("xia hou",), "皇甫": ("huang fu",), "拓跋": ("tuo ba",), "独孤": ("du gu",),
}  # fmt: skip
