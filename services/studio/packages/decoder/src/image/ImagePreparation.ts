import { GRID_SIDE } from "../model/Geometry";
import type { GraphWeights } from "../model/GraphWeights";
import { padded, type Workshop } from "../kernels/KernelContext";

/** `Positions` of assembly/grid.ts. */
export function packPositions({ arena, decode }: Workshop): number {
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
  return arena.struct(arena.put(columns), arena.put(rows), half);
}

/** Fields of `Preparation` of assembly/preparation.ts, from `noMask` to `queryBias`. */
export function packProjections({ arena, kernels }: Workshop, image: GraphWeights): { inner: number; fields: number[] } {
  const layer = "transformer.layers.0";
  const names = ["cross_attn_token_to_image.k_proj", "cross_attn_token_to_image.v_proj", "cross_attn_image_to_token.q_proj"];
  const noMask = arena.put(image.read("no_mask_embedding"));
  const [inner] = image.shape(`${layer}.${names[0]}.weight.transposed`);
  const projections = names.map((name) => {
    const [outputs, channels] = image.shape(`${layer}.${name}.weight.transposed`);
    const panels = arena.take(4 * padded(outputs) * channels);
    const { mark } = arena;
    const rows = arena.put(image.read(`${layer}.${name}.weight.transposed`));
    kernels.packRows(rows, 4 * channels, outputs, 0, channels, panels);
    arena.reset(mark);
    return panels;
  });
  const bias = arena.put(image.read(`${layer}.${names[2]}.bias`));
  return { inner, fields: [noMask, ...projections, bias] };
}
