using Google.Protobuf;
using Grpc.Core;
using Segmentation.Doors.Contract;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.LabelStudio;

/// <summary>A task's picture, ready for prompts. Its file is read only when its embedding is not, or no longer, stored.</summary>
/// <param name="call">The request.</param>
/// <param name="model">The model; empty for the default.</param>
/// <param name="read">Reads the file.</param>
internal sealed class OpenPicture(DoorCall call, string model, Func<Task<ReadOnlyMemory<byte>>> read)
{
    private bool _isWarm;

    /// <summary>What is known of it; null until it was segmented once.</summary>
    public KnownPicture? Known { get; set; }

    /// <summary>Has it encoded unless it just was.</summary>
    public Task KeepWarmAsync() => _isWarm ? Task.CompletedTask : WarmAsync();

    /// <summary>Has it encoded, and learns its size.</summary>
    public async Task WarmAsync()
    {
        // A prompt in the corner has the embedding where those of the person will need it.
        var answer = await SegmentAsync(new Prompt { Points = { new Point() } }, MaskCount.One);
        var image = answer.Image;
        _isWarm = true;
        Known = new(image.Id, (int)image.Width, (int)image.Height, ModelVersion.Of(image.Model, image.ModelDigest));
    }

    /// <summary>Masks of a prompt.</summary>
    public Task<SegmentResponse> SegmentAsync(Prompt prompt, MaskCount count) => SendAsync(
        (id, file) =>
        {
            var request = new SegmentRequest
            {
                Model = model,
                Prompts = { prompt },
                Output = new OutputOptions { MaskCount = count, Refinable = false },
            };
            Name(id, file, name => request.ImageId = name, data => request.ImageData = data);
            return call.Model.SegmentAsync(request, call.Aborted);
        });

    /// <summary>All masks.</summary>
    public Task<EverythingFound> EverythingAsync() => SendAsync(
        (id, file) =>
        {
            var request = new SegmentEverythingRequest { Model = model };
            Name(id, file, name => request.ImageId = name, data => request.ImageData = data);
            return call.Model.EverythingAsync(request, call.Aborted);
        });

    private async Task<T> SendAsync<T>(Func<string?, ReadOnlyMemory<byte>, Task<T>> send)
    {
        if (Known is { } known)
        {
            try
            {
                return await send(known.Id, default);
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
            {
                // Its embedding was dropped: send the file again.
            }
        }

        return await send(null, await read());
    }

    private static void Name(string? id, ReadOnlyMemory<byte> file, Action<string> byId, Action<ByteString> byFile)
    {
        if (id is not null)
        {
            byId(id);
        }
        else
        {
            byFile(UnsafeByteOperations.UnsafeWrap(file));
        }
    }
}
