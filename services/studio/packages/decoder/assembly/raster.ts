import { larger } from "./vectorMath";

/// How an axis of the low-resolution logits becomes one of the picture: three weights a pixel (src/AxisTaps.ts).
@unmanaged
export class Axis {
  /// Pixels.
  size!: i32;
  /// Low-resolution values that any pixel reads.
  required!: i32;
  /// [size]: the first of the three values that a pixel reads.
  first!: usize;
  /// [3, stride]: a pixel's weights.
  weights!: usize;
  stride!: i32;
  /// [required + 4]: where the pixels with the same first value begin; `size` behind the last.
  starts!: usize;
}

/// A mask of the picture's size from low-resolution logits. Interpolation is a weighted mean, so where all values around
/// a stretch of pixels are on one side its pixels are known without being computed: only those near the edge are.
@unmanaged
export class RasterPass {
  next!: i32;
  /// Stretches of columns that threads take one by one.
  stretches!: i32;
  /// 1: pixels above -1 and +1 are counted; 0: they need not be, and most of those near the edge are known too.
  margin!: i32;
  /// Numbers from row to row.
  stride!: i32;
  logits!: usize;
  rows!: usize;
  columns!: usize;
  /// `Stretch` of each.
  results!: usize;
  /// [stretches, capacity]: pixels, counted down the columns, where the mask begins and ends.
  changes!: usize;
  capacity!: i32;
  /// `rasterBytes` for each thread.
  scratch!: usize;
}

/// What was found in a stretch.
@unmanaged
export class Stretch {
  /// Changes, the first one of it into the mask; -1 where the capacity was too small.
  count!: i32;
  /// Pixels with logits above -1 and above +1: the stability score is their ratio. With a margin of 0 neither.
  aboveLower!: i32;
  aboveUpper!: i32;
}

// Rows behind the last one are copies of it: whoever takes four groups of three rows reads six more.
// @ts-ignore: decorator
@inline
function paddedRows(required: i32): i32 {
  return ((required + 3) & ~3) + 8;
}

/// Scratch of a thread: the columns of the logits that a stretch reads, their extremes, and one column of the picture's.
export function rasterBytes(requiredRows: i32, requiredColumns: i32): i32 {
  return (paddedRows(requiredRows) << 2) * (requiredColumns + 3) + 8 * (requiredColumns + 2);
}

let changes: usize = 0;
let last: usize = 0;
let margin: f32 = 1;
let isInside: i32 = 0;
let aboveLower: i32 = 0;
let aboveUpper: i32 = 0;

export function rasterize(pass: RasterPass, thread: i32): void {
  const columns = changetype<Axis>(pass.columns);
  const rows = changetype<Axis>(pass.rows);
  const scratch = pass.scratch + thread * rasterBytes(rows.required, columns.required);
  margin = <f32>pass.margin;
  for (
    let stretch = atomic.add<i32>(changetype<usize>(pass), 1); stretch < pass.stretches;
    stretch = atomic.add<i32>(changetype<usize>(pass), 1)
  ) {
    const begin = stretch * columns.size / pass.stretches;
    const end = (stretch + 1) * columns.size / pass.stretches;
    changes = pass.changes + ((stretch * pass.capacity) << 2);
    last = changes;
    isInside = aboveLower = aboveUpper = 0;
    const isWhole = begin >= end
      || addColumns(rows, columns, begin, end, pass.logits, pass.stride, scratch, changes + (pass.capacity << 2));
    const result = changetype<Stretch>(pass.results + stretch * offsetof<Stretch>());
    result.count = isWhole ? <i32>(last - changes) >> 2 : -1;
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
    // A weight that would read behind the last column is zero.
    const from = logits + (min(column, columns.required - 1) << 2);
    takeColumn(from, stride, rows.required, scratch + (column - firstColumn) * bytes, lowest, highest, column - firstColumn);
  }
  const values = scratch + (columns.required + 2) * bytes;
  const height = rows.size;
  for (let x = begin; x < end; x++) {
    // A column changes no more often than it has pixels.
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

/// Copies a column of the logits and its smallest and largest value.
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

/// One column of the picture, from what its low-resolution rows have there.
function addColumn(rows: Axis, values: usize, origin: i32): void {
  const upper = f32x4.splat(margin);
  const lower = f32x4.neg(upper);
  for (let group = 0; group < rows.required; group += 4) {
    const at = values + (group << 2);
    const first = v128.load(at);
    const second = v128.load(at, 4);
    const third = v128.load(at, 8);
    const highest = larger(larger(first, second), third);
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
