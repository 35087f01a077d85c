import type { GraphWeights } from "../model/GraphWeights";
import { WeightMatrix } from "../model/WeightMatrix";

/**
 * The bias of an attention's output projection plus the projected bias of its values: attention weights sum to one, so
 * a constant part of all values passes through the attention unchanged.
 */
export function withValueBias(decode: GraphWeights, name: string, bias: Float32Array): Float32Array {
  const [weight, own] = ["out_proj.weight", "out_proj.bias"].map((part) => decode.read(`${name}.${part}`));
  return new WeightMatrix(weight, bias.length).multiply(bias).map((value, i) => value + own[i]);
}
