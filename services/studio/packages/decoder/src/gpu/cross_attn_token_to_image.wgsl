// A prompt's tokens attend to the image: a workgroup for a token and a head, 32 cells an invocation.

struct Shape {
  /// Numbers of a cell: keys, values, and perhaps queries.
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
var<workgroup> mixes: array<vec4f, 512>;

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
  var most = -3.4e38;
  for (var i = 0u; i < COUNT; i++) {
    let key = (i * 128u + index) * width + first;
    scores[i] = dot(q0, image[key]) + dot(q1, image[key + 1u]) + dot(q2, image[key + 2u]) + dot(q3, image[key + 3u]);
    most = max(most, scores[i]);
  }
  totals[index] = most;
  for (var step = 64u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (index < step) {
      totals[index] = max(totals[index], totals[index + step]);
    }
  }
  most = workgroupUniformLoad(&totals[0]);
  var sum = 0.0;
  var mixed: array<vec4f, 4>;
  for (var i = 0u; i < COUNT; i++) {
    let value = (i * 128u + index) * width + INNER / 4u + first;
    let share = exp(scores[i] - most);
    sum += share;
    mixed[0] += share * image[value];
    mixed[1] += share * image[value + 1u];
    mixed[2] += share * image[value + 2u];
    mixed[3] += share * image[value + 3u];
  }
  totals[index] = sum;
  for (var i = 0u; i < 4u; i++) {
    mixes[i * 128u + index] = mixed[i];
  }
  for (var step = 64u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (index < step) {
      totals[index] += totals[index + step];
      for (var i = 0u; i < 512u; i += 128u) {
        mixes[i + index] += mixes[i + index + step];
      }
    }
  }
  workgroupBarrier();
  if (index < 4u) {
    result[query + index] = mixes[index * 128u] / totals[0];
  }
}
