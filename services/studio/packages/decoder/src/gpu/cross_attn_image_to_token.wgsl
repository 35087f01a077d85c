// `cross_attn_image_to_token` and `norm4`: the image attends to a prompt's tokens. A workgroup has eight cells.

const COUNT = 8u;

/// [cells, 3 x 128]: keys, values, queries.
@group(0) @binding(2) var<storage, read> image: array<vec4f>;
/// [tokens, 2 x 128]: keys, already divided by the square root of a head's size, and values.
@group(0) @binding(3) var<storage, read> tokens: array<vec4f>;
/// [tokens, 8, C], from per_head_values.wgsl.
@group(0) @binding(4) var<storage, read> values: array<vec4f>;
/// [cells, C].
@group(0) @binding(5) var<storage, read> before: array<vec4f>;
/// The output projection's bias, the norm's scale, the norm's bias, [C] each.
@group(0) @binding(6) var<storage, read> weight: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> result: array<vec4f>;

/// [MAX_TOKENS, 8 heads][8 cells].
var<workgroup> attention: array<f32, 3072>;
/// [64][8 cells].
var<workgroup> sums: array<vec4f, 128>;

/// Sums a number for each of the eight cells over all invocations.
fn total(first: vec4f, second: vec4f, index: u32) {
  workgroupBarrier();
  sums[2u * index] = first;
  sums[2u * index + 1u] = second;
  for (var step = 32u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (index < step) {
      sums[2u * index] += sums[2u * (index + step)];
      sums[2u * index + 1u] += sums[2u * (index + step) + 1u];
    }
  }
  workgroupBarrier();
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) index: u32) {
  let first_cell = group.x * COUNT;
  attend(first_cell + index % COUNT, index / COUNT, index);
  workgroupBarrier();

  var cells: array<vec4f, 8>;
  for (var cell = 0u; cell < COUNT; cell++) {
    cells[cell] = before[(first_cell + cell) * 64u + index] + weight[index];
  }
  for (var row = 0u; row < frame.tokens * HEADS; row++) {
    let value = values[row * 64u + index];
    for (var cell = 0u; cell < COUNT; cell++) {
      cells[cell] += attention[row * COUNT + cell] * value;
    }
  }

  let ones = vec4f(1);
  total(
    vec4f(dot(cells[0], ones), dot(cells[1], ones), dot(cells[2], ones), dot(cells[3], ones)),
    vec4f(dot(cells[4], ones), dot(cells[5], ones), dot(cells[6], ones), dot(cells[7], ones)), index);
  var means = array<vec4f, 2>(sums[0] / 256.0, sums[1] / 256.0);
  for (var cell = 0u; cell < COUNT; cell++) {
    cells[cell] -= means[cell / 4u][cell % 4u];
  }
  total(
    vec4f(dot(cells[0], cells[0]), dot(cells[1], cells[1]), dot(cells[2], cells[2]), dot(cells[3], cells[3])),
    vec4f(dot(cells[4], cells[4]), dot(cells[5], cells[5]), dot(cells[6], cells[6]), dot(cells[7], cells[7])), index);
  var factors = array<vec4f, 2>(
    inverseSqrt(sums[0] / 256.0 + 1e-5), inverseSqrt(sums[1] / 256.0 + 1e-5));
  for (var cell = 0u; cell < COUNT; cell++) {
    let factor = factors[cell / 4u][cell % 4u];
    result[(first_cell + cell) * 64u + index] = cells[cell] * factor * weight[64u + index] + weight[128u + index];
  }
}

/// Computes the attention weights of a cell over the tokens, of one head.
fn attend(cell: u32, head: u32, index: u32) {
  let query = (cell * 3u * INNER + 2u * INNER + head * SIZE) / 4u;
  let q0 = image[query];
  let q1 = image[query + 1u];
  let q2 = image[query + 2u];
  let q3 = image[query + 3u];
  var max_score = -3.4e38;
  for (var token = 0u; token < frame.tokens; token++) {
    let key = (token * 2u * INNER + head * SIZE) / 4u;
    let score =
      dot(q0, tokens[key]) + dot(q1, tokens[key + 1u]) + dot(q2, tokens[key + 2u]) + dot(q3, tokens[key + 3u]);
    attention[(token * HEADS + head) * COUNT + index % COUNT] = score;
    max_score = max(max_score, score);
  }
  var sum = 0.0;
  for (var token = 0u; token < frame.tokens; token++) {
    let at = (token * HEADS + head) * COUNT + index % COUNT;
    attention[at] = exp(attention[at] - max_score);
    sum += attention[at];
  }
  for (var token = 0u; token < frame.tokens; token++) {
    attention[(token * HEADS + head) * COUNT + index % COUNT] /= sum;
  }
}
