export { GpuDecoder, type GpuDecoderParts } from "./gpu/GpuDecoder";
export { hasRelaxedSimd } from "./kernels/hasRelaxedSimd";
export { help, type ThreadStart } from "./kernels/threadLoop";
export { type DecoderParts, MaskDecoder } from "./MaskDecoder";
export type { DecodedLogits, DecodedMask } from "./model/decoded";
export { Geometry } from "./model/Geometry";
export type { DecodePrompt } from "./model/PromptEncoder";
