// `cross_attn_token_to_image`: a prompt's tokens attend to the image. A workgroup has one token and one head, an
// invocation 32 cells.

struct Shape {
  /// Numbers of a cell: its keys, values, and queries if there are any.
  width: u32,
}

const COUNT = 32u;

@group(0) @binding(1) var<uniform> shape: Shape;
/// [tokens, 128], already divided by the square root of a head's size.
@group(0) @binding(2) var<storage, read> queries: array<vec4f>;
@group(0) @binding(3) var<storage, read> image: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> result: array<vec4f>;

var<workgroup> totals: array<f32, 128>;
/// [4][128].
var<workgroup> accumulators: array<vec4f, 512>;

@compute @workgroup_size(128)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let first = group.y * SIZE / 4u;
  let query = group.x * INNER / 4u + first;
  let q0 = queries[query];
  let q1 = queries[query + 1u];
  let q2 = queries[query + 2u];
  let q3 = queries[query + 3u];
  let width = shape.width / 4u;
  var scores: array<f32, 32>;
  var max_score = -3.4e38;
  for (var i = 0u; i < COUNT; i++) {
    let key = (i * 128u + index) * width + first;
    scores[i] = dot(q0, image[key]) + dot(q1, image[key + 1u]) + dot(q2, image[key + 2u]) + dot(q3, image[key + 3u]);
    max_score = max(max_score, scores[i]);
  }
  totals[index] = max_score;
  for (var step = 64u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (index < step) {
      totals[index] = max(totals[index], totals[index + step]);
    }
  }
  max_score = workgroupUniformLoad(&totals[0]);
  var sum = 0.0;
  var accumulator: array<vec4f, 4>;
  for (var i = 0u; i < COUNT; i++) {
    let value = (i * 128u + index) * width + INNER / 4u + first;
    let weight = exp(scores[i] - max_score);
    sum += weight;
    accumulator[0] += weight * image[value];
    accumulator[1] += weight * image[value + 1u];
    accumulator[2] += weight * image[value + 2u];
    accumulator[3] += weight * image[value + 3u];
  }
  totals[index] = sum;
  for (var i = 0u; i < 4u; i++) {
    accumulators[i * 128u + index] = accumulator[i];
  }
  for (var step = 64u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (index < step) {
      totals[index] += totals[index + step];
      for (var i = 0u; i < 512u; i += 128u) {
        accumulators[i + index] += accumulators[i + index + step];
      }
    }
  }
  workgroupBarrier();
  if (index < 4u) {
    result[query + index] = accumulators[index * 128u] / totals[0];
  }
}
