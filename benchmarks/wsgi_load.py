"""Calls the WSGI application from threads of its own process, with no server in between.

Run by benchmarks.collect: `python -m benchmarks.wsgi_load THREADS WARM_SECONDS SECONDS SITES VISITS
RESULT` writes JSON to RESULT. CPU is that of the whole process, so the making of requests is in it.
"""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.load import percentile
from benchmarks.plan import site_target
from benchmarks.traffic import ROUND_FROM, ROUNDS, Request, Traffic
from tracking_project.wsgi import application
from visits.collect.pipeline import warm_up

Environ = dict[str, Any]


def environs(requests: list[Request]) -> Iterator[Environ]:
    """Yield requests as a WSGI server hands them over; each round comes from other visitors."""
    for number in range(ROUND_FROM, ROUND_FROM + ROUNDS):
        for request in requests:
            yield {
                "REQUEST_METHOD": "POST",
                "SCRIPT_NAME": "",
                "PATH_INFO": "/t",
                "QUERY_STRING": "",
                "SERVER_NAME": "127.0.0.1",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "REMOTE_ADDR": "127.0.0.1",
                "CONTENT_TYPE": "text/plain;charset=UTF-8",
                "CONTENT_LENGTH": str(len(request.body)),
                "HTTP_HOST": "127.0.0.1",
                "HTTP_X_FORWARDED_FOR": f"{request.before}{number}{request.after}",
                "HTTP_X_FORWARDED_PROTO": "https",
                "HTTP_USER_AGENT": request.agent,
                "HTTP_ACCEPT": "*/*",
                "HTTP_ACCEPT_LANGUAGE": request.language,
                "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",
                "HTTP_ORIGIN": request.origin,
                "HTTP_REFERER": f"{request.origin}/",
                "HTTP_SEC_FETCH_SITE": "cross-site",
                "HTTP_SEC_FETCH_MODE": "no-cors",
                "HTTP_SEC_FETCH_DEST": "empty",
                "wsgi.version": (1, 0),
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(request.body),
                "wsgi.errors": sys.stderr,
                "wsgi.multithread": True,
                "wsgi.multiprocess": False,
                "wsgi.run_once": False,
            }


class _Caller(threading.Thread):
    """One thread of a WSGI server: it takes the next request when the last one is answered."""

    def __init__(self, requests: list[Request]) -> None:
        super().__init__(daemon=True)
        self.environs = environs(requests)
        self.stop_at = 0.0
        self.answers: Counter[str] = Counter()
        self.latencies: list[float] = []

    def run(self) -> None:
        for environ in self.environs:
            began_at = time.perf_counter()
            if began_at >= self.stop_at:
                return
            self.answers[call(environ)] += 1
            self.latencies.append(time.perf_counter() - began_at)


def call(environ: Environ) -> str:
    """Return status and refusal of one request, such as "204" and "204 bot"."""
    answer: list[str] = []

    def start_response(
        status: str, headers: Iterable[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        refusals = [value for name, value in headers if name.lower() == "refusal"]
        answer.append(" ".join([status.split(" ")[0], *refusals]))
        return lambda _: None

    body = application(environ, start_response)
    for _ in body:
        pass
    return answer[0]


def run(requests: list[Request], threads: int, seconds: float) -> dict[str, object]:
    """Return what came of so many seconds, as JSON takes it."""
    callers = [_Caller(requests[number::threads]) for number in range(threads)]
    began_at, cpu_before = time.perf_counter(), time.process_time()
    for caller in callers:
        caller.stop_at = began_at + seconds
        caller.start()
    for caller in callers:
        caller.join()
    took, cpu_seconds = time.perf_counter() - began_at, time.process_time() - cpu_before
    latencies = sorted(latency for caller in callers for latency in caller.latencies)
    return {
        "seconds": took,
        "cpu_seconds": cpu_seconds,
        "answers": sum((caller.answers for caller in callers), Counter()),
        "p50_ms": percentile(latencies, 50) * 1000,
        "p99_ms": percentile(latencies, 99) * 1000,
    }


def main(arguments: list[str]) -> None:
    threads, warm_seconds, seconds, sites, visits = map(int, arguments[:5])
    traffic = Traffic([site_target(number) for number in range(sites)], visits)
    quarter = len(traffic.requests) // 4
    warm_up()
    warm = run(traffic.requests[:quarter], threads, warm_seconds)
    measured = run(traffic.requests[quarter:], threads, seconds)
    Path(arguments[5]).write_text(json.dumps({"warm": warm, "measured": measured}))


if __name__ == "__main__":
    main(sys.argv[1:])
