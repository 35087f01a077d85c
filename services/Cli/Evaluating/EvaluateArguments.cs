using Segmentation.Cli.Segmenting;
using Segmentation.Evaluation.Protocols;
using Segmentation.Models;

namespace Segmentation.Cli.Evaluating;

/// <summary>Arguments of <c>segctl evaluate</c>.</summary>
internal sealed record EvaluateArguments
{
    public required string Data { get; init; }

    public required DirectoryInfo Output { get; init; }

    public required ProtocolSettings Settings { get; init; }

    /// <summary>Most pictures; null: all.</summary>
    public required int? Limit { get; init; }

    /// <summary>The user's table of groups; null: none.</summary>
    public required FileInfo? Groups { get; init; }

    /// <summary>Least number of masks of a group that is reported.</summary>
    public required int LeastMasks { get; init; }

    public required IReadOnlyList<FailBelow> FailBelow { get; init; }

    public required int Threads { get; init; }

    /// <summary>The server; null: the model runs in this process.</summary>
    public required ServerConnection? Server { get; init; }

    public required string? Model { get; init; }

    public required ModelPackage? Local { get; init; }

    public required string? OtherModel { get; init; }

    public required ModelPackage? OtherLocal { get; init; }
}
