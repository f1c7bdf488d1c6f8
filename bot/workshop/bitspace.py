"""Sets of valuations as the bits of one whole number.

With variables of sizes a, b, c there are a·b·c valuations; a set of them is a number with a bit for
each. Giving a variable a value moves all bits at once, so that a step of a proof costs a few
operations on numbers, however many talks it speaks of.

A set may have rows: one for each valuation of some variables that may have held when the open flow
was called, so that a flow goes back only to where it was called from.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from math import prod
from typing import TypeAlias

from bot.values import Value

Bits: TypeAlias = int
Shift: TypeAlias = tuple[Bits, int]


class Space:
    """All valuations of some variables.

    Attributes:
        values: the domain of each variable, in the order of their places.
        row: how many valuations there are.
        rows: one for each valuation at the call of the variables that are kept, or one for all.
    """

    def __init__(
        self, values: Mapping[Hashable, tuple[Value, ...]], kept: Iterable[Hashable] = ()
    ) -> None:
        names = dict.fromkeys(kept)
        self.rows = prod(len(values[name]) for name in names)
        self.values = {name: values[name] for name in (*names, *values)}
        self.row = 1
        self._stride: dict[Hashable, int] = {}
        for name, domain in self.values.items():
            self._stride[name] = self.row
            self.row *= len(domain)
        self._size = self.row * self.rows
        self._first = (1 << self.row) - 1  # the first row, and the first bit of each
        self._heads = ((1 << self._size) - 1) // self._first
        self._parts = [n * self.rows for n in range(1, self.row // self.rows)]
        self._kept = ((1 << self.rows) - 1) * self._heads  # a bit for each kept valuation
        self._same = self._of_kept((n, n) for n in range(self.rows))
        self._index = {n: {v: i for i, v in enumerate(d)} for n, d in self.values.items()}
        self._masks = {n: [self._mask(n, i) for i in range(len(d))] for n, d in self.values.items()}
        self._moved: dict[tuple[Hashable, Value], list[Shift]] = {}

    def __contains__(self, name: object) -> bool:
        """Tell whether a variable is one of the space's."""
        return name in self.values

    @cached_property
    def all(self) -> Bits:
        """Give the set of all valuations."""
        return (1 << self._size) - 1

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

    # Rows

    def _of_kept(self, pairs: Iterable[tuple[int, int]]) -> Bits:
        """Give all that holds where some kept valuations held at the call, by number, and now."""
        found = 0
        for at_call, now in pairs:
            for part in (0, *self._parts):
                found |= 1 << at_call * self.row + part + now
        return found

    def _held(self, bits: Bits) -> Bits:
        """Look only at the variables that are kept."""
        found = bits
        for part in self._parts:
            found |= bits >> part
        return found & self._kept

    def any_row(self, bits: Bits) -> Bits:
        """Let anything have held at the call."""
        return self.no_row(bits) * self._heads

    def no_row(self, bits: Bits) -> Bits:
        """Forget what held at the call: nothing was called."""
        rows = self.rows
        while rows > 1:
            half = (rows + 1) // 2
            bits |= bits >> half * self.row
            bits &= (1 << half * self.row) - 1
            rows = half
        return bits

    def new_row(self, bits: Bits) -> Bits:
        """Call: what holds now is what held at the call."""
        return self.any_row(bits) & self._same if self.rows > 1 else bits

    def alike(self, names: Iterable[Hashable]) -> Bits:
        """Give what holds in some variables what held in them at the call."""
        if self.rows == 1:
            return self.all
        found = self.all
        for name in names:
            same = 0
            for value in self.values[name]:
                bits = self.where(name, value) & ((1 << self.rows) - 1)
                same |= self._rows_of(bits) & self.where(name, value)
            found &= same
        return found

    def _rows_of(self, bits: Bits) -> Bits:
        """Give all of the rows that are numbered by some valuations."""
        return sum(self._first << number * self.row for number in _numbers(bits))

    def called(self, bits: Bits) -> Bits:
        """Give what a call may lead to these from: the other way round of `new_row`."""
        return self.any_row(bits & self._same) if self.rows > 1 else bits

    def old_row(self, bits: Bits, calls: Bits) -> Bits:
        """Return: from what holds in a flow, to what held when its callers were called."""
        if self.rows == 1:
            return bits if calls else 0
        found, calls = 0, self._held(calls)
        for number, row in self._each_row(bits):
            callers = calls >> number & self._heads
            if callers:
                found |= row * callers
        return found

    def inner_row(self, bits: Bits, calls: Bits) -> Bits:
        """Give what a return may lead to these from: the other way round of `old_row`."""
        if self.rows == 1:
            return bits if calls else 0
        rows = dict(self._each_row(bits))
        found = 0
        for number, row in self._each_row(self._held(calls)):
            if number in rows:
                for held in _numbers(row):
                    found |= rows[number] << held * self.row
        return found

    def _each_row(self, bits: Bits) -> Iterator[tuple[int, Bits]]:
        number = 0
        while bits:
            row = bits & self._first
            if row:
                yield number, row
            bits >>= self.row
            number += 1

    # Places

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
        times = ((1 << self._size) - 1) // ((1 << period) - 1)
        return block * times


def _numbers(bits: Bits) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
