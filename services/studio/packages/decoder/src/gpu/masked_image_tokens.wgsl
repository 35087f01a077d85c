// Image tokens [cells, C] from an embedding [C, cells] and a mask prompt, whose last convolution (1x1) is applied here.

struct Shape {
  /// Channels of the dense prompt.
  depth: u32,
}

@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> embedding: array<f32>;
/// [64 rows][depth, 64 columns].
@group(0) @binding(3) var<storage, read> dense: array<f32>;
/// [depth, C], and the bias as one more row.
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read_write> tokens: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) channel: u32) {
  let cell = group.x;
  let first = (cell / SIDE) * shape.depth * SIDE + cell % SIDE;
  var sum = embedding[channel * CELLS + cell] + weight[shape.depth * CHANNELS + channel];
  for (var i = 0u; i < shape.depth; i++) {
    sum += dense[first + i * SIDE] * weight[i * CHANNELS + channel];
  }
  tokens[cell * CHANNELS + channel] = sum;
}
