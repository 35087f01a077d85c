/** A small generator of numbers from 0 to 1, the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Row-major zeros and ones, of any share. */
export function randomMask(random: () => number, most: number) {
  const width = 1 + Math.floor(random() * most);
  const height = 1 + Math.floor(random() * most);
  const share = random();
  const pixels = Uint8Array.from({ length: width * height }, () => (random() < share ? 1 : 0));
  return { pixels, width, height };
}
