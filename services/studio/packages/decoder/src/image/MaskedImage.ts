import { packColumns } from "../tokens/Linear";
import type { MaskChange, MaskEmbedding } from "../model/MaskPromptEncoder";
import { GRID_SIDE } from "../model/Geometry";
import { Pass } from "../kernels/Threads";
import { ROW, type Workshop } from "../kernels/KernelContext";

/** Addresses of what prompts on an image read: [64][C, 64] tokens, [64][inner, 64] keys, values and queries of layer 0. */
export type PreparedImage = Readonly<Record<"tokens" | "keys" | "values" | "queries", number>>;

const TENSORS = ["tokens", "keys", "values", "queries"] as const;

/** Puts a mask prompt in the place of none: an image's prepared tensors are changed by narrow products (docs/model.md). */
export class MaskedImage {
  private readonly changes: readonly { readonly weight: number; readonly bias: number; readonly outputs: number }[];

  constructor(private readonly shop: Workshop, private readonly embedding: MaskEmbedding) {
    this.changes = TENSORS.map((tensor) => {
      const { weight, bias }: MaskChange = embedding[tensor];
      return { weight: packColumns(shop, weight), bias: shop.arena.put(bias), outputs: weight.columns };
    });
  }

  /** The image with a mask of [256, 256] logits; it lasts as long as what the arena gives now. */
  apply(logits: Float32Array, image: PreparedImage): PreparedImage {
    const { arena, threads } = this.shop;
    const dense = arena.put(this.embedding.downscale(logits));
    const masked = this.changes.map(({ outputs }) => arena.take(GRID_SIDE * outputs * ROW));
    const changes = arena.struct(...this.changes.flatMap(({ weight, bias, outputs }, i) =>
      [weight, bias, outputs, image[TENSORS[i]], masked[i]]));
    threads.run(Pass.Mask, dense, this.embedding.channels, changes, this.changes.length);
    const [tokens, keys, values, queries] = masked;
    return { tokens, keys, values, queries };
  }
}
