"""From an operation of a document to the function that serves it."""

import flask
from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver

from connector.encoder import Answer
from connector.surface import Json, Surface, Voiced, snake_case


class View:
    """An operation as Flask calls it; `answer` is the voiced handler behind it.

    A handler takes the parameter `userId` as `user_id`; those that may be repeated it reads itself.
    """

    def __init__(
        self, operation: str, answer: Voiced, parameters: frozenset[str] = frozenset()
    ) -> None:
        self.__name__ = operation
        self.answer = answer
        self._parameters = parameters

    def __call__(self, body: Json | None = None, **given: object) -> flask.Response:
        arguments = () if body is None else (body,)
        known = {
            snake_case(name): value for name, value in given.items() if name in self._parameters
        }
        return response(self.answer(*arguments, **known))


class SurfaceResolver(Resolver):  # type: ignore[misc]
    """Finds each operation's handler once and gives it its surface's voice."""

    def __init__(self, surface: Surface) -> None:
        super().__init__()
        self._surface = surface
        self._views: dict[str, View] = {}

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """The same View for every layer that asks."""
        return Resolution(self.view(operation.operation_id), operation.operation_id)

    def view(self, operation: str) -> View:
        """The view of an operationId; raises where the operation has no function."""
        if operation not in self._views:
            handler = self._surface.find(operation)
            answer = self._surface.voiced(operation, handler)
            parameters = _parameters(self._surface.document, operation)
            self._views[operation] = View(operation, answer, parameters)
        return self._views[operation]


def _parameters(document: Json, operation: str) -> frozenset[str]:
    """The names of the parameters of an operation that stand for themselves."""
    for item in document["paths"].values():
        for method in item.values():
            if isinstance(method, dict) and method.get("operationId") == operation:
                listed = [*item.get("parameters", ()), *method.get("parameters", ())]
                whole = [_whole(document, each) for each in listed]
                return frozenset(each["name"] for each in whole if "x-repeated" not in each)
    return frozenset()


def _whole(document: Json, parameter: Json) -> Json:
    if "$ref" in parameter:
        name = parameter["$ref"].rpartition("/")[2]
        parameter = document["components"]["parameters"][name]
    return parameter


def response(answer: Answer) -> flask.Response:
    """`answer` as Flask's own response."""
    return flask.Response(
        answer.content,
        answer.status,
        headers=dict(answer.headers),
        content_type=answer.content_type,
    )
