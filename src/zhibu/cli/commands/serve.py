"""``./zhibu serve``: the service for daily use."""

from __future__ import annotations

import argparse
from pathlib import Path

from zhibu.cli.parsing import port_number
from zhibu.cli.service import serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and whether the background work comes along."""
    parser.add_argument(
        "--host", default="127.0.0.1", metavar="地址", help="监听的地址，默认 127.0.0.1，只有本机能打开"
    )
    parser.add_argument("--port", type=port_number, default=8000, metavar="端口", help="默认 8000")
    parser.add_argument(
        "--no-worker", action="store_true", help="不启动后台任务（另行运行 ./zhibu worker 时用）"
    )
    parser.add_argument("--certificate", type=Path, metavar="文件", help="TLS 证书；没有反向代理时用")
    parser.add_argument("--key", type=Path, metavar="文件", help="TLS 私钥（PKCS#8）")


def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    return serve(
        host=options.host,
        port=options.port,
        with_worker=not options.no_worker,
        certificate=options.certificate,
        key=options.key,
    )
