/** What assembly/index.ts exports. Addresses and sizes are bytes where not said. */
export interface Kernels {
  add(a: number, b: number, sum: number, count: number): void;
  addProduct(
    a: number, aPanel: number, aStep: number, rows: number, depth: number,
    b: number, bStep: number, bBlock: number, c: number, cStride: number, columns: number): void;
  attendSelf(
    queries: number, keys: number, values: number, count: number, heads: number, size: number,
    shares: number, result: number): void;
  centreRows(rows: number, count: number, width: number, result: number): void;
  dotByHead(keys: number, count: number, heads: number, size: number, bias: number, result: number): void;
  finishStates(state: number, count: number, distance: number, stride: number, rows: number): number;
  foldedScratchBytes(inner: number, kept: number, stride: number): number;
  linear(
    panels: number, count: number, inputs: number, weight: number, bias: number, outputs: number,
    rectified: number, result: number): void;
  linearByHead(
    tokens: number, count: number, heads: number, size: number, weight: number, channels: number,
    panels: number, result: number): void;
  normaliseRows(rows: number, count: number, width: number, added: number, scale: number, bias: number): void;
  packBlocks(weight: number, depth: number, outputs: number, blocks: number): void;
  packColumns(rows: number, stride: number, depth: number, columns: number, panels: number): void;
  packRows(rows: number, stride: number, count: number, first: number, depth: number, panels: number): void;
  rasterBytes(requiredRows: number, requiredColumns: number): number;
  run(kind: number, pass: number, thread: number): void;
  scratchBytes(channels: number, others: number, stride: number): number;
  scaleColumns(rows: number, count: number, width: number, by: number, result: number): void;
  stateBytes(stride: number, mixed: number): number;
  subtractLast(rows: number, count: number, width: number, result: number): void;
  transpose(
    rows: number, count: number, width: number, first: number, columns: number, result: number, stride: number): void;
}
