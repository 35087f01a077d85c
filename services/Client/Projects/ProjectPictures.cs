using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Client.Projects;

/// <summary>Pictures of projects: adding, listing, changing, reading, and who works on which.</summary>
public sealed class ProjectPictures
{
    private const int ChunkBytes = 256 * 1024;

    private readonly ProjectsConnection _connection;
    private readonly PictureService.PictureServiceClient _pictures;

    internal ProjectPictures(ProjectsConnection connection)
    {
        _connection = connection;
        _pictures = new PictureService.PictureServiceClient(connection.Channel);
    }

    /// <summary>Adds a file, once however often connections are lost. A file that the project has is not added again.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="name">Name of the picture, with its folders.</param>
    /// <param name="path">Path of the file: a JPEG, PNG, WebP, TIFF or GIF.</param>
    /// <param name="split">Part of the dataset.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The picture: the new one, or the one that has the same file.</returns>
    public async Task<Picture> AddAsync(
        string project,
        string name,
        string path,
        Split split = Split.Unspecified,
        CancellationToken cancellationToken = default)
    {
        var metadata = new AddPictureMetadata
        {
            Project = project,
            Name = name,
            Split = split,
            ImageId = await ImageIdOfAsync(path, cancellationToken).ConfigureAwait(false),
            SizeBytes = new FileInfo(path).Length,
        };
        return await AddAsync(metadata, () => File.OpenRead(path), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds a file that lies in memory, once however often connections are lost.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="name">Name of the picture, with its folders.</param>
    /// <param name="file">A JPEG, PNG, WebP, TIFF or GIF file.</param>
    /// <param name="split">Part of the dataset.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The picture: the new one, or the one that has the same file.</returns>
    public Task<Picture> AddAsync(
        string project,
        string name,
        byte[] file,
        Split split = Split.Unspecified,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        var metadata = new AddPictureMetadata
        {
            Project = project,
            Name = name,
            Split = split,
            ImageId = ImageId(SHA256.HashData(file)),
            SizeBytes = file.Length,
        };
        return AddAsync(metadata, () => new MemoryStream(file, writable: false), cancellationToken);
    }

    /// <summary>Adds what a stream gives, once however often connections are lost.</summary>
    /// <param name="metadata">What the file is; with <c>ImageId</c>, a file that the server has is not sent.</param>
    /// <param name="open">Opens the file from its beginning, once for each attempt.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The picture: the new one, or the one that has the same file.</returns>
    public Task<Picture> AddAsync(
        AddPictureMetadata metadata, Func<Stream> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(open);
        return _connection.RepeatAsync(() => SendAsync(metadata, open, cancellationToken), cancellationToken);
    }

    /// <summary>Id of a file's image: <c>sha256:</c> and 64 hexadecimal digits.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<string> ImageIdOfAsync(string path, CancellationToken cancellationToken = default)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            return ImageId(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Describes a picture.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<Picture> GetAsync(string project, long picture, CancellationToken cancellationToken = default)
    {
        var request = new GetPictureRequest { Project = project, Picture = picture };
        return _connection.CallAsync(call => _pictures.GetPictureAsync(request, call), cancellationToken);
    }

    /// <summary>Lists pictures, page by page as they are read.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="filter">Filter; null: all.</param>
    /// <param name="orderBy">Order; null: by id. ListPicturesRequest names the others.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<Picture> ListAsync(
        string project,
        PictureFilter? filter = null,
        string? orderBy = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListPicturesRequest
        {
            Project = project, Filter = filter, OrderBy = orderBy ?? "", PageSize = 1000,
        };
        do
        {
            var page = await _connection
                .CallAsync(call => _pictures.ListPicturesAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
            foreach (var picture in page.Pictures)
            {
                yield return picture;
            }

            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Changes pictures, all alike.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="pictures">Ids, 1 to 10,000.</param>
    /// <param name="values">The new values.</param>
    /// <param name="fields">Fields to change, as <c>state</c> or <c>split</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Picture>> UpdateAsync(
        string project,
        IEnumerable<long> pictures,
        Picture values,
        IEnumerable<string> fields,
        CancellationToken cancellationToken = default)
    {
        var request = new UpdatePicturesRequest
        {
            Project = project, Pictures = { pictures }, Values = values, UpdateMask = ProjectsClient.Mask(fields),
        };
        var answer = await _connection
            .CallAsync(call => _pictures.UpdatePicturesAsync(request, call), cancellationToken)
            .ConfigureAwait(false);
        return answer.Pictures;
    }

    /// <summary>Takes pictures out of the project, with what was drawn on them.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="pictures">Ids, 1 to 10,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task DeleteAsync(
        string project, IEnumerable<long> pictures, CancellationToken cancellationToken = default)
    {
        var request = new DeletePicturesRequest { Project = project, Pictures = { pictures } };
        return _connection.CallAsync(call => _pictures.DeletePicturesAsync(request, call), cancellationToken);
    }

    /// <summary>Reads a picture's file.</summary>
    /// <param name="project">Id of the project.</param>
    /// <param name="picture">Id of the picture.</param>
    /// <param name="thumbnail">True for the thumbnail, a JPEG of at most 256 pixels a side.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<byte[]> ReadAsync(
        string project, long picture, bool thumbnail = false, CancellationToken cancellationToken = default)
    {
        var request = new ReadPictureRequest { Project = project, Picture = picture, Thumbnail = thumbnail };
        return _connection.RepeatAsync(
            async () =>
            {
                using var call = _pictures.ReadPicture(request, _connection.Options(cancellationToken));
                using var file = new MemoryStream();
                while (await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
                {
                    call.ResponseStream.Current.Chunk.WriteTo(file);
                }

                return file.ToArray();
            },
            cancellationToken);
    }

    /// <summary>Has the server choose the next picture to work on, and leases it; null: none is left.</summary>
    /// <param name="request">Filter, job and holder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<NextPictureResponse?> NextAsync(
        NextPictureRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _connection
                .CallAsync(call => _pictures.NextPictureAsync(request, call), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Takes or renews the lease of a picture.</summary>
    /// <param name="request">Picture, holder and length.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION: somebody else holds the lease.</exception>
    public Task<Lease> LeaseAsync(LeasePictureRequest request, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(call => _pictures.LeasePictureAsync(request, call), cancellationToken);

    /// <summary>Ends a lease.</summary>
    /// <param name="request">Picture and holder.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task ReleaseAsync(ReleasePictureRequest request, CancellationToken cancellationToken = default) =>
        _connection.CallAsync(call => _pictures.ReleasePictureAsync(request, call), cancellationToken);

    private static string ImageId(byte[] sha256) => $"sha256:{Convert.ToHexStringLower(sha256)}";

    private async Task<Picture> SendAsync(
        AddPictureMetadata metadata, Func<Stream> open, CancellationToken cancellationToken)
    {
        using var call = _pictures.AddPicture(_connection.Options(cancellationToken));
        if (await IsTakenAsync(() => WriteAsync(new() { Metadata = metadata })).ConfigureAwait(false))
        {
            var file = open();
            await using (file.ConfigureAwait(false))
            {
                ByteString chunk;
                do
                {
                    chunk = await ReadChunkAsync(file, cancellationToken).ConfigureAwait(false);
                }
                while (chunk.Length > 0 && await IsTakenAsync(() => WriteAsync(new() { Chunk = chunk })).ConfigureAwait(false));
            }

            await IsTakenAsync(call.RequestStream.CompleteAsync).ConfigureAwait(false);
        }

        return await call.ResponseAsync.ConfigureAwait(false);

        Task WriteAsync(AddPictureRequest request) => call.RequestStream.WriteAsync(request, cancellationToken);
    }

    /// <summary>
    /// Tells whether the call takes more. If not, the server answered before it had everything (it holds the file already,
    /// or refused it), or the connection ended: the call's answer says which. Failures to read the file are no such end.
    /// </summary>
    private static async Task<bool> IsTakenAsync(Func<Task> write)
    {
        try
        {
            await write().ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (LostConnections.Is(error))
        {
            return false;
        }
    }

    private static async Task<ByteString> ReadChunkAsync(Stream file, CancellationToken cancellationToken)
    {
        // A new array for each message: the one before may still be on its way.
        var buffer = new byte[ChunkBytes];
        var read = await file.ReadAtLeastAsync(buffer, ChunkBytes, false, cancellationToken).ConfigureAwait(false);
        return UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read));
    }
}
