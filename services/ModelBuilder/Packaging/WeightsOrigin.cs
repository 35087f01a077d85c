namespace Segmentation.ModelBuilder.Packaging;

/// <summary>What a manifest says about the weights that the files themselves do not.</summary>
internal sealed record WeightsOrigin(string Id, string Version, string Licence, string Source);
