"""`python -m tests.drift.mutated_pair MUTATION+MUTATION ...`: a simulated pair whose pages are changed on their way.

What is behind them is the ordinary simulated pair, with its ordinary journal: only what a person would see is different.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from markup import parsed, written
from mutations import MUTATIONS, Mutation
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from robot.simulator import __main__ as simulated
from robot.simulator.appliances.pair import Pair
from robot.simulator.domain.names import Unit
from robot.simulator.servers.front import Front


class Rewriting:
    """Changes each HTML page of an application; nothing else."""

    def __init__(self, app: ASGIApp, mutations: Sequence[Mutation]) -> None:
        self._app = app
        self._mutations = mutations

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started: list[Message] = []
        content: list[bytes] = []

        async def rewrite(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            content.append(message.get("body", b""))
            if message.get("more_body"):
                return
            headers = dict(started[0]["headers"])
            whole = b"".join(content)
            if headers.get(b"content-type", b"").startswith(b"text/html") and b"attachment" not in headers.get(
                b"content-disposition", b""
            ):
                root = parsed(whole.decode())
                for mutation in self._mutations:
                    mutation(root)
                    root = parsed(written(root))
                whole = written(root).encode()
            headers[b"content-length"] = str(len(whole)).encode()
            await send({**started[0], "headers": list(headers.items())})
            await send({"type": "http.response.body", "body": whole})

        await self._app(scope, receive, rewrite if scope["type"] == "http" else send)


def main(names: str, arguments: list[str]) -> int:
    """Serve the pair with these mutations, one after the other."""

    class MutatedFront(Front):
        def __init__(self, pair: Pair, unit: Unit) -> None:
            super().__init__(pair, unit)
            self.app = Rewriting(self.app, [MUTATIONS[name] for name in names.split("+")])  # pyright: ignore[reportAttributeAccessIssue] an application all the same

    simulated.Front = MutatedFront
    return simulated.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
