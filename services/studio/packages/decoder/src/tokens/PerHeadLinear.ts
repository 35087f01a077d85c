import { HEADS, type KernelContext, padded, type Tokens } from "../kernels/KernelContext";
import { packB } from "./packing";

/**
 * A projection of tokens [n, 8 D] to [8 n, C] by a weight of each head: it moves a projection of the image's 4096
 * tokens to the few tokens of the prompt (docs/model.md).
 */
export class PerHeadLinear {
  private readonly weight: number;

  private constructor(
    private readonly context: KernelContext,
    rows: Float32Array,
    private readonly size: number,
    private readonly channels: number,
  ) {
    const part = size * channels;
    // Packed weights are a multiple of what the arena allocates at a time, so they lie one after the other.
    [this.weight] = Array.from(
      { length: HEADS }, (_, head) => packB(context, rows.subarray(head * part, (head + 1) * part), size, channels));
  }

  /** Reads an image-side projection [C, 8 D] and transposes it. */
  static ofImageProjection(context: KernelContext, name: string): PerHeadLinear {
    const weight = context.decode.read(name);
    const [channels, inner] = context.decode.shape(name);
    const rows = Float32Array.from(weight, (_, i) => weight[(i % channels) * inner + Math.floor(i / channels)]);
    return new PerHeadLinear(context, rows, inner / HEADS, channels);
  }

  /** Reads an output projection [8 D, C]. */
  static ofOutputProjection(context: KernelContext, name: string): PerHeadLinear {
    const [inner, channels] = context.decode.shape(name);
    return new PerHeadLinear(context, context.decode.read(name), inner / HEADS, channels);
  }

  /** Projects tokens [n, 8 D] to [8 n, C], head by head. */
  apply(tokens: Tokens): Tokens {
    const { kernels, arena } = this.context;
    const count = HEADS * tokens.count;
    const at = arena.allocate(4 * (count + 3) * this.channels);
    const panels = arena.allocate(4 * padded(tokens.count) * this.size);
    kernels.perHeadLinear(tokens.at, tokens.count, HEADS, this.size, this.weight, this.channels, panels, at);
    return { at, count, width: this.channels };
  }
}
