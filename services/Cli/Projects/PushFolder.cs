using System.IO.Compression;
using System.Runtime.CompilerServices;
using Segmentation.Cli.Commands;
using Segmentation.Formats;
using Segmentation.Formats.Files;
using Segmentation.Formats.Registry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Cli.Projects;

/// <summary>A folder to push: its pictures, and its files of annotations where it is a dataset.</summary>
internal sealed class PushFolder
{
    private static readonly DateTimeOffset _time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _path;
    private readonly FolderSource _source;
    private readonly IDatasetReader? _reader;
    private readonly HashSet<string> _pushed = new(StringComparer.Ordinal);

    private PushFolder(string path, FolderSource source, IDatasetReader? reader) =>
        (_path, _source, _reader) = (path, source, reader);

    /// <summary>Name of the dataset's format; null: the folder is pictures alone.</summary>
    public string? Format => _reader?.Format;

    /// <summary>Looks into a folder.</summary>
    /// <param name="path">Path of the folder.</param>
    /// <param name="format">Name of a format; null: found out.</param>
    /// <exception cref="CliException">The folder cannot be read as a dataset.</exception>
    public static PushFolder Open(string path, string? format)
    {
        try
        {
            var source = new FolderSource(path);
            return new(path, source, format switch
            {
                null => DatasetFormats.Recognise(source),
                DatasetFormats.Pictures => null,
                _ => DatasetFormats.FindReader(format),
            });
        }
        catch (DatasetFormatException error)
        {
            throw new CliException(error.Message, innerException: error);
        }
    }

    /// <summary>The pictures, each with its name in the project and the path of its file.</summary>
    public async IAsyncEnumerable<(string Name, string Path)> PicturesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_reader is null)
        {
            foreach (var file in _source.Files.Where(PictureEndings.Is))
            {
                _pushed.Add(file);
                yield return (file, PathOf(file));
            }

            yield break;
        }

        // Sizes are the server's matter: here only names count.
        var pictures = _reader.ReadAsync(_source, SizeOf, _ => { }, cancellationToken);
        await foreach (var picture in pictures.ConfigureAwait(false))
        {
            if (picture.File is { } file && _pushed.Add(file))
            {
                yield return (picture.Name, PathOf(file));
            }
        }
    }

    /// <summary>Files that are no pictures and belong to no dataset.</summary>
    public IEnumerable<string> LeftOut() => _reader is null ? _source.Files.Where(file => !_pushed.Contains(file)) : [];

    /// <summary>
    /// Packs the files of annotations: all but those that <see cref="PicturesAsync"/> named. The same files make the
    /// same bytes, by which a repeated push is recognised.
    /// </summary>
    /// <param name="archive">Path of the archive to write.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task PackAsync(string archive, CancellationToken cancellationToken)
    {
        var file = new FileStream(archive, FileMode.Create, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            using var zip = new ZipArchive(file, ZipArchiveMode.Create);
            foreach (var path in _source.Files.Where(path => !_pushed.Contains(path)))
            {
                var entry = zip.CreateEntry(path, CompressionLevel.Fastest);
                entry.LastWriteTime = _time;
                var (from, to) = (_source.Open(path), await entry.OpenAsync(cancellationToken).ConfigureAwait(false));
                await using (from.ConfigureAwait(false))
                await using (to.ConfigureAwait(false))
                {
                    await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private string PathOf(string file) => Path.Combine(_path, file);

    private (int Width, int Height)? SizeOf(string name)
    {
        var file = _source.Files.FirstOrDefault(file => file == name || file.EndsWith("/" + name, StringComparison.Ordinal));
        return file is not null && PictureEndings.Is(file) ? SizeIn(PathOf(file)) : null;
    }

    private static (int Width, int Height)? SizeIn(string path)
    {
        try
        {
            var header = ImageReader.ReadHeader(File.ReadAllBytes(path), ImageLimits.Default);
            return (header.Width, header.Height);
        }
        catch (ImageException)
        {
            // The server says what is wrong with the picture.
            return null;
        }
    }
}
