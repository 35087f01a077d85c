namespace Segmentation.Projects.Tests.Segmenting;

/// <summary>A file that a gateway was given, and by whom.</summary>
internal sealed record TestUpload(string? Tenant, string? Authorization, string Model, string ImageId, byte[] File);
