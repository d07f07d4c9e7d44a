"""The rosters other systems hand out, header by header: each column gets its field, the clashes are
decided by values.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.roster.imports.made import Cell, id_number, interpreted, rows_of, short, xlsx
from zhibu.roster.imports.tables.columns import ChosenColumns

_COLLEGE = ["姓名", "电话号码", "职务", "组织", "类别", "性别", "学号/工号", "入党时间"]
_COUNTY = [
    "登录名",
    "姓名",
    "性别",
    "手机号码",
    "身份证号",
    "民族",
    "学历",
    "学位",
    "籍贯",
    "出生年月(yyyy-MM)\n",
    "入党时间\n(yyyy-MM-dd)",
    "所属组织",
    "党务工作者",
    "志愿者",
    "党代表",
    "困难党员",
    "家庭住址",
    "备注说明",
    "是否管理员",
]
_STREET = [
    "序号",
    "姓名",
    "党员类别",
    "所在组织(请不要输入特殊符号)",
    "性别",
    "出生年月(2019/10/24)",
    "民族",
    "联系电话",
    "档案管理单位",
    "党籍状态",
    "加入党组织日期(2019/10/24)",
    "身份证",
    "入党时间(2019/10/24)",
]
_LIFELINE = [
    "党支部",
    "学号",
    "姓名",
    "出生时间",
    "性别",
    "民族",
    "籍贯",
    "家庭住址",
    "联系电话",
    "身份证号码",
    "当前专业（全称）",
    "学年制",
    "是否团员（填写“是”“否”）",
    "参加党章学习小组时间",
    "是否在中山大学发展",
    "递交入党申请书时间",
    "首次组织谈话时间",
    "确定为入党积极分子时间",
    "民主评议时间",
    "推荐/推优时间",
    "支部大会讨论确定发展对象时间",
    "确定发展对象时间（党委备案时间）",
    "政治审查（填“完成”“未完成”）\n",
    "党校培训结业时间",
    "党委预审时间",
    "确定入党介绍人时间",
    "入党介绍人",
    "自传（填写“完成”“未完成”）",
    "入党志\n愿书（填写“完成”“未完成”）",
    "确定为预备党员时间（支部大会）",
    "入党谈话时间",
    "入党谈话人",
    "党委审批时间",
    "入党宣誓时间",
    "递交转正申请书时间",
    "转正时间（支部大会讨论转正时间）",
    "党委审批时间2",
    "转档案馆时间",
    "申请保留党籍时间（出国留学人员填写）",
    "关系转出时间",
    "转出类型",
    "转出单位",
    "备注（包括未及时确定积极分子或发展、转正原因，其他）",
]
_APPROVAL = [
    "序号",
    "学号",
    "姓名",
    "出生年月",
    "递交入党申请书时间",
    "确定入党积极分子时间",
    "团支部推优",
    "民主评议时间",
    "政治审查",
    "确定重点对象时间",
    "党校结业时间",
    "支部党员大会时间",
    "入党谈话时间",
    "党委审批意见",
]
_ORGANIZATIONS = [
    "序列",
    "组织编号",
    "党组织所在单位情况",
    "所属组织",
    "党组织属地关系",
    "组织名称",
    "党组织所在单位代码",
    "组织类别",
    "组织状态",
    "上级组织",
    "党组织书记",
    "联系人",
    "联系电话",
    "详细地址",
    "传真",
    "邮编",
    "所属社区",
    "建立日期",
    "建立文号",
]
_SIXTEEN = [
    "1.姓名",
    "2.性别",
    "3.民族",
    "4.公民身份证号",
    "5.出生日期",
    "6.学历",
    "7.人员类别",
    "8.所在党支部",
    "9.加入党组织日期",
    "10.转为正式党员日期",
    "11.工作岗位",
    "12.联系电话（手机号）/（固定电话）",
    "13.家庭住址",
    "14.党籍状态",
    "15.是否为失联党员",
    "16.是否为流动党员",
]
_NINETEEN = [
    "姓名",
    "所在党支部",
    "公民身份证号",
    "性别",
    "民族",
    "出生日期",
    "学历",
    "人员类别",
    "加入党组织日期",
    "转为正式党员日期",
    "工作岗位",
    "手机号",
    "固定电话",
    "家庭住址",
    "党籍状态",
    "是否为失联党员",
    "失去联系日期",
    "是否为流动党员",
    "外出流向",
]
_R3 = [
    "序号",
    "姓名",
    "性别",
    "公民身份号码",
    "民族",
    "出生日期",
    "学历",
    "人员类别",
    "学位",
    "所在党支部",
    "手机号码",
    "入党日期",
    "转正日期",
    "党龄",
    "党龄校正值",
    "新社会阶层类型",
    "工作岗位",
    "从事专业技术职务",
    "是否农民工",
    "现居住地",
    "户籍所在地",
    "是否失联党员",
    "是否流动党员",
    "入党类型",
    "转正情况",
    "入党时所在支部",
    "延长预备期时间",
    "党员所属行业",
    "工作岗位补充",
]
_R4 = [
    "姓名",
    "身份证号码",
    "性别",
    "出生日期",
    "民族",
    "籍贯",
    "年龄",
    "学历",
    "学位",
    "毕业院校",
    "专业",
    "入党日期",
    "转正日期",
    "工作岗位",
    "从事专业技术职务",
    "新的社会阶层",
    "人员类别",
    "是否农民工",
    "手机号码",
    "联系电话",
    "所在党组织",
    "联合支部单位名称",
    "档案所在单位",
    "户籍所在地",
    "现居住地",
    "失去联系情形",
    "失去联系日期",
    "信息完整度",
]
_R7 = [
    "所属党支部",
    "姓名",
    "性别",
    "出生日期",
    "民族",
    "学历",
    "身份证号码",
    "联系电话",
    "入党时间",
    "党籍状态",
    "户籍所在派出所",
    "工作/学习单位",
    "现居住地",
    "籍贯",
    "原服役部队",
    "退役时间",
    "是否自主择业",
    "组织关系落实时间",
]
_R8 = [
    "姓名*",
    "员工工号*",
    "身份证号*",
    "性别",
    "出生日期",
    "最高学历",
    "所属党组织名称*",
    "企业行政部门",
    "岗位职务",
    "政治面貌*",
    "党内职务",
    "党龄(年)",
    "接收预备党员日期",
    "正式转正日期",
    "全国党员编码",
    "生产经营一线(是/否)",
    "数字技术骨干(是/否)",
    "双培养对象(是/否)",
]
_R9 = [
    "姓名",
    "身份证号",
    "性别",
    "籍贯",
    "出生年月",
    "学历",
    "工作地",
    "工作单位",
    "预/正",
    "手机号码",
    "QQ号",
    "微信号",
    "入党时间",
    "历史党费缴至",
    "转正时间",
    "入党介绍人1",
    "入党介绍人2",
    "入党申请书",
    "入党志愿书",
    "政治审查材料",
    "培养教育考察材料",
    "转正申请书",
    "备注",
]
_R12 = [
    "姓名",
    "身份号码",
    "人员类别",
    "目前所在党支部",
    "入党日期",
    "转正日期",
    "工作岗位",
    "组织关系所在单位",
    "工作单位及职务",
    "地方详细",
    "党籍状态(1正常0不正常)",
    "现任党内职务",
    "月应缴纳党费（元）",
    "党费缴至年月",
    "是否为失联党员",
    "失去联系日期",
    "是否为流动党员",
    "外出流向",
]
_R13 = [
    "姓名",
    "支部信息",
    "政治面貌",
    "党委书记",
    "党委副书记",
    "纪委书记",
    "支部书记",
    "组织委员",
    "纪检委员",
    "宣传委员",
    "青年委员",
]
_R14 = [
    "姓名",
    "性别",
    "民族",
    "籍贯",
    "电话",
    "出生日期",
    "参加工作日期",
    "身份证号码",
    "家庭住址",
    "户口所在地派出所",
    "最高学历",
    "毕业院校",
    "专业",
    "学位",
]

SETS: dict[str, list[str]] = {
    "R1": _SIXTEEN,
    "R2": _NINETEEN,
    "R3": _R3,
    "R4": _R4,
    "R5": _COUNTY,
    "R6": _STREET,
    "R7": _R7,
    "R8": _R8,
    "R9": _R9,
    "R10": _LIFELINE,
    "R11": _COLLEGE,
    "R12": _R12,
    "R13": _R13,
    "R14": _R14,
    "approval list": _APPROVAL,
}


def _filled(headers: Sequence[str]) -> list[Cell]:
    values: dict[str, Cell] = {
        "姓名": "王军",
        "组织": "第一党支部",
        "类别": "正式党员",
        "政治面貌": "正式党员",
        "党籍状态": "正常",
    }
    return [
        next((v for h, v in values.items() if header.strip("*1.").startswith(h)), None) for header in headers
    ]


@pytest.mark.parametrize("name", SETS)
def test_every_header_has_a_field(tmp_path: Path, name: str) -> None:
    headers = SETS[name]
    table = interpreted(xlsx({"名册": [headers, _filled(headers)]}), tmp_path).tables[0]
    missing = [column.header for column in table.columns if not column.field]
    assert not missing
    assert len({column.field for column in table.columns if column.kind != "ignored"}) == len(
        [column for column in table.columns if column.kind != "ignored"]
    )
    assert [row.value("name") for row in table.rows] == ["王军"]


def test_the_lifeline_table_with_notes_and_stage_headings(tmp_path: Path) -> None:
    stages: list[Cell] = [None] * len(_LIFELINE)
    stages[0], stages[15], stages[17], stages[24] = (
        "基本信息",
        "阶段1：入党申请阶段",
        "阶段2：积极分子",
        "阶段2：预备党员",
    )
    stages[34], stages[39] = "阶段3：正式党员", "阶段4：转出"
    rows = [
        ["注意1：本表所有时间属性的单元格格式统一设定为“日期”"],
        ["注意2：基本信息必填"],
        stages,
        _LIFELINE,
        _filled(_LIFELINE),
    ]
    merges = [
        (0, 0, 0, 36),
        (1, 0, 1, 36),
        (2, 0, 2, 14),
        (2, 15, 2, 16),
        (2, 17, 2, 23),
        (2, 24, 2, 33),
        (2, 34, 2, 38),
    ]
    table = interpreted(xlsx({"Sheet1": rows}, merges=merges), tmp_path).tables[0]
    by_header = {column.header.split("/")[-1]: column.field for column in table.columns}
    assert table.kind == "development"
    assert by_header["民主评议时间"] == "masses_appraisal_date"
    assert by_header["党委审批时间"] == "committee_approval_date"
    assert by_header["党委审批时间2"] == "committee_conversion_approval_date"
    assert by_header["确定为预备党员时间（支部大会）"] == "joined_date"
    assert len(table.rows) == 1


def test_the_approval_list_has_title_rows_and_footers(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["材料17"],
        ["《拟吸收预备党员名单汇总审批表》"],
        ["支部名称：", None, None, None, None, None, None, "上报时间：", "年 月 日"],
        [None, None, None, None, None, None, None, "审批时间："],
        [*_APPROVAL],
        [1, "2020001", "王军"],
        [2],
        ["（数据应与党建系统上动态信息表一致）"],
        ["注：\n1、此表由党建系统导出。\n2、只提交电子版，无需纸质版。"],
    ]
    table = interpreted(xlsx({"Sheet1": rows}, merges=[(0, 0, 0, 13), (1, 0, 1, 13)]), tmp_path).tables[0]
    assert [row.value("name") for row in table.rows] == ["王军"]
    assert [other.kind for other in table.others] == ["note", "note"]


def test_an_organisation_sheet_is_no_roster(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[*_ORGANIZATIONS], [1, "051024001016022", None, None, None, "中共某村支部"]]
    found = interpreted(xlsx({"组织信息": rows}), tmp_path)
    assert found.tables[0].kind == "organizations"
    assert not list(found.persons())


@pytest.mark.parametrize(
    ("values", "field", "first"),
    [
        (["正常", "停止党籍"], "membership_state", ("OK", "normal")),
        (["正式", "预备"], "status", ("FIX", "full")),
        (["1", "0"], "membership_state", ("ASK", None)),
    ],
)
def test_clash_of_membership_state(
    tmp_path: Path, values: list[Cell], field: str, first: tuple[str, object]
) -> None:
    rows: list[list[Cell]] = [["姓名", "性别", "党籍状态"]] + [
        [n, "", v] for n, v in zip(["王军", "李敏"], values, strict=True)
    ]
    table = interpreted(xlsx({"名册": rows}), tmp_path).tables[0]
    assert table.columns[2].field == field
    assert short(table.rows[0].verdict(field)) == first


def test_clash_of_two_joined_columns(tmp_path: Path) -> None:
    rows = [
        ["姓名", "加入党组织日期", "入党时间"],
        ["王军", "2001-07-01", "2001-07-01"],
        ["李敏", "2001-07-01", "2002-07-01"],
    ]
    same, differs = rows_of(xlsx({"名册": rows}), tmp_path)
    assert short(same.verdict("joined_date")) == ("OK", "2001-07-01")
    assert short(differs.verdict("joined_date")) == ("ASK", None)


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("单位", ["第一党支部", "第二党支部"], "branch"),
        ("单位", ["某化肥厂", "某小学"], "unit"),
        ("职务", ["支部书记", "组织委员"], "office"),
        ("职务", ["车间主任", "教师"], "job_title"),
        ("类别", ["正式党员", "预备党员"], "status"),
        ("政治面貌", ["中共党员", "中共预备党员"], "status"),
        ("民主评议", ["合格", "优秀"], "yearly_appraisal"),
    ],
)
def test_clashes_decided_by_values(tmp_path: Path, header: str, values: list[Cell], field: str) -> None:
    rows: list[list[Cell]] = [["姓名", "性别", header]] + [
        [n, "", v] for n, v in zip(["王军", "李敏"], values, strict=True)
    ]
    table = interpreted(xlsx({"名册": rows}), tmp_path).tables[0]
    assert (table.columns[2].field, table.columns[2].basis) == (field, "values")


def test_political_status_means_full_only_beside_probationary(tmp_path: Path) -> None:
    rows = [["姓名", "性别", "政治面貌"], ["王军", "", "中共党员"], ["李敏", "", "中共预备党员"]]
    told = rows_of(xlsx({"名册": rows}), tmp_path)
    untold = rows_of(xlsx({"名册": rows[:2]}), tmp_path)
    assert [short(row.verdict("status")) for row in told] == [("FIX", "full"), ("FIX", "probationary")]
    assert short(untold[0].verdict("status")) == ("ASK", None)


def test_age_and_party_age_are_never_imported(tmp_path: Path) -> None:
    rows = [["姓名", "年龄", "党龄", "党龄校正值"], ["王军", 57, 30, -6]]
    (person,) = rows_of(xlsx({"名册": rows}), tmp_path)
    assert {extra.field: extra.value for extra in person.accepted()} == {
        "name": "王军",
        "party_age_correction": -6,
    }


def test_side_by_side_tables(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["序号", "姓名", "性别", None, "序号", "姓名", "性别"],
        [1, "王军", "男", None, 3, "张强", "男"],
        [2, "李敏", "女", None, None, None, None],
    ]
    found = interpreted(xlsx({"名册": rows}), tmp_path)
    assert [row.value("name") for row in found.persons()] == ["王军", "李敏", "张强"]


def test_two_tables_below_each_other(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["第一党小组名册"],
        ["姓名", "性别", "民族"],
        ["王军", "男", "汉族"],
        [None],
        ["姓名", "民族", "性别"],
        ["李敏", "汉族", "女"],
    ]
    people = rows_of(xlsx({"名册": rows}), tmp_path)
    assert [(row.value("name"), row.value("sex")) for row in people] == [("王军", "1"), ("李敏", "2")]


def test_a_two_row_header_without_merges_as_in_csv(tmp_path: Path) -> None:
    text = "序号,姓名,基本情况,,,备注\n,,性别,民族,身份证号,\n1,王军,男,汉族,{number},\n".format(
        number=id_number("19680909")
    )
    found = interpreted(text.encode("gb18030"), tmp_path, "名册.csv")
    assert [c.field for c in found.tables[0].columns] == [
        "seq",
        "name",
        "sex",
        "ethnicity",
        "id_number",
        "remark",
    ]
    assert [row.value("id_number") for row in found.persons()] == [id_number("19680909")]


def test_a_chosen_mapping_goes_first_and_is_found_by_its_fingerprint(tmp_path: Path) -> None:
    rows = [["姓名", "性别", "代号甲", "说不清"], ["王军", "男", "第一党支部", "x"]]
    content = xlsx({"名册": rows})
    table = interpreted(content, tmp_path).tables[0]
    assert (table.columns[2].field, table.columns[3].basis) == ("", "none")
    chosen = ChosenColumns(table.fingerprint, ((2, "branch"), (1, "")))
    again = interpreted(content, tmp_path, mapping=[chosen]).tables[0]
    assert [column.field for column in again.columns] == ["name", "", "branch", ""]
    assert again.fingerprint == table.fingerprint
    other = interpreted(
        xlsx({"别的": [*rows, ["李敏", "女", "第二党支部", "y"]]}), tmp_path, mapping=[chosen]
    ).tables[0]
    assert short(other.rows[1].verdict("branch")) == ("OK", "second")


def test_a_near_header_is_only_suggested(tmp_path: Path) -> None:
    rows = [["姓名", "性别", "公民身份证号玛"], ["王军", "男", id_number("19680909")]]
    column = interpreted(xlsx({"名册": rows}), tmp_path).tables[0].columns[2]
    assert (column.field, column.suggestion) == ("", "id_number")


def test_a_sample_row_is_left_out_and_listed(tmp_path: Path) -> None:
    rows = [
        ["姓名", "身份证号", "联系电话"],
        ["张三", "12345678", "12345678"],
        ["王军", id_number("19680909"), "13800000000"],
    ]
    table = interpreted(xlsx({"名册": rows}), tmp_path).tables[0]
    assert [row.value("name") for row in table.rows] == ["王军"]
    assert [(other.number, other.kind) for other in table.others] == [(2, "sample")]


def test_platform_codes_before_values(tmp_path: Path) -> None:
    rows = [["姓名", "党员类别", "民族", "性别"], ["王军", "223_正式党员", "868_汉族", "95_男"]]
    (person,) = rows_of(xlsx({"名册": rows}), tmp_path)
    assert [short(person.verdict(f)) for f in ("status", "ethnicity", "sex")] == [
        ("FIX", "full"),
        ("FIX", "01"),
        ("FIX", "1"),
    ]
