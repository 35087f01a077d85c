export type { DecodedLogits, DecodedMask } from "./model/decoded";
export { hasRelaxedSimd } from "./kernels/hasRelaxedSimd";
export { Geometry } from "./model/Geometry";
export { GpuDecoder, type GpuDecoderParts } from "./gpu/GpuDecoder";
export { type DecoderParts, MaskDecoder } from "./MaskDecoder";
export type { DecodePrompt } from "./model/PromptEncoder";
export { help, type ThreadStart } from "./kernels/Threads";
