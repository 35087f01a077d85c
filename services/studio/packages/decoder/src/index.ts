export type { DecodedLogits, DecodedMask } from "./decoded";
export { hasRelaxedSimd } from "./features";
export { Geometry } from "./Geometry";
export { GpuDecoder, type GpuDecoderParts } from "./gpu/GpuDecoder";
export { type DecoderParts, MaskDecoder } from "./MaskDecoder";
export type { DecodePrompt } from "./PromptEncoder";
export { help, type ThreadStart } from "./Threads";
