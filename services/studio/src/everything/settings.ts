import { EverythingProfile } from "segmentation-client";

/** Options of a search that the page offers. */
export interface EverythingSettings {
  readonly pointsPerSide: number;
  readonly predIouThresh: number;
  readonly stabilityScoreThresh: number;
  readonly boxNmsThresh: number;
  readonly cropLayers: number;
  readonly minMaskRegionArea: number;
  /** Skips points that would find the same masks as others. */
  readonly fast: boolean;
}

/** segment-anything's defaults. */
export const DEFAULT_SETTINGS: EverythingSettings = {
  pointsPerSide: 32,
  predIouThresh: 0.88,
  stabilityScoreThresh: 0.95,
  boxNmsThresh: 0.7,
  cropLayers: 0,
  minMaskRegionArea: 0,
  fast: true,
};

/** The settings as the contract has them. */
export function toOptions(settings: EverythingSettings) {
  return {
    pointsPerSide: settings.pointsPerSide,
    predIouThresh: settings.predIouThresh,
    stabilityScoreThresh: settings.stabilityScoreThresh,
    boxNmsThresh: settings.boxNmsThresh,
    cropNLayers: settings.cropLayers,
    minMaskRegionArea: settings.minMaskRegionArea,
    profile: settings.fast ? EverythingProfile.FAST : EverythingProfile.FAITHFUL,
  };
}
