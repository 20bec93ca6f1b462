"""One route with a no-op task: python_server.py starlette|fastapi|fasthtml PORT, on uvicorn."""
import sys

import uvicorn

shape, port = sys.argv[1], int(sys.argv[2])


async def noop():
    pass


if shape == 'starlette':
    from starlette.applications import Starlette
    from starlette.background import BackgroundTask
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def index(request):
        return PlainTextResponse('ok', background=BackgroundTask(noop))

    app = Starlette(routes=[Route('/', index)])

elif shape == 'fastapi':
    from fastapi import BackgroundTasks, FastAPI
    from fastapi.responses import PlainTextResponse

    app = FastAPI()

    @app.get('/', response_class=PlainTextResponse)
    async def index(background_tasks: BackgroundTasks):
        background_tasks.add_task(noop)
        return 'ok'

else:
    from fasthtml.common import FastHTML
    from starlette.background import BackgroundTask
    from starlette.responses import PlainTextResponse

    app = FastHTML()

    @app.get('/')
    async def index():
        return PlainTextResponse('ok', background=BackgroundTask(noop))


uvicorn.run(app, host='127.0.0.1', port=port, log_level='warning', access_log=False)
