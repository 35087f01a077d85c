import { claim } from "./grid";
import { maximum } from "./vectorMath";

/// Interpolation along one axis, from low-resolution logits to the image: three weights a pixel
/// (src/masks/AxisTaps.ts).
@unmanaged
export class Axis {
  /// Pixels.
  size!: i32;
  /// Low-resolution values that any pixel reads.
  required!: i32;
  /// [size]: the first of a pixel's three low-resolution values.
  first!: usize;
  /// [3, stride]: the weights of the three values.
  weights!: usize;
  stride!: i32;
  /// [required + 4]: the first pixel with each first value; `size` after the last.
  starts!: usize;
}

/// A mask of the image's size, from low-resolution logits. Interpolation is a weighted mean, so where all values around
/// some pixels have one sign the pixels have it too: only pixels near the mask's edge are interpolated.
@unmanaged
export class RasterPass {
  nextChunk!: i32;
  /// Ranges of columns, which threads claim one by one.
  ranges!: i32;
  /// 1: counts pixels with logits above -1 and above +1; 0: does not, so that fewer pixels are interpolated.
  margin!: i32;
  /// Numbers from one row of logits to the next.
  stride!: i32;
  logits!: usize;
  /// `Axis` of the rows and of the columns.
  rows!: usize;
  columns!: usize;
  /// `ColumnRange` of each range.
  results!: usize;
  /// [ranges, capacity]: pixels, counted down the columns, where the mask begins and ends in turn.
  transitions!: usize;
  capacity!: i32;
  /// `rasterBytes` for each thread.
  scratch!: usize;
}

/// The mask in a range of columns.
@unmanaged
export class ColumnRange {
  /// Transitions, the first one into the mask; -1 where the capacity was too small.
  count!: i32;
  /// Pixels with logits above -1 and above +1: the stability score is their ratio. Undefined with a margin of 0.
  aboveLower!: i32;
  aboveUpper!: i32;
}

// Rows after the last one are copies of it: four groups of three rows are read at a time, six rows past the last.
// @ts-ignore: decorator
@inline
function paddedRows(required: i32): i32 {
  return ((required + 3) & ~3) + 8;
}

/// Scratch of a thread: the columns of the logits that a range reads, their extremes, and one interpolated column.
export function rasterBytes(requiredRows: i32, requiredColumns: i32): i32 {
  return (paddedRows(requiredRows) << 2) * (requiredColumns + 3) + 8 * (requiredColumns + 2);
}

let transitions: usize = 0;
let last: usize = 0;
let margin: f32 = 1;
let isInside: i32 = 0;
let aboveLower: i32 = 0;
let aboveUpper: i32 = 0;

export function runRaster(pass: RasterPass, thread: i32): void {
  const columns = changetype<Axis>(pass.columns);
  const rows = changetype<Axis>(pass.rows);
  const scratch = pass.scratch + thread * rasterBytes(rows.required, columns.required);
  margin = <f32>pass.margin;
  for (
    let range = claim(changetype<usize>(pass)); range < pass.ranges; range = claim(changetype<usize>(pass))
  ) {
    const begin = range * columns.size / pass.ranges;
    const end = (range + 1) * columns.size / pass.ranges;
    transitions = pass.transitions + ((range * pass.capacity) << 2);
    last = transitions;
    isInside = aboveLower = aboveUpper = 0;
    const isWhole = begin >= end
      || addColumns(rows, columns, begin, end, pass.logits, pass.stride, scratch, transitions + (pass.capacity << 2));
    const result = changetype<ColumnRange>(pass.results + range * offsetof<ColumnRange>());
    result.count = isWhole ? <i32>(last - transitions) >> 2 : -1;
    result.aboveLower = aboveLower;
    result.aboveUpper = aboveUpper;
  }
}

function addColumns(
  rows: Axis, columns: Axis, begin: i32, end: i32, logits: usize, stride: i32, scratch: usize, limit: usize,
): bool {
  const firstColumn = load<i32>(columns.first + (begin << 2));
  const lastColumn = load<i32>(columns.first + ((end - 1) << 2)) + 2;
  const bytes = paddedRows(rows.required) << 2;
  const lowest = scratch + (columns.required + 3) * bytes;
  const highest = lowest + ((columns.required + 2) << 2);
  for (let column = firstColumn; column <= lastColumn; column++) {
    // Weights past the last column are zero.
    const from = logits + (min(column, columns.required - 1) << 2);
    const index = column - firstColumn;
    takeColumn(from, stride, rows.required, scratch + index * bytes, lowest, highest, index);
  }
  const values = scratch + (columns.required + 2) * bytes;
  const height = rows.size;
  for (let x = begin; x < end; x++) {
    // A column has no more transitions than pixels.
    if (last + ((height + 1) << 2) > limit) {
      return false;
    }
    const index = load<i32>(columns.first + (x << 2)) - firstColumn;
    const low = lowest + (index << 2);
    const high = highest + (index << 2);
    const origin = x * height;
    if (max(max(load<f32>(high), load<f32>(high, 4)), load<f32>(high, 8)) <= -margin) {
      set(0, origin);
    } else if (min(min(load<f32>(low), load<f32>(low, 4)), load<f32>(low, 8)) > margin) {
      addDecided(1, origin, height);
    } else {
      const weights = columns.weights + (x << 2);
      const weightBytes = columns.stride << 2;
      const a = v128.load32_splat(weights);
      const b = v128.load32_splat(weights + weightBytes);
      const c = v128.load32_splat(weights + 2 * weightBytes);
      const from = scratch + index * bytes;
      for (let at = 0; at < bytes; at += 16) {
        v128.store(values + at, f32x4.add(
          f32x4.add(f32x4.mul(v128.load(from + at), a), f32x4.mul(v128.load(from + bytes + at), b)),
          f32x4.mul(v128.load(from + 2 * bytes + at), c)));
      }
      addColumn(rows, values, origin);
    }
  }
  return true;
}

