namespace Segmentation.ModelBuilder.Packaging;

/// <summary>Properties of the weights for the manifest, which the published files do not contain.</summary>
internal sealed record WeightsOrigin(string Id, string Version, string Licence, string Source);
