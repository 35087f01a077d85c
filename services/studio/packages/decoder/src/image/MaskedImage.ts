import { GRID_SIDE, MaskPromptPass, MaskPromptUpdate } from "../gen/kernels";
import { type KernelContext, ROW_BYTES } from "../kernels/KernelContext";
import type { MaskPromptEncoder } from "../model/MaskPromptEncoder";
import { packTransposedA } from "../tokens/packing";

/** Addresses of prepared tensors: image tokens x0 [64][C, 64]; keys, values, queries of layer 0 [64][inner, 64]. */
export type PreparedImage = Readonly<Record<"tokens" | "keys" | "values" | "queries", number>>;

const TENSORS = ["tokens", "keys", "values", "queries"] as const;

/** Exchanges `no_mask_embed` for a mask prompt in the prepared tensors, by products of rank 16 (docs/model.md). */
export class MaskedImage {
  private readonly updates: readonly Pick<MaskPromptUpdate, "weight" | "bias" | "outputs">[];

  constructor(private readonly context: KernelContext, private readonly encoder: MaskPromptEncoder) {
    this.updates = TENSORS.map((tensor) => {
      const { weight, bias } = encoder[tensor];
      return { weight: packTransposedA(context, weight), bias: context.arena.put(bias), outputs: weight.columns };
    });
  }

  /** The image with a mask of [256, 256] logits; valid until the arena is reset. */
  apply(logits: Float32Array, image: PreparedImage): PreparedImage {
    const { arena, threads } = this.context;
    const dense = arena.put(this.encoder.downscale(logits));
    const masked = this.updates.map(({ outputs }) => arena.allocate(GRID_SIDE * outputs * ROW_BYTES));
    const updates = arena.structs(
      MaskPromptUpdate, this.updates.map((update, i) => ({ ...update, input: image[TENSORS[i]], output: masked[i] })));
    threads.run(MaskPromptPass, { dense, channels: this.encoder.channels, updates, count: this.updates.length });
    const [tokens, keys, values, queries] = masked;
    return { tokens, keys, values, queries };
  }
}
