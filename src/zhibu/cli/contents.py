"""The table of contents: every command with its one line, in the order in which people need them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: what the user types, the module that carries it out, and what it is for."""

    name: str
    summary: str
    needs_django: bool = True

    @property
    def module(self) -> str:
        """The module of the command."""
        return "zhibu.cli.commands." + self.name.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Chapter:
    """Commands that belong together."""

    title: str
    entries: tuple[Entry, ...]


CHAPTERS = (
    Chapter(
        "一、试一试",
        (
            Entry(
                "demo",
                "生成一个示范县并打开：1296 个支部、46645 名党员，人名和事情都是虚构的",
                needs_django=False,
            ),
        ),
    ),
    Chapter(
        "二、正式使用",
        (
            Entry("init", "建立一套空的系统：根组织、三员账号、密钥、启用日期"),
            Entry("serve", "启动服务，后台任务一并启动", needs_django=False),
            Entry("worker", "单独启动后台任务"),
            Entry("migrate", "升级以后更新数据库"),
        ),
    ),
    Chapter(
        "三、日常业务",
        (
            Entry("import-roster", "导入党员名册，先预览，加 --apply 才写入"),
            Entry("checkup", "体检：谁该办什么、依据哪一条、办了没有"),
            Entry("rules", "规则：列出、查看、试算、比较", needs_django=False),
        ),
    ),
    Chapter(
        "四、数据安全",
        (
            Entry("backup", "备份数据库和文件（不含密钥）"),
            Entry("restore", "从备份恢复，先核对再替换"),
            Entry("audit-verify", "核对操作记录是否完整、有没有被改动"),
            Entry("admin-link", "三员忘了密码、丢了手机：两个人一起开一次性链接"),
            Entry("doctor", "检查这套系统是否健康，并说明该怎么办"),
        ),
    ),
    Chapter(
        "五、其他",
        (
            Entry("fetch-fonts", "取得仿宋、楷体等公文字体", needs_django=False),
            Entry("version", "显示版本", needs_django=False),
            Entry("setup", "只准备运行环境和测试工具，不做别的", needs_django=False),
            Entry("test", "运行全部测试", needs_django=False),
            Entry("bench", "测量速度，并与同类软件比较", needs_django=False),
        ),
    ),
)

ENTRIES = {entry.name: entry for chapter in CHAPTERS for entry in chapter.entries}


def table_of_contents() -> str:
    """What ``./zhibu --help`` prints."""
    width = max(len(name) for name in ENTRIES) + 2
    lines = [
        "支部：基层党组织工作平台",
        "",
        "用法：./zhibu 命令 [选项]    每条命令的详细说明：./zhibu 命令 --help",
    ]
    for chapter in CHAPTERS:
        lines += ["", chapter.title]
        lines += ["  " + entry.name.ljust(width) + entry.summary for entry in chapter.entries]
    lines += ["", "第一次使用：先运行 ./zhibu demo，再按 README.md 的“最初十分钟”走一遍。"]
    return "\n".join(lines)
