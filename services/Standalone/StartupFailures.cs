using Segmentation.Models;
using Segmentation.Sam.Runtime;

namespace Segmentation.Standalone;

/// <summary>What an operator can put right, in the words of whoever found it.</summary>
internal static class StartupFailures
{
    /// <summary>The sentence for a failure to start; null when it is a bug.</summary>
    public static string? Explain(Exception exception) =>
        exception is ModelException or RuntimeUnavailableException or InvalidDataException ? exception.Message : null;
}
