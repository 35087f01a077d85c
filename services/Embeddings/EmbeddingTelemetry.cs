using System.Diagnostics;

namespace Segmentation.Embeddings;

/// <summary>The store's name in traces and metrics.</summary>
internal static class EmbeddingTelemetry
{
    public const string Name = "segmentation.embeddings";

    public static ActivitySource Source { get; } = new(Name);
}
