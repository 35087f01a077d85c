export { finishStates, stateBytes } from "./attention";
export { foldedScratchBytes } from "./folded";
export { centreRows, normaliseRows } from "./norm";
export { run, scratchBytes } from "./passes";
export { addProduct, packBlocks, packColumns, packRows } from "./product";
export { rasterBytes } from "./raster";
export { add, attendSelf, dotByHead, linear, linearByHead, scaleColumns, subtractLast, transpose } from "./tokens";
