using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Fetching;
using Segmentation.Doors.Pictures;

namespace Segmentation.Doors.LabelStudio;

/// <summary>Finds the pictures of tasks: in the request, in Label Studio, or elsewhere on the web.</summary>
internal sealed class TaskPictures(
    PictureFetcher fetcher,
    ProjectStates projects,
    AccessTokens tokens,
    KnownPictures known,
    IOptions<LabelStudioOptions> options)
{
    /// <summary>Characters of the longest text that is looked at as an address.</summary>
    private const int MaxAddressLength = 8192;

    // The name that Label Studio gives to data that were imported without one.
    private const string Unnamed = "$undefined$";

    /// <summary>Opens a task's picture; its embedding is stored from then on.</summary>
    /// <param name="call">The request.</param>
    /// <param name="project">The project's number.</param>
    /// <param name="task">The task.</param>
    /// <param name="config">Says which variable has the picture.</param>
    /// <param name="field">The task's path in the request, for errors.</param>
    /// <exception cref="RpcException">There is no picture, or it cannot be had.</exception>
    public async Task<OpenPicture> OpenAsync(
        DoorCall call, string project, JsonElement task, LabelConfig config, string field)
    {
        var (text, path) = PictureOf(task, config.Variable, $"{field}.data");
        if (AddressOf(text) is { } address)
        {
            var studio = projects.ConnectionOf(call.Model.Tenant, project);
            var name = $"{address}\n{studio?.Address}\n{studio?.Token}";
            return await OpenAsync(call, name, () => FetchAsync(call, studio, address, NumberOf(task), path));
        }

        var file = PictureText.Decode(text, path);
        var id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}";
        return await OpenAsync(call, id, () => Task.FromResult<ReadOnlyMemory<byte>>(file));
    }

    private async Task<OpenPicture> OpenAsync(DoorCall call, string name, Func<Task<ReadOnlyMemory<byte>>> read)
    {
        var picture = new OpenPicture(call, options.Value.Model, read) { Known = known.Find(call.Model.Tenant, name) };
        if (picture.Known is null)
        {
            await picture.WarmAsync();
            known.Remember(call.Model.Tenant, name, picture.Known!);
        }

        return picture;
    }

    private async Task<ReadOnlyMemory<byte>> FetchAsync(
        DoorCall call, StudioConnection? studio, string text, string task, string field)
    {
        Uri[] places = StudioConnection.IsHttp(text)
            ? Uri.TryCreate(text, UriKind.Absolute, out var address) ? [address] : []
            : [.. studio?.Find(text, task) ?? []];
        if (places.Length == 0)
        {
            throw DoorProblem.Invalid(field, Why(studio, text));
        }

        for (var i = 0; ; i++)
        {
            try
            {
                return await FetchAsync(call, studio, places[i]);
            }
            catch (RpcException exception)
                when (DoorProblem.ReasonOf(exception) == FetchProblems.RefusedReason && i < places.Length - 1)
            {
                // An uploaded file is in one of two places, by how Label Studio stores files.
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> FetchAsync(DoorCall call, StudioConnection? studio, Uri address)
    {
        var isOwn = studio?.Has(address) == true;
        var request = new FetchRequest(address)
        {
            Authorization = isOwn ? await tokens.AuthorizationAsync(call.Model.Tenant, studio!, call.Aborted) : null,

            // Label Studio leads to where a cloud stores the file.
            MayLeaveHost = isOwn,
        };
        var file = await fetcher.FetchAsync(call.Model.Tenant, request, call.Model.MaxImageBytes, call.Aborted);
        call.Context.Response.RegisterForDispose(file);
        return file.Bytes;
    }

    private static string Why(StudioConnection? studio, string text) => studio is null && !StudioConnection.IsHttp(text)
        ? "The picture is in Label Studio, and this server does not know where that is, or may not fetch from there: the "
            + "operator sets Segmentation:Doors:LabelStudio:Url, or lists its host in Segmentation:Doors:Fetching:AllowedHosts."
        : "No address of a picture. Known are http and https, paths of Label Studio, and s3, gs and azure-blob with the "
            + "task's number in 'id'.";

    private static (JsonElement Text, string Path) PictureOf(JsonElement task, string variable, string field)
    {
        var isObject = task.ValueKind == JsonValueKind.Object;
        if (isObject && task.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in (string[])[variable, Unnamed])
            {
                if (data.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
                {
                    return (text, $"{field}.{name}");
                }
            }
        }

        throw DoorProblem.Invalid($"{field}.{variable}", "Missing: the task's picture, as its address or as a data URL.");
    }

    /// <summary>The address that a text is; null where it is a picture.</summary>
    private static string? AddressOf(JsonElement text)
    {
        var length = JsonMarshal.GetRawUtf8Value(text).Length;
        if (length > MaxAddressLength)
        {
            return null;
        }

        var address = text.GetString()!;
        return StudioConnection.IsAddress(address) ? address : null;
    }

    private static string NumberOf(JsonElement task) => task.TryGetProperty("id", out var id)
        ? id.ValueKind switch
        {
            JsonValueKind.Number => id.GetRawText(),
            JsonValueKind.String => id.GetString()!,
            _ => "",
        }
        : "";
}
