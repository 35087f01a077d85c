// Image tokens x0 [cells, C] from an embedding [C, cells]: transposed, plus `no_mask_embed`.

@group(0) @binding(2) var<storage, read> embedding: array<f32>;
@group(0) @binding(3) var<storage, read> no_mask: array<f32>;
@group(0) @binding(4) var<storage, read_write> tokens: array<f32>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) channel: u32) {
  let cell = group.x;
  tokens[cell * CHANNELS + channel] = embedding[channel * CELLS + cell] + no_mask[channel];
}
