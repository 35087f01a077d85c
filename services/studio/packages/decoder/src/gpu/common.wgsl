// Before every kernel. Numbers are float32; rows of C = 256 channels are 64 vectors of four.

const CHANNELS = 256u;
const HEADS = 8u;
/// Channels of an attention with the image, of all heads and of each.
const INNER = 128u;
const SIZE = 16u;
/// Cells of the grid and of one of its rows.
const CELLS = 4096u;
const SIDE = 64u;
/// Tokens of a prompt at most (GpuDecoder.MOST_TOKENS).
const MOST_TOKENS = 48u;

/// What differs from prompt to prompt.
struct Frame {
  /// Tokens of the prompt: the score's, four masks', points.
  tokens: u32,
  /// Wanted masks, and which output tokens they are.
  masks: u32,
  /// Rows and columns of the grid that hold image.
  rows: u32,
  columns: u32,
  wanted: vec4u,
}

@group(0) @binding(0) var<uniform> frame: Frame;
