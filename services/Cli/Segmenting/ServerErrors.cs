using Google.Rpc;
using Grpc.Core;
using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Segmenting;

/// <summary>Turns a server's errors into messages of the command line.</summary>
internal static class ServerErrors
{
    /// <summary>Makes the error that ends the command, with all violations that the server names.</summary>
    public static async Task<CliException> ExplainAsync(Uri server, RpcException error)
    {
        // Our servers' errors have details; an error without them may come from the server's other port.
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
