using Segmentation.Common.Caching;
using Segmentation.Projects.Objects;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Projects.Pictures.Files;

/// <summary>
/// Thumbnails of pictures: made once, kept in the object store, and made again when one is missing. As many are made at
/// a time as there are cores, and one of each picture.
/// </summary>
internal sealed class Thumbnails(IObjectStore store) : IDisposable
{
    /// <summary>Longest side in pixels.</summary>
    public const int Side = 256;

    private readonly SingleFlight<string, byte[]> _making = new();
    private readonly SemaphoreSlim _cores = new(Environment.ProcessorCount);

    /// <summary>Reads a thumbnail; null: it was not made yet.</summary>
    public async Task<byte[]?> FindAsync(string tenant, byte[] sha256, CancellationToken cancellationToken)
    {
        var stream = await store.OpenAsync(ObjectKeys.Thumbnail(tenant, sha256), 0, null, cancellationToken);
        if (stream is null)
        {
            return null;
        }

        await using (stream)
        {
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancellationToken);
            return bytes.ToArray();
        }
    }

    /// <summary>Makes and keeps a thumbnail.</summary>
    /// <param name="tenant">Tenant of the picture.</param>
    /// <param name="sha256">SHA-256 of the file, 32 bytes.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Stops waiting, and making where nobody else waits.</param>
    /// <exception cref="ImageException">The file is no image, or damaged.</exception>
    public Task<byte[]> MakeAsync(
        string tenant, byte[] sha256, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Thumbnail(tenant, sha256);
        return _making.RunAsync(
            key,
            async token =>
            {
                await _cores.WaitAsync(token);
                byte[] thumbnail;
                try
                {
                    thumbnail = await Task.Run(
                        () => ThumbnailMaker.Make(file, Side, ImageLimits.Default, token), token);
                }
                finally
                {
                    _cores.Release();
                }

                await store.WriteAsync(key, new ReadOnlyStream(thumbnail), token);
                return thumbnail;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _cores.Dispose();
}
