import { GRID_SIDE, PositionalEncoding, type PreparePass } from "../gen/kernels";
import { type KernelContext, padded } from "../kernels/KernelContext";
import type { GraphWeights } from "../model/GraphWeights";

/** Packs the tables of the dense positional encoding (`PositionEmbeddingRandom`); returns the structure's address. */
export function packPositionalEncoding({ arena, decode }: KernelContext): number {
  const frequencies = decode.read("positional_encoding");
  const half = frequencies.length / 2;
  const columns = new Float32Array(2 * half * GRID_SIDE);
  const rows = new Float32Array(2 * half * GRID_SIDE);
  for (let i = 0; i < half; i++) {
    for (let cell = 0; cell < GRID_SIDE; cell++) {
      const centre = 2 * Math.PI * ((2 * (cell + 0.5)) / GRID_SIDE - 1);
      columns[2 * i * GRID_SIDE + cell] = Math.sin(centre * frequencies[i]);
      columns[(2 * i + 1) * GRID_SIDE + cell] = Math.cos(centre * frequencies[i]);
      rows[cell * 2 * half + 2 * i] = Math.sin(centre * frequencies[half + i]);
      rows[cell * 2 * half + 2 * i + 1] = Math.cos(centre * frequencies[half + i]);
    }
  }
  return arena.struct(PositionalEncoding, { columns: arena.put(columns), rows: arena.put(rows), half });
}

/** Weights by which an image is prepared: `no_mask_embed`, and the image-side projections of layer 0. */
export type Layer0Weights =
  Pick<PreparePass, "inner" | "noMask" | "keyWeight" | "valueWeight" | "queryWeight" | "queryBias">;

/** Packs the weights of the `image` graph. */
export function packLayer0Weights({ arena, kernels }: KernelContext, image: GraphWeights): Layer0Weights {
  const layer = "transformer.layers.0";
  const noMask = arena.put(image.read("no_mask_embedding"));
  const [inner] = image.shape(`${layer}.cross_attn_token_to_image.k_proj.weight.transposed`);
  const pack = (name: string) => {
    const [outputs, channels] = image.shape(`${layer}.${name}.weight.transposed`);
    const panels = arena.allocate(4 * padded(outputs) * channels);
    const { mark } = arena;
    const rows = arena.put(image.read(`${layer}.${name}.weight.transposed`));
    kernels.packA(rows, 4 * channels, outputs, 0, channels, panels);
    arena.reset(mark);
    return panels;
  };
  return {
    inner,
    noMask,
    keyWeight: pack("cross_attn_token_to_image.k_proj"),
    valueWeight: pack("cross_attn_token_to_image.v_proj"),
    queryWeight: pack("cross_attn_image_to_token.q_proj"),
    queryBias: arena.put(image.read(`${layer}.cross_attn_image_to_token.q_proj.bias`)),
  };
}
