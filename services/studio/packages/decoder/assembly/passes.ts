import { DenseLayerPass, Layer0TokenToImagePass, runDenseLayer, runLayer0TokenToImage } from "./dense";
import { FactoredLayerPass, runFactoredLayer } from "./factored";
import { LinearPass, runLinear } from "./tokens";
import { MaskPromptPass, PreparePass, runMaskPrompt, runPrepare } from "./preparation";
import { RasterPass, runRaster } from "./raster";
import { runUpscale, UpscalePass } from "./upscaling";

// A pass goes over the 64 rows of the image's grid. A row's 64 tokens of C channels (64 KB) stay in the nearest caches
// while everything is done with them. Threads claim chunks of rows by the counter `nextChunk`, the first field of every
// pass. bindings.mjs reads the structures of this folder and writes their TypeScript side (src/gen/kernels.ts).

/// Kinds of passes; the structure of kind K is `KPass`.
export enum PassKind {
  Prepare,
  Layer0TokenToImage,
  DenseLayer,
  FactoredLayer,
  Upscale,
  Raster,
  Linear,
  MaskPrompt,
}

/// Runs a thread's part of a pass; returns when no chunk is left to claim.
export function run(kind: PassKind, pass: usize, thread: i32): void {
  switch (kind) {
    case PassKind.Prepare:
      runPrepare(changetype<PreparePass>(pass), thread);
      break;
    case PassKind.Layer0TokenToImage:
      runLayer0TokenToImage(changetype<Layer0TokenToImagePass>(pass), thread);
      break;
    case PassKind.DenseLayer:
      runDenseLayer(changetype<DenseLayerPass>(pass), thread);
      break;
    case PassKind.FactoredLayer:
      runFactoredLayer(changetype<FactoredLayerPass>(pass), thread);
      break;
    case PassKind.Upscale:
      runUpscale(changetype<UpscalePass>(pass), thread);
      break;
    case PassKind.Raster:
      runRaster(changetype<RasterPass>(pass), thread);
      break;
    case PassKind.MaskPrompt:
      runMaskPrompt(changetype<MaskPromptPass>(pass));
      break;
    default:
      runLinear(changetype<LinearPass>(pass));
      break;
  }
}
