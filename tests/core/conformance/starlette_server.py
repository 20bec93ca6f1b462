"""The scenarios that make sense in Starlette, served by uvicorn: python3 starlette_server.py <scenario>."""

import asyncio
import contextvars
import json
import logging
import os
import socket
import sys
import tempfile
import threading
import time

import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask, BackgroundTasks
from starlette.responses import (
    FileResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route


def log(event, name, data=None):
    line = {"event": event, "name": name, "at": time.time() * 1000, "data": data}
    print(json.dumps(line), flush=True)


def task(name, milliseconds=0):
    async def run():
        log("start", name)
        await asyncio.sleep(milliseconds / 1000)
        log("end", name)

    return run


def boom(name):
    async def run():
        log("start", name)
        raise Exception(f"{name} failed")

    return run


def block(name, milliseconds):
    async def run():
        log("start", name)
        time.sleep(milliseconds / 1000)
        log("end", name)

    return run


def sync_task(name):
    def run():
        log("start", name)
        log("end", name)

    return run


def tasks(*functions):
    together = BackgroundTasks()
    for function in functions:
        together.add_task(function)
    return together


async def parts():
    for part in "abc":
        log("chunk", part)
        yield part
        await asyncio.sleep(0.02)


async def long_parts():
    for part in range(1000):
        log("chunk", str(part))
        yield "x" * 100_000
        await asyncio.sleep(0.005)


async def some_parts():
    for _ in range(5):
        yield "x" * 100_000
        await asyncio.sleep(0.005)


def s1(request):
    return PlainTextResponse("task initiated", background=BackgroundTask(task("t1")))


def s2(request):
    return PlainTextResponse("task initiated", background=BackgroundTask(sync_task("t1")))


def s3(request):
    async def add(amount):
        log("start", "add", amount)

    together = BackgroundTasks()
    for amount in (1, 2, 3):
        together.add_task(add, amount)
    return PlainTextResponse("tasks initiated", background=together)


def s4(request):
    return PlainTextResponse("tasks initiated", background=tasks(boom("t1"), task("t2")))


def s5(request):
    return Response(status_code=204, background=BackgroundTask(boom("t1")))


def s6(request):
    return StreamingResponse(parts(), background=BackgroundTask(block("t1", 1000)))


def s7(request):
    path = os.path.join(tempfile.mkdtemp(), "file")
    with open(path, "w") as file:
        file.write("x" * 8_000_000)
    return FileResponse(path, background=BackgroundTask(block("t1", 1000)))


def s9_after(request):
    return PlainTextResponse("short", background=BackgroundTask(task("t1", 50)))


def s9_middle(request):
    return StreamingResponse(long_parts(), background=BackgroundTask(task("t1", 50)))


def s11(request):
    name = request.path_params["name"]
    return PlainTextResponse("x" * 1000, background=BackgroundTask(task(name, 100)))


def s14(request):
    return RedirectResponse("/elsewhere", 302, background=BackgroundTask(task("t1")))


def s15(request):
    BackgroundTasks([BackgroundTask(task("t1"))])
    raise Exception("the handler failed")


def s16(request):
    together = BackgroundTasks()

    async def first():
        log("start", "t1")
        together.add_task(task("t3"))

    together.add_task(first)
    together.add_task(task("t2"))
    return PlainTextResponse("ok", background=together)


def f7(request):
    headers = {"x-mine": "yes"}
    return Response("mine", 201, headers, background=BackgroundTask(task("t1")))


def h2(request):
    together = BackgroundTasks()
    together.add_task(task("a"))
    together.add_task(tasks(task("b")))
    together.add_task(task("c"))
    return PlainTextResponse("ok", background=together)


visitor = contextvars.ContextVar("visitor")


async def n10(request):
    name = request.path_params["name"]
    visitor.set(name)

    async def run():
        await asyncio.sleep(0.005)
        log("store", name, visitor.get(None))

    return PlainTextResponse("ok", background=BackgroundTask(run))


def d7(request):
    background = BackgroundTask(block("t1", 1000))
    if request.path_params["body"] == "stream":
        return StreamingResponse(some_parts(), background=background)
    return PlainTextResponse("x" * int(request.path_params["body"]), background=background)


scenarios = {
    "S1": [Route("/", s1)],
    "S2": [Route("/", s2)],
    "S3": [Route("/", s3)],
    "S4": [Route("/", s4)],
    "S5": [Route("/", s5)],
    "S6": [Route("/generator", s6), Route("/stream", s6)],
    "S7": [Route("/", s7)],
    "S9": [Route("/after", s9_after), Route("/middle", s9_middle)],
    "S11": [Route("/{name}", s11)],
    "S14": [Route("/", s14)],
    "S15": [Route("/", s15), Route("/async", s15)],
    "S16": [Route("/", s16)],
    "F7": [Route("/", f7)],
    "H2": [Route("/", h2)],
    "N10": [Route("/{name}", n10)],
    "D7": [Route("/{body}", d7)],
}


class Reported(logging.Handler):
    """uvicorn reports what a task raises as an exception of the application."""

    def emit(self, record):
        if record.exc_info:
            log("reported", "t1", {"error": str(record.exc_info[1])})


def control(listener):
    """Starlette can't say when all is done. It gets time instead."""
    while True:
        connection, _ = listener.accept()
        request = connection.recv(65536)
        time.sleep(0.2)
        log("idle", request.split()[1].decode())
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nidle")
        connection.close()


def bound():
    listener = socket.create_server(("127.0.0.1", 0))
    return listener, listener.getsockname()[1]


async def main():
    listener, port = bound()
    control_listener, control_port = bound()
    threading.Thread(target=control, args=[control_listener], daemon=True).start()
    app = Starlette(routes=scenarios[sys.argv[1]])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    # After Config, which sets up logging anew.
    logging.getLogger("uvicorn.error").addHandler(Reported())
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    log("listening", "app", {"port": port, "control": control_port})
    await serving


asyncio.run(main())
