"""Adds tasks as Celery's clients do, from one thread. A line in is a command, a line out is its figure."""

import platform
import sys
import time

import celery
import redis
from celery_tasks import end, hold, nothing, server, stamp


def add(count, queue="nobody"):
    """Tasks a second, into a queue that nobody reads meanwhile."""
    began = time.perf_counter()
    for number in range(count):
        nothing.apply_async((number, "some text"), queue=queue)
    rate = count / (time.perf_counter() - began)
    server.delete("nobody")
    return rate


def process(count, pool, size):
    """Tasks a second, all of them waiting when the workers begin."""
    for _ in range(size):
        hold.apply_async((pool,), queue=pool)
    for _ in range(size):
        server.brpop(f"holding-{pool}", 30)
    add(count, pool)
    end.apply_async((pool,), queue=pool)
    began = time.perf_counter()
    server.lpush(f"go-{pool}", *range(size))
    server.brpop(f"ended-{pool}", 60)
    return count / (time.perf_counter() - began)


def latency(count, pool):
    """Milliseconds from the call to the start of the task, one at a time; the median."""
    figures = []
    for _ in range(count):
        stamp.apply_async((pool, time.time()), queue=pool)
        figures.append(float(server.brpop(f"stamped-{pool}", 30)[1]))
    return sorted(figures)[count // 2]


commands = {"add": add, "process": process, "latency": latency}
hiredis = "with hiredis" if redis.utils.HIREDIS_AVAILABLE else "without hiredis"
python = platform.python_version()
print(f"Celery {celery.__version__} on Python {python}, redis-py {redis.__version__} {hiredis}", flush=True)
for line in sys.stdin:
    name, count, *rest = line.split()
    arguments = [int(word) if word.isdigit() else word for word in rest]
    print(commands[name](int(count), *arguments), flush=True)
