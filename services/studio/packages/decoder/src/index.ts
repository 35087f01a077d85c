export { hasRelaxedSimd } from "./features";
export { type DecodedMasks, type DecodePrompt, type DecoderParts, MaskDecoder } from "./MaskDecoder";
export { help, type ThreadStart } from "./Threads";
