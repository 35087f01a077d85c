// Comes before every kernel. Numbers are float32; a row of C = 256 channels is 64 vectors of four. bindings.mjs reads
// the structures and buffers of this folder and writes their TypeScript side (src/gen/shaders.ts).

const CHANNELS = 256u;
const HEADS = 8u;
/// Channels of keys, values and queries of a cross attention: of all heads, and of each.
const INNER = 128u;
const SIZE = 16u;
/// Cells of the grid and of one of its rows.
const CELLS = 4096u;
const SIDE = 64u;
/// Tokens that a prompt may have.
const MAX_TOKENS = 48u;

/// Uniforms that differ from prompt to prompt.
struct Frame {
  /// Tokens of the prompt: the IoU token, four mask tokens, points.
  tokens: u32,
  /// Number of wanted masks.
  masks: u32,
  /// Rows and columns of the grid that hold image.
  rows: u32,
  columns: u32,
  /// Mask tokens of the wanted masks.
  wanted: vec4u,
}

@group(0) @binding(0) var<uniform> frame: Frame;
