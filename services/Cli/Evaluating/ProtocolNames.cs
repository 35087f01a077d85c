using Segmentation.Evaluation.Protocols;

namespace Segmentation.Cli.Evaluating;

/// <summary>Names of the protocols on the command line.</summary>
internal static class ProtocolNames
{
    private static readonly (string Name, EvaluationProtocol Protocol)[] _names =
    [
        ("clicks", EvaluationProtocol.Clicks),
        ("box", EvaluationProtocol.Box),
        ("noisy-box", EvaluationProtocol.NoisyBox),
        ("auto", EvaluationProtocol.Auto),
        ("proposals", EvaluationProtocol.Proposals),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All => [.. _names.Select(one => one.Name)];

    /// <summary>Finds a protocol; null: there is none of that name.</summary>
    public static EvaluationProtocol? Find(string name)
    {
        foreach (var one in _names)
        {
            if (one.Name == name)
            {
                return one.Protocol;
            }
        }

        return null;
    }
}
