// Values of a prompt's tokens after the output projection, head by head: [tokens, 8, C]. They are projected before the
// attention instead of 4096 cells after it.

/// [tokens, 2 x 128]: keys and values.
@group(0) @binding(2) var<storage, read> tokens: array<f32>;
/// [128, C].
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) channel: u32) {
  let first = group.y * SIZE;
  var sum = 0.0;
  for (var i = 0u; i < SIZE; i++) {
    sum += tokens[group.x * 2u * INNER + INNER + first + i] * weight[(first + i) * CHANNELS + channel];
  }
  result[(group.x * HEADS + group.y) * CHANNELS + channel] = sum;
}
