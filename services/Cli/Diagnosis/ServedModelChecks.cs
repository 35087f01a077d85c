using Grpc.Core;
using Segmentation.Cli.Segmenting;
using Segmentation.Protocol.V1;

namespace Segmentation.Cli.Diagnosis;

/// <summary>Models of a server: whether an encoder serves each, and whether this machine's has the same digest.</summary>
/// <param name="server">The server.</param>
/// <param name="root">Folder of this machine's own models.</param>
internal sealed class ServedModelChecks(ServerConnection server, string? root)
{
    /// <summary>Asks for the models.</summary>
    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = server.Connect();
            var models = await client.ListModelsAsync(cancellationToken).ConfigureAwait(false);
            var local = ModelChecks.Digests(root);
            return models.Count > 0
                ? [.. models.Select(model => Compare(model, local.GetValueOrDefault(model.Id)))]
                : [Finding.Failed("server models", "the server has none", "Set Segmentation:Model:Root; see docs/models.md.")];
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException error) when (error.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            // The check of the credential says so.
            return [];
        }
        catch (RpcException error)
        {
            return
            [
                Finding.Failed(
                    "server models",
                    $"cannot be listed: {error.StatusCode}: {error.Status.Detail}",
                    "docs/errors.md says what the error means, and what to do."),
            ];
        }
    }

    private static Finding Compare(Model model, string? local)
    {
        var name = $"server model {model.Id}";
        var text = $"version {model.Version}, sha256 {model.Digest}{(model.IsDefault ? ", the default" : "")}";
        var differs = local is not null && local != model.Digest;
        text += local is null ? ", not on this machine"
            : differs ? $"; this machine's has sha256 {local}"
            : ", the same here";
        return model.State == ModelState.WithoutEncoder
            ? Finding.Warning(name, $"{text}; no encoder in reach serves it", "Start an encoder with this model: uploads wait for one.")
            : differs
            ? Finding.Warning(name, text, "Masks of here and there differ: add the same files on both sides (segctl models show).")
            : Finding.Ok(name, text);
    }
}
