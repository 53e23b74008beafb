"""A property that is worked out when it is first asked for, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class kept(Generic[T]):  # noqa: N801  (it stands where @property does)
    """As functools.cached_property, without the lock that one takes before Python 3.12.

    Sixty thousand histories' fields are asked for in the figures of ten thousand issues, and the
    lock took longer than the answer.
    """

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out = work_out
        self._name = work_out.__name__
        self.__doc__ = work_out.__doc__

    @overload
    def __get__(self, thing: None, owner: type) -> Self: ...

    @overload
    def __get__(self, thing: object, owner: type) -> T: ...

    def __get__(self, thing: object | None, owner: type) -> Self | T:
        if thing is None:
            return self
        found = thing.__dict__[self._name] = self._work_out(thing)
        return found
