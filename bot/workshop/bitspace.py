"""Sets of valuations as the bits of one whole number.

With variables of sizes a, b, c there are a·b·c valuations; a set of them is a number with a bit for
each. Giving a variable a value moves all bits at once, so that a step of a proof costs a few
operations on numbers, however many talks it speaks of.
"""

from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
from typing import TypeAlias

from bot.values import Value

Bits: TypeAlias = int
Shift: TypeAlias = tuple[Bits, int]


class Space:
    """All valuations of some variables.

    Attributes:
        values: the domain of each variable, in the order of their places.
        size: how many valuations there are.
    """

    def __init__(self, values: Mapping[Hashable, tuple[Value, ...]]) -> None:
        self.values = dict(values)
        self.size = 1
        self._stride: dict[Hashable, int] = {}
        for name, domain in self.values.items():
            self._stride[name] = self.size
            self.size *= len(domain)
        self._index = {n: {v: i for i, v in enumerate(d)} for n, d in self.values.items()}
        self._masks = {n: [self._mask(n, i) for i in range(len(d))] for n, d in self.values.items()}
        self._moved: dict[tuple[Hashable, Value], list[Shift]] = {}

    def __contains__(self, name: object) -> bool:
        """Tell whether a variable is one of the space's."""
        return name in self.values

    @cached_property
    def all(self) -> Bits:
        """Give the set of all valuations."""
        return (1 << self.size) - 1

    def where(self, name: Hashable, value: Value) -> Bits:
        """Give the valuations in which a variable has a value."""
        return self._masks[name][self._index[name][value]]

    def one(self, values: Mapping[str, Value]) -> Bits:
        """Give the set of one valuation; names that aren't the space's don't count."""
        found = self.all
        for name in self.values:
            found &= self.where(name, values.get(str(name)))
        return found

    def any_of(self, ways: Iterable[Mapping[Hashable, Value]]) -> Bits:
        """Give the valuations that agree with one of some ways, in the variables of the space."""
        found = 0
        for way in ways:
            bits = self.all
            for name, value in way.items():
                if name in self.values:
                    bits &= self.where(name, value)
            found |= bits
        return found

    def put(self, bits: Bits, name: Hashable, value: Value) -> Bits:
        """Give a variable a value in all of a set."""
        found = 0
        for mask, by in self._shifts(name, value):
            part = bits & mask
            if part:
                found |= part << by if by >= 0 else part >> -by
        return found

    def free(self, bits: Bits, name: Hashable) -> Bits:
        """Let a variable have any value in all of a set."""
        domain = self.values[name]
        first, found = self.put(bits, name, domain[0]), 0
        for i in range(len(domain)):
            found |= first << i * self._stride[name]
        return found

    def read(self, bits: Bits) -> dict[Hashable, Value]:
        """Give the first valuation of a set, by name."""
        number, found = (bits & -bits).bit_length() - 1, {}
        for name, domain in self.values.items():
            found[name] = domain[number // self._stride[name] % len(domain)]
        return found

    def _shifts(self, name: Hashable, value: Value) -> list[Shift]:
        key = (name, value)
        if key not in self._moved:
            to, stride = self._index[name][value], self._stride[name]
            masks = enumerate(self._masks[name])
            self._moved[key] = [(mask, (to - i) * stride) for i, mask in masks]
        return self._moved[key]

    def _mask(self, name: Hashable, index: int) -> Bits:
        stride, period = self._stride[name], self._stride[name] * len(self.values[name])
        block = ((1 << stride) - 1) << index * stride
        times = ((1 << self.size) - 1) // ((1 << period) - 1)
        return block * times
