namespace Segmentation.LoadTests.Planning;

/// <summary>Largest response times that are good enough.</summary>
internal sealed record Objectives
{
    /// <summary>p99 of a click, in milliseconds.</summary>
    public double ClickP99 { get; init; } = 100;

    /// <summary>p99 of an upload of a new picture, in milliseconds.</summary>
    public double UploadP99 { get; init; } = 3000;

    /// <summary>Largest busy share of any kind of machine, so that one may fail.</summary>
    public double MostBusy { get; init; } = 0.7;

    /// <summary>Fewest machines of each kind, so that one may fail.</summary>
    public int Fewest { get; init; } = 2;
}
