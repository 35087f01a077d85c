// A linear layer of a prompt's tokens. A workgroup has 64 outputs of one token; four invocations share the inputs of
// each.

struct Shape {
  inputs: u32,
  outputs: u32,
  /// Number of outputs, the first ones, that are of tokens plus the prompt's positional encoding.
  of_positioned: u32,
  relu: u32,
  /// The first token that is read; results begin with row 0.
  first: u32,
  /// 1: each token has weights of its own, one after the other; 0: all share one weight.
  own: u32,
}

@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> tokens: array<f32>;
@group(0) @binding(3) var<storage, read> prompt: array<f32>;
/// [inputs, outputs], and the bias as one more row.
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read_write> result: array<f32>;

var<workgroup> sums: array<f32, 256>;

@compute @workgroup_size(64, 4)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let output = group.x * 64u + local.x;
  let token = group.y;
  let input = (shape.first + token) * shape.inputs;
  let layer = token * shape.own * (shape.inputs + 1u) * shape.outputs;
  let share = shape.inputs / 4u;
  var sum = 0.0;
  if (output < shape.outputs) {
    let end = (local.y + 1u) * share;
    if (output < shape.of_positioned) {
      for (var i = local.y * share; i < end; i++) {
        sum += (tokens[input + i] + prompt[input + i]) * weight[layer + i * shape.outputs + output];
      }
    } else {
      for (var i = local.y * share; i < end; i++) {
        sum += tokens[input + i] * weight[layer + i * shape.outputs + output];
      }
    }
  }
  sums[index] = sum;
  workgroupBarrier();
  if (local.y == 0u && output < shape.outputs) {
    let bias = weight[layer + shape.inputs * shape.outputs + output];
    let value = sums[index] + sums[index + 64u] + sums[index + 128u] + sums[index + 192u] + bias;
    result[token * shape.outputs + output] = select(value, max(value, 0.0), shape.relu != 0u);
  }
}
