using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;
using RpcStatus = Google.Rpc.Status;

namespace Segmentation.Security.Tests;

/// <summary>The holder of a key, who uploads and prompts by gRPC and REST.</summary>
internal sealed class Holder(SecuredServer server, string key) : IDisposable
{
    private readonly GrpcChannel _channel = server.Channel(key);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>REST.</summary>
    public HttpClient Http { get; } = server.Client(key);

    public ImageService.ImageServiceClient Images => new(_channel);

    public SegmentationService.SegmentationServiceClient Segmentation => new(_channel);

    /// <summary>Uploads a file.</summary>
    public async Task<Image> UploadAsync(ByteString file)
    {
        using var call = Images.UploadImage(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new UploadImageRequest { Chunk = file }, Cancel);
        await call.RequestStream.CompleteAsync();
        return await call;
    }

    /// <summary>Clicks on an image and keeps the mask for refining.</summary>
    /// <returns>The id of the best mask.</returns>
    public async Task<string> ClickAsync(string image)
    {
        var answer = await Segmentation.SegmentAsync(Click(image), cancellationToken: Cancel);
        return answer.Results[0].Masks[0].Id;
    }

    /// <summary>A click, which begins with an earlier mask where one is named.</summary>
    public static SegmentRequest Click(string image, string? mask = null)
    {
        var prompt = Photograph.Click(300, 200);
        prompt.Mask = mask is null ? null : new MaskInput { MaskId = mask };
        return new() { ImageId = image, Prompts = { prompt }, Output = new OutputOptions { Refinable = true } };
    }

    /// <summary>Everything in an image.</summary>
    /// <returns>How many masks were found.</returns>
    public async Task<int> EverythingAsync(string image)
    {
        using var call = Segmentation.SegmentEverything(Everything(image), cancellationToken: Cancel);
        var found = 0;
        await foreach (var answer in call.ResponseStream.ReadAllAsync(Cancel))
        {
            found += answer.ResponseCase == SegmentEverythingResponse.ResponseOneofCase.Mask ? 1 : 0;
        }

        return found;
    }

    public static SegmentEverythingRequest Everything(string image) => new()
    {
        ImageId = image, Options = new EverythingOptions { PointsPerSide = 8 },
    };

    /// <summary>The status of a call that must fail.</summary>
    public static async Task<RpcStatus> FailsAsync<T>(Func<Task<T>> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        return error.GetRpcStatus() ?? throw new InvalidOperationException($"{error.Status} has no details.");
    }

    /// <summary>The first error of a session that opens an image and prompts on it.</summary>
    public async Task<RpcStatus?> SessionAsync(OpenImage open, Prompt prompt)
    {
        using var call = Segmentation.SegmentStream(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new() { Open = open }, Cancel);
        await call.RequestStream.WriteAsync(new() { Prompt = new() { Sequence = 1, Prompt = prompt } }, Cancel);
        await call.RequestStream.CompleteAsync();
        try
        {
            await foreach (var answer in call.ResponseStream.ReadAllAsync(Cancel))
            {
                if (answer.Error is { } error)
                {
                    return error.Status;
                }
            }

            return null;
        }
        catch (RpcException error)
        {
            return error.GetRpcStatus();
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        Http.Dispose();
    }
}
