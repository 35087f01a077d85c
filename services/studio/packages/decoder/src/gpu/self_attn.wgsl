// A prompt's tokens attend to each other: 8 heads of 32 channels. A workgroup for a token.

const WIDE = 32u;

/// [tokens, 3 C]: queries, already divided by the square root of a head's size, keys, values.
@group(0) @binding(2) var<storage, read> projected: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

/// [8 heads][MOST_TOKENS].
var<workgroup> scores: array<f32, 384>;

@compute @workgroup_size(32, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let first = local.y * WIDE;
  let query = group.x * 3u * CHANNELS + first;
  let row = local.y * MOST_TOKENS;
  for (var token = local.x; token < frame.tokens; token += WIDE) {
    let key = token * 3u * CHANNELS + CHANNELS + first;
    var score = 0.0;
    for (var i = 0u; i < WIDE; i++) {
      score += projected[query + i] * projected[key + i];
    }
    scores[row + token] = score;
  }
  workgroupBarrier();
  var most = scores[row];
  for (var token = 1u; token < frame.tokens; token++) {
    most = max(most, scores[row + token]);
  }
  var sum = 0.0;
  var mixed = 0.0;
  for (var token = 0u; token < frame.tokens; token++) {
    let share = exp(scores[row + token] - most);
    sum += share;
    mixed += share * projected[token * 3u * CHANNELS + 2u * CHANNELS + first + local.x];
  }
  result[group.x * CHANNELS + first + local.x] = mixed / sum;
}
