"""Celery's side of the queue's benchmark: the tasks that its workers run, with what its guide says is fast."""

import os
import time

import redis
from celery import Celery

app = Celery("celery_tasks", broker=os.environ["BROKER"])
app.conf.update(
    task_ignore_result=True,
    worker_disable_rate_limits=True,
    worker_prefetch_multiplier=128,  # many short tasks
)
server = redis.Redis.from_url(os.environ["BROKER"])


@app.task
def nothing(number, text):
    pass


@app.task
def hold(pool):
    """Keeps its process from taking tasks until somebody lets go."""
    server.lpush(f"holding-{pool}", 1)
    server.brpop(f"go-{pool}", 30)


@app.task
def end(pool):
    server.lpush(f"ended-{pool}", 1)


@app.task
def stamp(pool, sent):
    server.lpush(f"stamped-{pool}", (time.time() - sent) * 1_000)
