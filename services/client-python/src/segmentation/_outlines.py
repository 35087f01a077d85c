"""Outlines of masks along pixel edges, by a sweep over the columns of their run lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Tuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEFT, _RIGHT = 0, 1


def polygons_of(columns: List[List[Tuple[int, int]]]) -> "List[List[NDArray[np.int32]]]":
    """Traces outlines.

    Args:
        columns: Stretches of the mask in each column, as ``_rle.stretches`` gives them.

    Returns:
        Polygons: each an outer ring, then the rings of its holes; a ring is int32[N, 2] of x and y. Each is valid by
        OGC Simple Features, and so are all together as a MultiPolygon; pixels that touch only at a corner belong to
        different polygons. The service's polygons are the same.
    """
    edges = _Edges()
    before: List[int] = []
    open_before: List[int] = []
    for x in range(len(columns) + 1):
        after = [row for stretch in columns[x:x + 1] for rows in stretch for row in rows]
        open_before = edges.join_columns(x, before, open_before, after)
        before = after
    owners = edges.split()
    polygons: "List[List[NDArray[np.int32]]]" = [[] for _ in range(max(owners, default=-1) + 1)]
    seen = [False] * len(owners)
    for first, owner in enumerate(owners):
        if not seen[first]:
            # The outer ring of a polygon reaches furthest to the left: it is found before its holes.
            polygons[owner].append(edges.ring(first, seen))
    return polygons


class _Edges:
    """Horizontal edges: their place, the side on which the mask is, and the edge at each end."""

    def __init__(self) -> None:
        self.row: List[int] = []
        self.left: List[int] = []
        self.right: List[int] = []
        self.is_top: List[bool] = []
        self.above: List[int] = []
        """Under each edge where the mask ends: the edge above it, where that stretch of the mask began."""
        self.joined: List[int] = []
        """Two an edge, left and right: twice the other edge's index, plus its side."""
        self.touching: List[Tuple[int, int]] = []
        """Pairs of ends that lie at one place, where two pixels touch at a corner."""

    def join_columns(self, x: int, before: List[int], open_before: List[int], after: List[int]) -> List[int]:
        """Joins edges at the line between two columns; returns those that go on to the right of it."""
        open_after: List[int] = []
        waiting = at_corner = -1
        i = j = 0
        while i < len(before) or j < len(after):
            above = before[i] if i < len(before) else -1
            below = after[j] if j < len(after) else -1
            if above == below and (i ^ j) & 1 == 0:
                open_after.append(open_before[i])
                i, j = i + 1, j + 1
                continue
            touches = above == below
            # At a shared corner the stretch that ends there is closed first, so that the two stay apart.
            if below < 0 or 0 <= above < below or (touches and i & 1):
                edge = open_before[i]
                i += 1
                self.right[edge] = x
                end = 2 * edge + _RIGHT
            else:
                edge = self._open(below, x, j & 1 == 0, open_after[-1] if open_after else -1)
                open_after.append(edge)
                j += 1
                end = 2 * edge + _LEFT
            if waiting < 0:
                waiting = end
            else:
                self._join(waiting, end)
                waiting = -1
            if at_corner >= 0:
                self.touching.append((at_corner, end))
            at_corner = end if touches else -1
        return open_after

    def split(self) -> List[int]:
        """Finds the polygon that each edge bounds, and splits outlines that touch themselves."""
        owners = [-1] * len(self.row)
        count = 0
        for first in range(len(owners)):
            if owners[first] >= 0:
                continue
            # The first edge of an outline is the upper one furthest to the left: at a hole the mask lies above it.
            if self.is_top[first]:
                owner, count = count, count + 1
            else:
                owner = owners[self.above[first]]
            edge = first
            while owners[edge] < 0:
                owners[edge] = owner
                edge = self._next(edge)
        for end, other in self.touching:
            if owners[end >> 1] == owners[other >> 1]:
                there, elsewhere = self.joined[end], self.joined[other]
                self._join(end, elsewhere)
                self._join(other, there)
        return owners

    def ring(self, first: int, seen: List[bool]) -> "NDArray[np.int32]":
        """Follows an outline, the mask to the right of the way."""
        corners: List[Tuple[int, int]] = []
        edge = first
        while not seen[edge]:
            seen[edge] = True
            left, right, row = self.left[edge], self.right[edge], self.row[edge]
            corners += ((left, row), (right, row)) if self.is_top[edge] else ((right, row), (left, row))
            edge = self._next(edge)
        return np.array(corners, np.int32)

    def _open(self, row: int, left: int, is_top: bool, above: int) -> int:
        self.row.append(row)
        self.left.append(left)
        self.right.append(-1)
        self.is_top.append(is_top)
        self.above.append(above)
        self.joined += (-1, -1)
        return len(self.row) - 1

    def _join(self, end: int, other: int) -> None:
        self.joined[end], self.joined[other] = other, end

    def _next(self, edge: int) -> int:
        return self.joined[2 * edge + (_RIGHT if self.is_top[edge] else _LEFT)] >> 1
