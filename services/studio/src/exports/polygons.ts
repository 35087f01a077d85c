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
 * downwards, and so the objects stand upright in a map program. Every MultiPolygon is valid by OGC Simple Features.
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

/** Polygons as GeoJSON has them: an outer ring, counterclockwise as seen, and its holes, the other way. */
function polygonsOf(outlines: readonly Outline[]): Ring[][] {
  const polygons: Ring[][] = [];
  for (const outline of outlines) {
    if (outline.hole) {
      polygons[polygons.length - 1].push(ringOf(outline));
    } else {
      polygons.push([ringOf(outline)]);
    }
  }
  return polygons;
}

/** A closed ring. It goes the other way than the outline, which is clockwise as seen around the mask. */
function ringOf({ coordinates }: Outline): Ring {
  const ring: Ring = [[coordinates[0], upwards(coordinates[1])]];
  for (let i = coordinates.length - 2; i >= 0; i -= 2) {
    ring.push([coordinates[i], upwards(coordinates[i + 1])]);
  }
  return ring;
}

/** Never -0, which JSON would not keep. */
function upwards(y: number): number {
  return y === 0 ? 0 : -y;
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
