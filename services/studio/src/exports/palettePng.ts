const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BITS = 8;
/** Colour type 3 of the PNG specification: pixels are places in a palette. */
const PALETTE = 3;

/**
 * Writes a PNG whose pixels are places in a palette, which a canvas cannot: it would write their colours.
 *
 * @param pixels Row by row.
 * @param colours `#rrggbb` by place; places without one are black.
 */
export async function toPalettePng(
  pixels: Uint8Array,
  width: number,
  height: number,
  colours: readonly string[],
): Promise<Blob> {
  const header = new Uint8Array(13);
  const sizes = new DataView(header.buffer);
  sizes.setUint32(0, width);
  sizes.setUint32(4, height);
  header.set([BITS, PALETTE], 8);
  const palette = Uint8Array.from({ length: 256 * 3 }, (_, index) => {
    const colour = colours[Math.floor(index / 3)];
    const at = 1 + 2 * (index % 3);
    return colour ? parseInt(colour.slice(at, at + 2), 16) : 0;
  });
  // Each row begins with the number of its filter: none.
  const rows = new Uint8Array((width + 1) * height);
  for (let row = 0; row < height; row++) {
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  const compressed = await new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")))
    .arrayBuffer();
  return new Blob([
    SIGNATURE, chunk("IHDR", header), chunk("PLTE", palette), chunk("IDAT", new Uint8Array(compressed)),
    chunk("IEND", new Uint8Array()),
  ], { type: "image/png" });
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crcOf(bytes.subarray(4, data.length + 8)));
  return bytes;
}

/** CRC-32 as PNG has it, of type and data. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc = (crc >>> 8) ^ CRCS[(crc ^ byte) & 0xff];
  }
  return ~crc >>> 0;
}

const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) {
    crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return crc;
});