/// Copies a column of the logits, and writes its smallest and largest value.
function takeColumn(from: usize, stride: i32, count: i32, to: usize, lowest: usize, highest: usize, index: i32): void {
  let low = load<f32>(from);
  let high = low;
  let value = low;
  for (let row = 0; row < count; row++) {
    value = load<f32>(from);
    low = min(low, value);
    high = max(high, value);
    store<f32>(to + (row << 2), value);
    from += stride << 2;
  }
  for (let row = count; row < paddedRows(count); row++) {
    store<f32>(to + (row << 2), value);
  }
  store<f32>(lowest + (index << 2), low);
  store<f32>(highest + (index << 2), high);
}

/// Rasterises one column of the image from the low-resolution rows interpolated there.
function addColumn(rows: Axis, values: usize, origin: i32): void {
  const upper = f32x4.splat(margin);
  const lower = f32x4.neg(upper);
  for (let group = 0; group < rows.required; group += 4) {
    const at = values + (group << 2);
    const first = v128.load(at);
    const second = v128.load(at, 4);
    const third = v128.load(at, 8);
    const highest = maximum(maximum(first, second), third);
    const lowest = f32x4.pmin(f32x4.pmin(first, second), third);
    const outside = i32x4.bitmask(f32x4.le(highest, lower));
    const inside = i32x4.bitmask(f32x4.gt(lowest, upper));
    const starts = rows.starts + (group << 2);
    const begin = load<i32>(starts);
    const end = load<i32>(starts, 16);
    if (begin >= end) {
      continue;
    }
    if (outside === 15) {
      set(0, origin + begin);
    } else if (inside === 15) {
      addDecided(1, origin + begin, end - begin);
    } else {
      for (let i = 0; i < 4; i++) {
        addGroup(rows, at + (i << 2), starts + (i << 2), origin, (outside >> i) & 1, (inside >> i) & 1);
      }
    }
  }
}

function addGroup(rows: Axis, values: usize, starts: usize, origin: i32, isOut: i32, isIn: i32): void {
  const begin = load<i32>(starts);
  const end = load<i32>(starts, 4);
  if (begin >= end) {
    return;
  }
  if (isOut) {
    set(0, origin + begin);
    return;
  }
  if (isIn) {
    addDecided(1, origin + begin, end - begin);
    return;
  }
  const bytes = rows.stride << 2;
  const a = v128.load32_splat(values);
  const b = v128.load32_splat(values, 4);
  const c = v128.load32_splat(values, 8);
  for (let row = begin; row < end; row += 4) {
    const weights = rows.weights + (row << 2);
    const value = f32x4.add(
      f32x4.add(f32x4.mul(v128.load(weights), a), f32x4.mul(v128.load(weights + bytes), b)),
      f32x4.mul(v128.load(weights + 2 * bytes), c));
    const count = min(end - row, 4);
    const there = (1 << count) - 1;
    aboveLower += popcnt(i32x4.bitmask(f32x4.gt(value, f32x4.splat(-margin))) & there);
    aboveUpper += popcnt(i32x4.bitmask(f32x4.gt(value, f32x4.splat(margin))) & there);
    const bits = i32x4.bitmask(f32x4.gt(value, f32x4.splat(0))) & there;
    for (let turns = (bits ^ ((bits << 1) | isInside)) & there; turns !== 0; turns &= turns - 1) {
      store<i32>(last, origin + row + ctz(turns));
      last += 4;
    }
    isInside = (bits >> (count - 1)) & 1;
  }
}

function addDecided(inside: i32, from: i32, count: i32): void {
  set(inside, from);
  aboveLower += count;
  aboveUpper += count;
}

// @ts-ignore: decorator
@inline
function set(inside: i32, at: i32): void {
  if (inside !== isInside) {
    store<i32>(last, at);
    last += 4;
    isInside = inside;
  }
}
