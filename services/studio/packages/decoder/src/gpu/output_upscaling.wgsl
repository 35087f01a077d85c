// `MaskDecoder.output_upscaling` after its first transposed convolution: LayerNorm, GELU, the second one, GELU; then
// the products with the hypernetworks' outputs. A workgroup computes four cells, 4 quarters of 4 pixels each.

const COUNT = 16u;
const MIDDLE = 64u;
const LAST = 32u;
const OUTPUTS = 128u;

/// [cells, 4 quarters, 64].
@group(0) @binding(2) var<storage, read> features: array<f32>;
/// The norm's scale and bias, [64] each, and the second convolution's bias, [32].
@group(0) @binding(3) var<storage, read> norm_and_bias: array<f32>;
/// [64, 4 pixels, 32].
@group(0) @binding(4) var<storage, read> weight: array<f32>;
/// `hyper_in` of all four mask tokens, [4, 32].
@group(0) @binding(5) var<storage, read> hyper_in: array<f32>;
/// [masks, 4 rows, 4 columns].
@group(0) @binding(6) var<storage, read_write> logits: array<f32>;

/// [16][64].
var<workgroup> inner: array<f32, 1024>;
/// [16][4 pixels, 32].
var<workgroup> pixels: array<f32, 2048>;
var<workgroup> sums: array<f32, 128>;

/// x/2 (1 + erf(x/sqrt 2)), to 2e-7; the polynomial of assembly/vectorMath.ts.
fn gelu(x: f32) -> f32 {
  let a = min(abs(x), 5.8);
  var q = -4.278601595e-06;
  q = q * a + 1.279656075e-05;
  q = q * a + 5.757934980e-04;
  q = q * a - 7.670799247e-03;
  q = q * a + 5.294858112e-02;
  q = q * a + 4.590439211e-01;
  q = q * a + 1.151126930;
  return max(x, 0.0) - a * exp2(-1.0 - a * q);
}

/// Sums over the eight invocations that share a quarter.
fn total(value: f32, index: u32) -> f32 {
  workgroupBarrier();
  sums[index] = value;
  workgroupBarrier();
  let first = index & ~7u;
  var sum = 0.0;
  for (var i = 0u; i < 8u; i++) {
    sum += sums[first + i];
  }
  return sum;
}

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let item = index / 8u;
  let first = (index % 8u) * 8u;
  var own: array<f32, 8>;
  var sum = 0.0;
  for (var i = 0u; i < 8u; i++) {
    own[i] = features[(group.x * COUNT + item) * MIDDLE + first + i];
    sum += own[i];
  }
  let mean = total(sum, index) / 64.0;
  sum = 0.0;
  for (var i = 0u; i < 8u; i++) {
    own[i] -= mean;
    sum += own[i] * own[i];
  }
  let factor = inverseSqrt(total(sum, index) / 64.0 + 1e-6);
  for (var i = 0u; i < 8u; i++) {
    inner[item * MIDDLE + first + i] =
      gelu(own[i] * factor * norm_and_bias[first + i] + norm_and_bias[MIDDLE + first + i]);
  }
  workgroupBarrier();

  var values: array<f32, 16>;
  let bias = norm_and_bias[2u * MIDDLE + index % LAST];
  for (var i = 0u; i < COUNT; i++) {
    values[i] = bias;
  }
  for (var k = 0u; k < MIDDLE; k++) {
    let by = weight[k * OUTPUTS + index];
    for (var i = 0u; i < COUNT; i++) {
      values[i] += inner[i * MIDDLE + k] * by;
    }
  }
  for (var i = 0u; i < COUNT; i++) {
    pixels[i * OUTPUTS + index] = gelu(values[i]);
  }
  workgroupBarrier();

  // 64 pixels a mask; quarter (a, b) and pixel (c, d) of cell x lie in row 2a + c at 4x + 2b + d.
  for (var i = index; i < 64u * frame.masks; i += 128u) {
    let pixel = i % 64u;
    let mask = i / 64u;
    let token = frame.wanted[mask];
    var value = 0.0;
    for (var k = 0u; k < LAST; k++) {
      value += pixels[pixel * LAST + k] * hyper_in[token * LAST + k];
    }
    let cell = group.x * 4u + pixel / 16u;
    let quarter = pixel / 4u % 4u;
    let row = 4u * (cell / SIDE) + 2u * (quarter / 2u) + pixel % 4u / 2u;
    let column = 4u * (cell % SIDE) + 2u * (quarter % 2u) + pixel % 2u;
    if (column < 4u * frame.columns) {
      logits[(mask * 4u * frame.rows + row) * 4u * frame.columns + column] = value;
    }
  }
}
