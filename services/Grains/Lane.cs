namespace Segmentation.Grains;

/// <summary>Who is served first by the decode scheduler.</summary>
[GenerateSerializer, Alias("segmentation.lane")]
public enum Lane
{
    /// <summary>Somebody is waiting: goes before all batch work.</summary>
    Interactive,

    /// <summary>Fills what interactive work leaves.</summary>
    Batch,
}
