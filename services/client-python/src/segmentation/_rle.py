"""COCO's run lengths: column by column, zeros first, in the text form of pycocotools."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Tuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def decode_counts(text: str) -> "NDArray[np.int64]":
    """Reads run lengths: groups of 5 bits, least first; from the fourth run on differences to the last but one.

    Raises:
        ValueError: The text ends within a number, or has other characters.
    """
    codes = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - 48
    if codes.size == 0:
        return np.zeros(0, np.int64)
    if codes.min() < 0 or codes.max() > 63 or codes[-1] & 0x20:
        raise ValueError("counts: not COCO's compressed run lengths.")
    last = np.flatnonzero((codes & 0x20) == 0)
    first = np.append(0, last[:-1] + 1)
    length = last - first + 1
    if length.max() > 12:
        raise ValueError("counts: not COCO's compressed run lengths.")
    place = np.arange(codes.size) - np.repeat(first, length)
    values = np.add.reduceat((codes & 0x1F) << (5 * place), first)
    values -= ((codes[last] & 0x10) != 0) * (np.int64(1) << (5 * length))  # the sign
    counts = values.copy()
    counts[1::2] = np.cumsum(values[1::2])
    counts[2::2] = np.cumsum(values[2::2])
    if counts.min() < 0:
        raise ValueError("counts: a run has a negative length.")
    return counts


def encode_counts(counts: "NDArray[np.int64]") -> str:
    """Writes run lengths as ``decode_counts`` reads them."""
    values = counts.copy()
    values[3:] -= counts[1:-2]
    text = bytearray()
    for value in values.tolist():
        while True:
            bits = value & 0x1F
            value >>= 5
            if value == (-1 if bits & 0x10 else 0):
                text.append(bits + 48)
                break
            text.append((bits | 0x20) + 48)
    return text.decode("ascii")


def pixels_of(size: Tuple[int, int], counts: "NDArray[np.int64]") -> "NDArray[np.bool_]":
    """Makes the mask, bool[H, W], of its run lengths.

    Raises:
        ValueError: The runs do not fill the size.
    """
    height, width = size
    if counts.sum() != height * width:
        raise ValueError(f"counts: {counts.sum()} pixels for a mask of {height} x {width}.")
    column_major = np.repeat((np.arange(counts.size) & 1).astype(np.bool_), counts)
    return np.ascontiguousarray(column_major.reshape(width, height).T)


def counts_of(mask: "NDArray[np.bool_]") -> "NDArray[np.int64]":
    """Run lengths of a mask, bool[H, W]."""
    flat = mask.T.reshape(-1)
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts: "NDArray[np.int64]" = np.diff(np.append(edges, flat.size), prepend=0)
    return np.append(0, counts) if flat.size and flat[0] else counts


def stretches(height: int, counts: List[int]) -> List[List[Tuple[int, int]]]:
    """Stretches of the mask in each column: first row, and the row behind the last."""
    columns: List[List[Tuple[int, int]]] = []
    position = 0
    for index, count in enumerate(counts):
        end = position + count
        if index & 1:
            while position < end:
                column, top = divmod(position, height)
                bottom = min(height, top + end - position)
                while len(columns) <= column:
                    columns.append([])
                if columns[column] and columns[column][-1][1] == top:
                    columns[column][-1] = (columns[column][-1][0], bottom)
                else:
                    columns[column].append((top, bottom))
                position += bottom - top
        position = end
    return columns
