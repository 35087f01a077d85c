import { MODEL_SIDE } from "./Geometry";
import { takeTokens, type Tokens, type Workshop } from "./tokens";

/** A prompt in the model's square of 1024 pixels. */
export interface DecodePrompt {
  /** x and y of each point, padding and box corners included. */
  readonly coordinates: readonly number[];
  /** -1 padding, 0 background, 1 foreground, 2 and 3 the corners of a box. */
  readonly labels: readonly number[];
  /** At most four output tokens: 0 for one mask, 1 to 3 for the three of an ambiguous prompt. */
  readonly maskTokens: readonly number[];
}

/** Makes tokens of a prompt. Reference: `PromptEncoder` of prompt_encoder.py, without mask prompts. */
export class PromptEncoder {
  private readonly width: number;
  private readonly frequencies: Float32Array;
  private readonly pointEmbeddings: Float32Array;
  private readonly outputTokens: Float32Array;

  constructor(private readonly shop: Workshop) {
    this.outputTokens = shop.decode.read("output_tokens");
    this.pointEmbeddings = shop.decode.read("point_embeddings");
    this.frequencies = shop.decode.read("positional_encoding");
    this.width = shop.decode.shape("output_tokens")[1];
  }

  /** [T, C]: the score's token, four masks', and the prompt's points. Reference: `_embed_points`. */
  encode({ coordinates, labels }: DecodePrompt): Tokens {
    const { width, outputTokens, pointEmbeddings, shop: { arena } } = this;
    const outputs = outputTokens.length / width;
    const tokens = takeTokens(arena, outputs + labels.length, width);
    const to = arena.view(tokens.at, tokens.count * width);
    to.set(outputTokens);
    for (let point = 0; point < labels.length; point++) {
      const encoding = to.subarray((outputs + point) * width, (outputs + point + 1) * width);
      encoding.fill(0);
      // The padding point has no position.
      if (labels[point] >= 0) {
        this.encodePosition(coordinates[2 * point], coordinates[2 * point + 1], encoding);
      }
      const first = (labels[point] + 1) * width;
      encoding.forEach((value, channel) => (encoding[channel] = value + pointEmbeddings[first + channel]));
    }
    return tokens;
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
