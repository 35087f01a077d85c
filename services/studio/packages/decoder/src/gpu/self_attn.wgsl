// `self_attn`: a prompt's tokens attend to each other, 8 heads of 32 channels. A workgroup has one token.

const HEAD_SIZE = 32u;

/// [tokens, 3 C]: queries, already divided by the square root of a head's size, keys, values.
@group(0) @binding(2) var<storage, read> projected: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

/// [8 heads][MAX_TOKENS].
var<workgroup> scores: array<f32, 384>;

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let first = local.y * HEAD_SIZE;
  let query = group.x * 3u * CHANNELS + first;
  let row = local.y * MAX_TOKENS;
  for (var token = local.x; token < frame.tokens; token += HEAD_SIZE) {
    let key = token * 3u * CHANNELS + CHANNELS + first;
    var score = 0.0;
    for (var i = 0u; i < HEAD_SIZE; i++) {
      score += projected[query + i] * projected[key + i];
    }
    scores[row + token] = score;
  }
  workgroupBarrier();
  var max_score = scores[row];
  for (var token = 1u; token < frame.tokens; token++) {
    max_score = max(max_score, scores[row + token]);
  }
  var sum = 0.0;
  var accumulator = 0.0;
  for (var token = 0u; token < frame.tokens; token++) {
    let weight = exp(scores[row + token] - max_score);
    sum += weight;
    accumulator += weight * projected[token * 3u * CHANNELS + 2u * CHANNELS + first + local.x];
  }
  result[group.x * CHANNELS + first + local.x] = accumulator / sum;
}
