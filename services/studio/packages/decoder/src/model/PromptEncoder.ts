import { GRID_SIDE, MODEL_SIDE } from "./Geometry";
import type { GraphWeights } from "./GraphWeights";

/** A prompt in the model's square of 1024 pixels. */
export interface DecodePrompt {
  /** x and y of each point, padding and box corners included. */
  readonly coordinates: readonly number[];
  /** -1 padding, 0 background, 1 foreground, 2 and 3 the corners of a box. */
  readonly labels: readonly number[];
  /** At most four output tokens: 0 for one mask, 1 to 3 for the three of an ambiguous prompt. */
  readonly maskTokens: readonly number[];
  /** [256, 256] logits of a mask over the image with its longest side scaled to 256, usually of an earlier answer. */
  readonly mask?: Float32Array;
  /** True for all 256 x 256 logits, which a mask prompt takes; false for those that the image covers. */
  readonly isWhole?: boolean;
}

/** Encodes points and boxes as tokens. Reference: `PromptEncoder` of prompt_encoder.py. Masks: `MaskPromptEncoder`. */
export class PromptEncoder {
  /** C. */
  readonly width: number;
  private readonly frequencies: Float32Array;
  private readonly pointEmbeddings: Float32Array;
  private readonly outputTokens: Float32Array;

  constructor(decode: GraphWeights) {
    this.outputTokens = decode.read("output_tokens");
    this.pointEmbeddings = decode.read("point_embeddings");
    this.frequencies = decode.read("positional_encoding");
    this.width = decode.shape("output_tokens")[1];
  }

  /** Tokens of a prompt with so many points. */
  count(points: number): number {
    return this.outputTokens.length / this.width + points;
  }

  /** Writes the tokens [T, C]: the IoU token, four mask tokens, and the points. Reference: `_embed_points`. */
  encode({ coordinates, labels }: DecodePrompt, to: Float32Array): void {
    const { width, outputTokens, pointEmbeddings } = this;
    to.set(outputTokens);
    for (let point = 0; point < labels.length; point++) {
      const encoding = to.subarray(this.count(point) * width, this.count(point + 1) * width);
      encoding.fill(0);
      // The padding point has no position.
      if (labels[point] >= 0) {
        this.encodePosition(coordinates[2 * point], coordinates[2 * point + 1], encoding);
      }
      const first = (labels[point] + 1) * width;
      encoding.forEach((value, channel) => (encoding[channel] = value + pointEmbeddings[first + channel]));
    }
  }

  /** The dense positional encoding, of the centres of the grid's cells: [64 x 64, C]. Reference: `get_dense_pe`. */
  gridPositions(): Float32Array {
    const { width } = this;
    const side = MODEL_SIDE / GRID_SIDE;
    // `encodePosition` adds half a pixel, which points need and the centres of cells do not.
    const centre = (cell: number) => (cell + 0.5) * side - 0.5;
    const positions = new Float32Array(GRID_SIDE * GRID_SIDE * width);
    for (let cell = 0; cell < GRID_SIDE * GRID_SIDE; cell++) {
      const [x, y] = [centre(cell % GRID_SIDE), centre(Math.floor(cell / GRID_SIDE))];
      this.encodePosition(x, y, positions.subarray(cell * width, (cell + 1) * width));
    }
    return positions;
  }

  /** Sine and cosine of 2 pi times (x, y) in [-1, 1] times random frequencies. */
  private encodePosition(x: number, y: number, encoding: Float32Array): void {
    const { frequencies } = this;
    const half = frequencies.length / 2;
    const [across, down] = [x, y].map((value) => (2 * (value + 0.5)) / MODEL_SIDE - 1);
    for (let i = 0; i < half; i++) {
      const angle = 2 * Math.PI * (across * frequencies[i] + down * frequencies[half + i]);
      encoding[i] = Math.sin(angle);
      encoding[half + i] = Math.cos(angle);
    }
  }
}
