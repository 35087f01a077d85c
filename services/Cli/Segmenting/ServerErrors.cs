using Google.Rpc;
using Grpc.Core;
using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Segmenting;

/// <summary>What a server's errors say to the person at the command line.</summary>
internal static class ServerErrors
{
    /// <summary>An error that ends the command, with all that the server says is wrong.</summary>
    public static async Task<CliException> ExplainAsync(Uri server, RpcException error)
    {
        // Answers of our servers have details; an answer without them may come from the server's other port.
        var other = error.GetRpcStatus() is null ? await ServerProbe.AskAsync(server).ConfigureAwait(false) : null;
        return new CliException(other ?? Text(server, error), innerException: error);
    }

    private static string Text(Uri server, RpcException error)
    {
        if (error.StatusCode == StatusCode.Unavailable)
        {
            return $"{server} cannot be reached or is not ready: {error.Status.Detail}";
        }

        var violations = error.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations
            .Select(v => $"{v.Field}: {v.Description}").ToList();
        var text = violations is { Count: > 0 } ? string.Join(Environment.NewLine, violations) : error.Status.Detail;
        return $"{server} answered {error.StatusCode}: {text}";
    }
}
