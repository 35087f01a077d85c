using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Segmentation.Protocol.V1;

namespace Segmentation.Client;

/// <summary>
/// Client of a Segmentation server over gRPC. Safe to share between threads; one instance a process is enough.
/// </summary>
public sealed class SegmentationClient : IDisposable
{
    private const int ChunkBytes = 256 * 1024;

    private readonly GrpcChannel _channel;
    private readonly ImageService.ImageServiceClient _images;
    private readonly SegmentationService.SegmentationServiceClient _segmentation;
    private readonly ModelService.ModelServiceClient _models;
    private readonly UsageService.UsageServiceClient _usage;
    private readonly SegmentationClientOptions _options;
    private readonly ClientCredential _credential;
    private readonly bool _ownsChannel = true;

    /// <summary>Creates a client, which connects when it is first used.</summary>
    /// <param name="server">
    /// The server's gRPC port, for example <c>http://localhost:7080</c> or <c>https://segmentation.example</c>. Over
    /// http a credential can be read by everybody between here and there.
    /// </param>
    /// <param name="options">Credential and reconnection options; null for none and the defaults.</param>
    public SegmentationClient(Uri server, SegmentationClientOptions? options = null)
    {
        _options = options ?? new SegmentationClientOptions();
        _credential = new ClientCredential(_options);
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions
        {
            // Embeddings and pictures are larger than the default of 4 MB.
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            HttpHandler = _options.Handler?.Invoke() ?? PrivateAuthorities.HandlerOf(_options.Authorities),
            DisposeHttpClient = true,

            // Otherwise no call over http would carry its credential, and nothing would say so.
            UnsafeUseInsecureChannelCallCredentials = true,
            InitialReconnectBackoff = _options.FirstPause,
            MaxReconnectBackoff = _options.MaxPause,
        });
        _images = new ImageService.ImageServiceClient(_channel);
        _segmentation = new SegmentationService.SegmentationServiceClient(_channel);
        _models = new ModelService.ModelServiceClient(_channel);
        _usage = new UsageService.UsageServiceClient(_channel);
    }

    private SegmentationClient(SegmentationClient connected, SegmentationClientOptions options)
    {
        (_channel, _ownsChannel) = (connected._channel, false);
        (_images, _segmentation) = (connected._images, connected._segmentation);
        (_models, _usage) = (connected._models, connected._usage);
        _options = options;
        _credential = new ClientCredential(options);
    }

    /// <summary>
    /// The same client on behalf of a tenant, over the same connections; nothing needs to be disposed. The server answers
    /// PERMISSION_DENIED unless the credential has the scope <c>impersonate</c> or is of this tenant.
    /// </summary>
    /// <param name="tenant">Name of the tenant.</param>
    public SegmentationClient ForTenant(string tenant)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenant);
        return new SegmentationClient(this, _options with { Tenant = tenant });
    }

    /// <summary>
    /// The same client for another model, over the same connections; nothing needs to be disposed. Calls that name a
    /// model take theirs.
    /// </summary>
    /// <param name="model">An id of <see cref="ListModelsAsync"/>, or a roll-out's name.</param>
    public SegmentationClient ForModel(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return new SegmentationClient(this, _options with { Model = model });
    }

    /// <summary>
    /// Uploads an image for the model of the options. For an image that the server already holds only the id is sent.
    /// </summary>
    /// <param name="file">A JPEG, PNG, WebP, TIFF or GIF file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">The server refused it; its <c>GetRpcStatus()</c> says what to do.</exception>
    public Task<Image> UploadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken = default) =>
        UploadAsync(file, model: null, cancellationToken);

    /// <summary>Uploads an image for a model.</summary>
    /// <param name="file">A JPEG, PNG, WebP, TIFF or GIF file.</param>
    /// <param name="model">Id of a model, or a roll-out's name; null for the one of the options.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">The server refused it; its <c>GetRpcStatus()</c> says what to do.</exception>
    public Task<Image> UploadAsync(
        ReadOnlyMemory<byte> file, string? model, CancellationToken cancellationToken = default)
    {
        var metadata = new UploadImageMetadata
        {
            Id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file.Span))}",
            SizeBytes = (ulong)file.Length,
            Model = ModelOf(model),
        };
        return _credential.RenewingAsync(() => SendAsync(metadata, file, cancellationToken));
    }

    /// <summary>Segments an uploaded image.</summary>
    /// <param name="imageId">Image.id, <c>sha256:</c> and 64 hexadecimal digits.</param>
    /// <param name="prompts">1 to 256 prompts in pixels of the upright image; they do not depend on each other.</param>
    /// <param name="output">Forms of the masks; null for COCO run lengths.</param>
    /// <param name="model">
    /// The model, which the image was uploaded for: an id or a roll-out's name; null for the one of the options.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One result a prompt, in their order.</returns>
    /// <exception cref="RpcException">
    /// NOT_FOUND: upload the image (again). The status of other errors says what to do.
    /// </exception>
    public async Task<SegmentResponse> SegmentAsync(
        string imageId,
        IEnumerable<Prompt> prompts,
        OutputOptions? output = null,
        string? model = null,
        CancellationToken cancellationToken = default)
    {
        var request = new SegmentRequest
        {
            ImageId = imageId, Prompts = { prompts }, Output = output, Model = ModelOf(model),
        };
        return await CallAsync(options => _segmentation.SegmentAsync(request, options), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Finds the masks of everything in an image: a stream of progress, then the final masks.</summary>
    /// <param name="file">The image file; sent along, since crops are cut from it.</param>
    /// <param name="options">Options of the search; null for segment-anything's defaults.</param>
    /// <param name="provisional">True to receive masks as they are found, too, before duplicates are removed.</param>
    /// <param name="model">Id of a model, or a roll-out's name; null for the one of the options.</param>
    /// <param name="cancellationToken">Ends the search on all silos.</param>
    /// <exception cref="RpcException">The server refused it; its <c>GetRpcStatus()</c> says what to do.</exception>
    public async IAsyncEnumerable<SegmentEverythingResponse> SegmentEverythingAsync(
        ReadOnlyMemory<byte> file,
        EverythingOptions? options = null,
        bool provisional = false,
        string? model = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new SegmentEverythingRequest
        {
            ImageData = UnsafeByteOperations.UnsafeWrap(file),
            Options = options,
            Provisional = provisional,
            Model = ModelOf(model),
        };
        var (call, hasAnswer) = await _credential
            .RenewingAsync(() => BeginAsync(request, cancellationToken))
            .ConfigureAwait(false);
        using (call)
        {
            while (hasAnswer)
            {
                yield return call.ResponseStream.Current;
                hasAnswer = await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Opens a live session on an image. The session reconnects by itself and gives the same answers as without a
    /// lost connection.
    /// </summary>
    /// <param name="file">
    /// The image file; held in memory and sent again when a server no longer holds the image.
    /// </param>
    /// <param name="mode">
    /// ALL answers every prompt; LATEST drops prompts that a newer one overtook before decoding began.
    /// </param>
    /// <param name="output">Output of every answer, unless a prompt says otherwise; null for COCO run lengths.</param>
    /// <param name="model">Id of a model, or a roll-out's name; null for the one of the options.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <exception cref="RpcException">The image was refused, or no server could be reached.</exception>
    public async Task<LiveSession> OpenSessionAsync(
        ReadOnlyMemory<byte> file,
        StreamMode mode = StreamMode.All,
        OutputOptions? output = null,
        string? model = null,
        CancellationToken cancellationToken = default)
    {
        var session = new LiveSession(_segmentation, _credential, _options, file, mode, output, ModelOf(model));
        try
        {
            await session.Opened.WaitAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lists the models that the server serves, the caller's default first.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">The server refused it; its <c>GetRpcStatus()</c> says what to do.</exception>
    public async Task<IReadOnlyList<Model>> ListModelsAsync(CancellationToken cancellationToken = default)
    {
        var request = new ListModelsRequest();
        var answer = await CallAsync(options => _models.ListModelsAsync(request, options), cancellationToken)
            .ConfigureAwait(false);
        return answer.Models;
    }

    /// <summary>Describes a model.</summary>
    /// <param name="id">Id of the model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">NOT_FOUND, with the ids that there are: the server has no such model.</exception>
    public Task<Model> GetModelAsync(string id, CancellationToken cancellationToken = default)
    {
        var request = new GetModelRequest { Id = id };
        return CallAsync(options => _models.GetModelAsync(request, options), cancellationToken);
    }

    /// <summary>Asks what the caller's tenant has used of its quotas, and may use.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">The server refused it; its <c>GetRpcStatus()</c> says what to do.</exception>
    public Task<Usage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        CallAsync(options => _usage.GetUsageAsync(new GetUsageRequest(), options), cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        if (_ownsChannel)
        {
            _channel.Dispose();
        }
    }

    private Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken) =>
        _credential.RenewingAsync(async () =>
        {
            using var sent = call(_credential.Options(cancellationToken));
            return await sent.ResponseAsync.ConfigureAwait(false);
        });

    /// <summary>Begins a search and waits for the first answer: then the server has taken the credential.</summary>
    private async Task<(AsyncServerStreamingCall<SegmentEverythingResponse> Call, bool HasAnswer)> BeginAsync(
        SegmentEverythingRequest request, CancellationToken cancellationToken)
    {
        var call = _segmentation.SegmentEverything(request, _credential.Options(cancellationToken));
        try
        {
            return (call, await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private async Task<Image> SendAsync(
        UploadImageMetadata metadata, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        using var call = _images.UploadImage(_credential.Options(cancellationToken));
        try
        {
            await call.RequestStream.WriteAsync(new() { Metadata = metadata }, cancellationToken).ConfigureAwait(false);
            for (var sent = 0; sent < file.Length; sent += ChunkBytes)
            {
                var chunk = file.Slice(sent, Math.Min(ChunkBytes, file.Length - sent));
                await call.RequestStream
                    .WriteAsync(new() { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }, cancellationToken)
                    .ConfigureAwait(false);
            }

            await call.RequestStream.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (LostConnections.Is(error))
        {
            // The server answered before it had everything: it holds the image already, or refused the image; or the
            // connection ended. The answer follows, and says which.
        }

        return await call.ResponseAsync.ConfigureAwait(false);
    }

    private string ModelOf(string? model) => model ?? _options.Model ?? "";
}
