/// a b + c. One rounding where the module is built with relaxed SIMD and the processor can, two otherwise.
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return f32x4.relaxed_madd(a, b, c);
  }
  return f32x4.add(f32x4.mul(a, b), c);
}

/// c - a b, rounded as `madd`.
// @ts-ignore: decorator
@inline
function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) {
    return f32x4.relaxed_nmadd(a, b, c);
  }
  return f32x4.sub(c, f32x4.mul(a, b));
}

/// The maximum of numbers that are not NaN.
// @ts-ignore: decorator
@inline
export function maximum(a: v128, b: v128): v128 {
  return f32x4.pmax(a, b);
}

// The polynomials of the server's VectorMath. Callers take four vectors at a time: browsers load every constant anew
// where it is used, which takes as long as the arithmetic on one vector.

/// 2 to the x, for x from -126 to 127.
// @ts-ignore: decorator
@inline
function exp2(x: v128): v128 {
  // Adding and subtracting 1.5 x 2^23 rounds to an integer, whose bits are then the low ones of the sum.
  const shift = f32x4.splat(12582912);
  const shifted = f32x4.add(x, shift);
  const rest = f32x4.sub(x, f32x4.sub(shifted, shift));
  let power = f32x4.splat(1.327640989e-03);
  power = madd(power, rest, f32x4.splat(9.675540837e-03));
  power = madd(power, rest, f32x4.splat(5.550713466e-02));
  power = madd(power, rest, f32x4.splat(2.402211974e-01));
  power = madd(power, rest, f32x4.splat(6.931469669e-01));
  power = madd(power, rest, f32x4.splat(1.000000072));
  return i32x4.add(power, i32x4.shl(shifted, 23));
}

/// e to the x up to 88, to 2e-7 of it near zero; below -87 a number near zero.
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return exp2(maximum(f32x4.mul(x, f32x4.splat(1.442695041)), f32x4.splat(-126)));
}

/// x/2 (1 + erf(x/sqrt 2)), to 2e-7.
// @ts-ignore: decorator
@inline
function gelu(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), f32x4.splat(5.8));
  let q = f32x4.splat(-4.278601595e-06);
  q = madd(q, a, f32x4.splat(1.279656075e-05));
  q = madd(q, a, f32x4.splat(5.757934980e-04));
  q = madd(q, a, f32x4.splat(-7.670799247e-03));
  q = madd(q, a, f32x4.splat(5.294858112e-02));
  q = madd(q, a, f32x4.splat(4.590439211e-01));
  q = madd(q, a, f32x4.splat(1.151126930));
  // From -1 to -27.
  const exponent = nmadd(a, q, f32x4.splat(-1));
  return nmadd(a, exp2(exponent), maximum(x, f32x4.splat(0)));
}

/// GELU, in place, of the first columns of rows `stride` bytes apart; columns are rounded up to a multiple of 16.
export function applyGelu(values: usize, rows: i32, stride: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    const end = values + (columns << 2);
    for (let at = values; at < end; at += 64) {
      const a = gelu(v128.load(at));
      const b = gelu(v128.load(at, 16));
      const c = gelu(v128.load(at, 32));
      const d = gelu(v128.load(at, 48));
      v128.store(at, a);
      v128.store(at, b, 16);
      v128.store(at, c, 32);
      v128.store(at, d, 48);
    }
    values += stride;
  }
}
