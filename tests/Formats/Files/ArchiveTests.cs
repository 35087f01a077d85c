using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Segmentation.Formats.Files;

namespace Segmentation.Formats.Tests.Files;

public sealed class ArchiveTests : IDisposable
{
    private static readonly ArchiveLimits _small = new()
    {
        MaxFiles = 3, MaxFileBytes = 1000, MaxTotalBytes = 2000, MaxRatio = 5, RatioFreeBytes = 500,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("formats-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("folder")]
    [InlineData("zip")]
    [InlineData("tar")]
    [InlineData("tar.gz")]
    public async Task Open_FolderOrArchive_GivesEveryFile(string kind)
    {
        var files = new Dictionary<string, byte[]>
        {
            ["annotations/a.json"] = Encoding.UTF8.GetBytes(new string('x', 3_000_000)),
            ["images/ä b.jpg"] = [1, 2, 3],
            ["empty.txt"] = [],
            [$"deep/{new string('d', 90)}/{new string('e', 90)}.txt"] = [7],
        };
        var path = Path.Combine(_folder, $"dataset.{kind}");
        await WriteAsync(kind, path, files);

        var source = await DatasetSources.OpenAsync(path, cancellationToken: TestContext.Current.CancellationToken);

        using (source as IDisposable)
        {
            Assert.Equal(files.Keys.Order(StringComparer.Ordinal), source.Files);
            // Several files are open at once, and each twice.
            var open = source.Files.Concat(source.Files).Select(file => (file, Stream: source.Open(file))).ToArray();
            foreach (var (file, stream) in open.Reverse())
            {
                using var memory = new MemoryStream();
                await stream.CopyToAsync(memory, TestContext.Current.CancellationToken);
                await stream.DisposeAsync();
                Assert.Equal(files[file], memory.ToArray());
                Assert.Equal(files[file].Length, source.SizeOf(file));
            }

            Assert.Throws<FileNotFoundException>(() => source.Open("other.txt"));
        }
    }

    [Theory]
    [InlineData("../evil.txt", "leads out")]
    [InlineData("a/../../evil.txt", "leads out")]
    [InlineData("..\\evil.txt", "leads out")]
    [InlineData("/etc/passwd", "is absolute")]
    [InlineData("C:\\evil.txt", "is absolute")]
    [InlineData("a//b.txt", "leads out")]
    [InlineData("a\nb.txt", "control characters")]
    public void Zip_PathThatLeadsOut_IsRefused(string path, string reason) =>
        Refused(() => Zip(archive => Write(archive.CreateEntry(path), "x")), reason);

    [Theory]
    [InlineData("../evil.txt", "leads out")]
    [InlineData("/etc/passwd", "is absolute")]
    public async Task Tar_PathThatLeadsOut_IsRefused(string path, string reason) =>
        await RefusedAsync(writer => writer.WriteEntry(File(path, "x")), reason);

    [Fact]
    public async Task Tar_Links_AreRefused()
    {
        await RefusedAsync(
            writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "/etc/passwd" }),
            "a is a link");
        await RefusedAsync(
            writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "a") { LinkName = "b" }), "a is a link");
    }

    [Fact]
    public void Zip_Link_IsRefused() => Refused(
        () => Zip(archive =>
        {
            Write(archive.CreateEntry("a"), "/etc/passwd").ExternalAttributes = unchecked((int)0xA1FF0000);
        }),
        "a is a link");

    [Fact]
    public void Folder_Link_IsRefused()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), "/etc");

        Refused(() => new FolderSource(_folder), "link is a link");
    }

    [Fact]
    public async Task Archives_OnePathTwice_AreRefused()
    {
        Refused(
            () => Zip(archive =>
            {
                Write(archive.CreateEntry("a"), "1");
                Write(archive.CreateEntry("./a"), "2");
            }), "has a twice");
        await RefusedAsync(
            writer =>
            {
                writer.WriteEntry(File("a", "1"));
                writer.WriteEntry(File("a", "2"));
            }, "has a twice");
    }

    [Fact]
    public void Zip_Bomb_IsRefusedBeforeItIsRead()
    {
        Refused(() => Zip(archive => Write(archive.CreateEntry("a"), new string('0', 900))), "more than 5 times its size");
        Refused(() => Zip(archive => Write(archive.CreateEntry("a"), new string('0', 1001))), "at most 1000");
        Refused(
            () => Zip(archive =>
            {
                for (var i = 0; i < 4; i++)
                {
                    Write(archive.CreateEntry($"{i}"), "x");
                }
            }), "more than 3 files");
    }

    [Fact]
    public async Task TarGzip_Bomb_IsRefusedWhileItIsUnpacked()
    {
        var path = Path.Combine(_folder, "bomb.tar.gz");
        await using (var file = System.IO.File.Create(path))
        await using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
        {
            await gzip.WriteAsync(new byte[100_000], TestContext.Current.CancellationToken);
        }

        var exception = await Assert.ThrowsAsync<DatasetFormatException>(
            () => DatasetSources.OpenAsync(path, null, _small, TestContext.Current.CancellationToken));

        Assert.Matches("times its size|bytes together", exception.Message);
    }

    [Fact]
    public async Task Archives_CutAnywhere_AreRefusedOrShorter()
    {
        var zip = Zip(archive => Write(archive.CreateEntry("a.txt"), "hello hello hello")).ToArray();
        for (var length = 4; length < zip.Length; length++)
        {
            Assert.Throws<DatasetFormatException>(() => new ZipSource(new MemoryStream(zip[..length])));
        }

        var path = Path.Combine(_folder, "cut.tar");
        var whole = await TarAsync(writer => writer.WriteEntry(File("a.txt", new string('x', 2000))));
        await System.IO.File.WriteAllBytesAsync(path, whole[..2500], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<DatasetFormatException>(
            () => DatasetSources.OpenAsync(path, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Zip_FileLongerThanItsDirectorySays_IsRefused()
    {
        var bytes = Zip(archive => Write(archive.CreateEntry("a.txt", CompressionLevel.NoCompression), "hello"))
            .ToArray();
        var entry = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        // Sizes in the directory: what is there says 5 bytes.
        bytes[entry + 24] = 4;
        using var source = new ZipSource(new MemoryStream(bytes));

        var exception = Record.Exception(() =>
        {
            using var stream = source.Open("a.txt");
            stream.CopyTo(Stream.Null);
        });

        Assert.IsType<DatasetFormatException>(exception);
    }

    [Fact]
    public void ZipSink_BadPathsAndRepeats_AreRefused()
    {
        using var zip = new ZipSink(new MemoryStream());
        zip.Create("a").Dispose();

        Assert.Throws<DatasetFormatException>(() => zip.Create("../a"));
        Assert.Throws<IOException>(() => zip.Create("a"));
    }

    private static async Task WriteAsync(string kind, string path, Dictionary<string, byte[]> files)
    {
        if (kind == "folder")
        {
            foreach (var (name, bytes) in files)
            {
                var file = Path.Combine(path, name);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await System.IO.File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
            }

            return;
        }

        await using var output = System.IO.File.Create(path);
        if (kind == "zip")
        {
            using var sink = new ZipSink(output);
            foreach (var (name, bytes) in files)
            {
                await using var stream = sink.Create(name);
                await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
            }

            return;
        }

        await using var packed = kind == "tar.gz" ? new GZipStream(output, CompressionLevel.Fastest) : null;
        await using var writer = new TarWriter((Stream?)packed ?? output, leaveOpen: true);
        foreach (var (name, bytes) in files)
        {
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) },
                TestContext.Current.CancellationToken);
        }
    }

    private static void Refused(Func<MemoryStream> zip, string reason) =>
        Refused(() => { new ZipSource(zip(), _small).Dispose(); return 0; }, reason);

    private static void Refused<T>(Func<T> open, string reason)
    {
        var exception = Assert.Throws<DatasetFormatException>(() => { open(); });
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(Action<TarWriter> write, string reason)
    {
        var path = Path.Combine(_folder, "refused.tar");
        await System.IO.File.WriteAllBytesAsync(path, await TarAsync(write), TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAsync<DatasetFormatException>(
            () => TarSource.OpenAsync(path, null, TestContext.Current.CancellationToken));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private static async Task<byte[]> TarAsync(Action<TarWriter> write)
    {
        using var memory = new MemoryStream();
        await using (var writer = new TarWriter(memory, leaveOpen: true))
        {
            write(writer);
        }

        return memory.ToArray();
    }

    private static PaxTarEntry File(string path, string text) =>
        new(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private static MemoryStream Zip(Action<ZipArchive> write)
    {
        var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            write(archive);
        }

        memory.Position = 0;
        return memory;
    }

    private static ZipArchiveEntry Write(ZipArchiveEntry entry, string text)
    {
        using var writer = new StreamWriter(entry.Open());
        writer.Write(text);
        return entry;
    }
}
