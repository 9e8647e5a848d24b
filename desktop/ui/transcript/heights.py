"""Prefix sums that stay cheap while single heights change: a Fenwick tree."""

from collections.abc import Iterable


class Heights:
    """The heights of a column of items, in pixels, top to bottom.

    Changing one height, adding an item at the end, the offset of an item and the item at an
    offset all cost O(log n); building from n heights costs O(n).
    """

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._values = list(heights)
        tree = [0, *self._values]
        for index in range(1, len(tree)):
            parent = index + (index & -index)
            if parent < len(tree):
                tree[parent] += tree[index]
        self._tree = tree
        self._total = sum(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> int:
        return self._values[index]

    @property
    def total(self) -> int:
        """The height of the whole column."""
        return self._total

    def set(self, index: int, height: int) -> int:
        """Give item `index` a new height; returns by how much it grew."""
        change = height - self._values[index]
        if change:
            self._values[index] = height
            self._total += change
            node = index + 1
            while node < len(self._tree):
                self._tree[node] += change
                node += node & -node
        return change

    def append(self, height: int) -> None:
        """Add an item at the end."""
        index = len(self._tree)
        lowest = index & -index
        self._tree.append(height + self.offset(index - 1) - self.offset(index - lowest))
        self._values.append(height)
        self._total += height

    def truncate(self, length: int) -> None:
        """Drop every item from index `length` on."""
        del self._tree[length + 1 :]
        del self._values[length:]
        self._total = self.offset(len(self._values))

    def offset(self, index: int) -> int:
        """The top of item `index`: the sum of all heights before it."""
        total = 0
        while index > 0:
            total += self._tree[index]
            index &= index - 1
        return total

    def at(self, offset: int) -> int:
        """The index of the item that covers `offset`, clamped to the first and last item."""
        if offset >= self._total:
            return len(self._values) - 1
        node, step = 0, 1 << len(self._values).bit_length()
        while step:
            following = node + step
            if following < len(self._tree) and self._tree[following] <= offset:
                node = following
                offset -= self._tree[following]
            step >>= 1
        return min(node, len(self._values) - 1)
