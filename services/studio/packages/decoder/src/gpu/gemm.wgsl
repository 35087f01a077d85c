// result = left [M, K] right [K, N] + added, [M, N] or one row for all. M and N are multiples of 64, K of 16.

struct Shape {
  depth: u32,
  outputs: u32,
  /// Stride of the rows of `added`: the outputs, or 0 for one row.
  added_stride: u32,
}

const TILE = 64u;
const DEPTH = 16u;

@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> left: array<vec4f>;
@group(0) @binding(3) var<storage, read> right: array<vec4f>;
@group(0) @binding(4) var<storage, read> added: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> result: array<vec4f>;

/// [DEPTH][TILE].
var<workgroup> left_tile: array<f32, 1024>;
var<workgroup> right_tile: array<vec4f, 256>;

// A workgroup computes a tile of 64 x 64, an invocation 4 x 4 of it.
@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let first_row = group.y * TILE;
  let depth = shape.depth / 4u;
  let outputs = shape.outputs / 4u;
  let column = group.x * 16u + local.x;
  var sums: array<vec4f, 4>;
  for (var row = 0u; row < 4u; row++) {
    sums[row] = added[(first_row + 4u * local.y + row) * (shape.added_stride / 4u) + column];
  }
  for (var first = 0u; first < shape.depth; first += DEPTH) {
    let value = left[(first_row + index / 4u) * depth + first / 4u + index % 4u];
    let to = (index % 4u) * 4u * TILE + index / 4u;
    left_tile[to] = value.x;
    left_tile[to + TILE] = value.y;
    left_tile[to + 2u * TILE] = value.z;
    left_tile[to + 3u * TILE] = value.w;
    right_tile[index] = right[(first + local.y) * outputs + column];
    workgroupBarrier();
    for (var k = 0u; k < DEPTH; k++) {
      let factor = right_tile[k * 16u + local.x];
      let at = k * TILE + 4u * local.y;
      sums[0] += left_tile[at] * factor;
      sums[1] += left_tile[at + 1u] * factor;
      sums[2] += left_tile[at + 2u] * factor;
      sums[3] += left_tile[at + 3u] * factor;
    }
    workgroupBarrier();
  }
  for (var row = 0u; row < 4u; row++) {
    result[(first_row + 4u * local.y + row) * outputs + column] = sums[row];
  }
}
