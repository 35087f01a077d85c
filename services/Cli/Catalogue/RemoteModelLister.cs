using Grpc.Core;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Segmenting;
using Segmentation.Protocol.V1;

namespace Segmentation.Cli.Catalogue;

/// <summary>Runs <c>segctl models list --server</c>.</summary>
internal static class RemoteModelLister
{
    /// <summary>Lists the models of a server, the caller's default first.</summary>
    /// <exception cref="CliException">The server cannot be reached, or refused.</exception>
    public static async Task<int> RunAsync(ServerConnection server, CancellationToken cancellationToken)
    {
        try
        {
            using var client = server.Connect();
            foreach (var model in await client.ListModelsAsync(cancellationToken).ConfigureAwait(false))
            {
                await Console.Out.WriteLineAsync(LineOf(model)).ConfigureAwait(false);
            }

            return CommandRunner.Success;
        }
        catch (RpcException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw await ServerErrors.ExplainAsync(server, error).ConfigureAwait(false);
        }
    }

    private static string LineOf(Model model)
    {
        var state = model.State == ModelState.Serving ? "" : "  no encoder in reach";
        var rollOuts = string.Concat(model.RollOuts.Select(one => $"  {one.Name}: {one.Role.ToString().ToLowerInvariant()}"));
        return $"{model.Id}  {model.Family}  {model.Licence}  version {model.Version}  sha256 {model.Digest}"
            + $"{(model.IsDefault ? "  default" : "")}{rollOuts}{state}";
    }
}
