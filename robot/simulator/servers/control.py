"""The control address: a plain HTTP door for tests only, on 127.0.0.1. No appliance has one."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from robot.simulator.appliances.other_administrator import OtherAdministrator
from robot.simulator.appliances.pair import Pair
from robot.simulator.appliances.state import state_of
from robot.simulator.faults.knobs import UnknownKnob

if TYPE_CHECKING:
    from robot.simulator.domain.names import Unit


def control(pair: Pair) -> Starlette:
    """``GET /state``, ``POST /knobs`` with settings, for so many ``seconds`` if given, ``POST /act`` with unit and action."""

    async def state(_request: Request) -> Response:
        pair.agenda.run_due()
        return JSONResponse(state_of(pair))

    async def knobs(request: Request) -> Response:
        try:
            wanted = dict(await _object(request))
            seconds = wanted.pop("seconds", None)
            before = {name: getattr(pair.knobs, name, None) for name in wanted}
            pair.knobs.change(wanted, running=True)
        except (UnknownKnob, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        pair.knobs_changed()
        if isinstance(seconds, int | float):

            def back() -> None:
                pair.knobs.change(before, running=True)
                pair.knobs_changed()

            pair.agenda.after(seconds, back)
        return JSONResponse({})

    async def act(request: Request) -> Response:
        wanted = await _object(request)
        unit, action = wanted.get("unit"), str(wanted.get("action"))
        if unit not in {"a", "b"}:
            return JSONResponse({"error": f"There is no appliance {unit!r}."}, 400)
        pair.agenda.run_due()
        error = OtherAdministrator(pair, cast("Unit", unit)).act(action)
        return JSONResponse({"error": error}, 400) if error else JSONResponse({})

    return Starlette(
        routes=[
            Route("/state", state),
            Route("/knobs", knobs, methods=["POST"]),
            Route("/act", act, methods=["POST"]),
        ]
    )


async def _object(request: Request) -> Mapping[str, object]:
    """The request's JSON object.

    Raises:
        ValueError: when it is something else.
    """
    found = json.loads(await request.body())
    if not isinstance(found, dict):
        raise ValueError("A JSON object is needed.")  # noqa: TRY004 to the caller it is a value that makes no sense
    return cast("Mapping[str, object]", found)
