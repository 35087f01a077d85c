// LayerNorm of a prompt's tokens, or of the sum of two.

struct Shape {
  /// 1: of tokens + added; 0: of tokens.
  is_sum: u32,
}

@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> tokens: array<vec4f>;
@group(0) @binding(3) var<storage, read> added: array<vec4f>;
/// Scales, then biases.
@group(0) @binding(4) var<storage, read> weight: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> result: array<vec4f>;

var<workgroup> sums: array<f32, 64>;

fn total(value: f32, index: u32) -> f32 {
  sums[index] = value;
  for (var step = 32u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (index < step) {
      sums[index] += sums[index + step];
    }
  }
  let sum = workgroupUniformLoad(&sums[0]);
  return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let at = group.x * 64u + index;
  var value = tokens[at];
  if (shape.is_sum != 0u) {
    value += added[at];
  }
  let centred = value - total(dot(value, vec4f(1)), index) / 256.0;
  let variance = total(dot(centred, centred), index) / 256.0;
  result[at] = centred * inverseSqrt(variance + 1e-5) * weight[index] + weight[64u + index];
}
