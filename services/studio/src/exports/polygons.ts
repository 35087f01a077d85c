import { type Outline, outlinesOf } from "segmentation-client/rle";
import { scoreOf } from "../annotation/types";
import type { Scene } from "./Scene";

/** A drawing of the picture's size: one path an object, exact to the pixel. */
export function toSvg(scene: Scene): string {
  const paths = scene.objects.map(({ name, category, colour, mask }) =>
    `  <path data-category="${escaped(category.name)}" fill="${colour}" fill-opacity="0.5" stroke="${colour}" `
    + `fill-rule="evenodd" d="${outlinesOf(mask.runs).map(pathData).join("")}"><title>${escaped(name)}</title></path>\n`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${scene.width}" height="${scene.height}" `
    + `viewBox="0 0 ${scene.width} ${scene.height}">\n${paths.join("")}</svg>\n`;
}

/**
 * One feature an object, coordinates in pixels of the picture. y is negated: GeoJSON's grows upwards, a picture's
 * downwards, and so the objects stand upright in a map program.
 */
export function toGeoJson(scene: Scene): object {
  return {
    type: "FeatureCollection",
    features: scene.objects.map(({ id, name, category, colour, mask }) => ({
      type: "Feature",
      id,
      properties: {
        name, category: category.name, category_id: category.id, colour, area: mask.area,
        predicted_iou: scoreOf(mask.predictedIou),
      },
      geometry: { type: "MultiPolygon", coordinates: polygonsOf(outlinesOf(mask.runs)) },
    })),
  };
}

type Ring = [x: number, y: number][];

/** Each outer ring with the holes that lie in it. */
function polygonsOf(outlines: readonly Outline[]): Ring[][] {
  const outer = outlines.filter(({ hole }) => !hole);
  const polygons = outer.map((outline) => [ringOf(outline)]);
  for (const hole of outlines.filter((outline) => outline.hole)) {
    // Of rings around each other the innermost is the one with the smallest box.
    const [x, y] = [hole.coordinates[0] + 0.5, hole.coordinates[1] - 0.5];
    let best = -1;
    outer.forEach((outline, index) => {
      if (isAround(outline, x, y) && (best < 0 || sizeOf(outline) < sizeOf(outer[best]))) {
        best = index;
      }
    });
    if (best >= 0) {
      polygons[best].push(ringOf(hole));
    }
  }
  return polygons;
}

function ringOf({ coordinates }: Outline): Ring {
  const ring: Ring = [];
  for (let i = 0; i < coordinates.length; i += 2) {
    ring.push([coordinates[i], coordinates[i + 1] === 0 ? 0 : -coordinates[i + 1]]);
  }
  return [...ring, ring[0]];
}

function isAround({ coordinates }: Outline, x: number, y: number): boolean {
  let inside = false;
  const count = coordinates.length;
  for (let i = 0; i < count; i += 2) {
    const j = (i + count - 2) % count;
    const [x1, y1, x2, y2] = [coordinates[i], coordinates[i + 1], coordinates[j], coordinates[j + 1]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) {
      inside = !inside;
    }
  }
  return inside;
}

function sizeOf({ coordinates }: Outline): number {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < coordinates.length; i += 2) {
    left = Math.min(left, coordinates[i]);
    right = Math.max(right, coordinates[i]);
    top = Math.min(top, coordinates[i + 1]);
    bottom = Math.max(bottom, coordinates[i + 1]);
  }
  return (right - left) * (bottom - top);
}

function pathData({ coordinates }: Outline): string {
  let data = `M${coordinates[0]} ${coordinates[1]}`;
  for (let i = 2; i < coordinates.length; i += 2) {
    data += `L${coordinates[i]} ${coordinates[i + 1]}`;
  }
  return `${data}Z`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
