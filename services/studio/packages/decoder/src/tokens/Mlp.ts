import type { KernelContext, Tokens } from "../kernels/KernelContext";
import { Linear } from "./Linear";

/** `MLP` of mask_decoder.py: three linear layers with ReLU between them, of one token. */
export class Mlp {
  private readonly layers: readonly Linear[];

  constructor(context: KernelContext, name: string) {
    this.layers = [0, 1, 2].map((layer) => Linear.read(context, `${name}.layers.${layer}`));
  }

  /** Outputs, rounded up to a multiple of eight. */
  get outputs(): number {
    return this.layers[this.layers.length - 1].outputs;
  }

  /** Applies the layers to one of some tokens; returns the address of the outputs. */
  apply({ at, width }: Tokens, token: number): number {
    return this.layers.reduce<Tokens>(
      (value, layer, index) => layer.apply(value, index < this.layers.length - 1),
      { at: at + 4 * token * width, count: 1, width }).at;
  }
}
