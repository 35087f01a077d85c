export { hasRelaxedSimd } from "./features";
export { Geometry } from "./Geometry";
export { type DecodedLogits, type DecodedMask, type DecodePrompt, type DecoderParts, MaskDecoder } from "./MaskDecoder";
export { help, type ThreadStart } from "./Threads";
