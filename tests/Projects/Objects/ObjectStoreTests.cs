using System.Security.Cryptography;
using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Tests.Objects;

/// <summary>The contract of all object stores.</summary>
public abstract class ObjectStoreTests : IAsyncLifetime
{
    internal IObjectStore Store { get; private set; } = null!;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Store = await OpenAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task FindAsync_AbsentObject_ReturnsNull()
    {
        Assert.Null(await Store.FindAsync("a/none", Cancel));
        Assert.Null(await Store.OpenAsync("a/none", 0, null, Cancel));
        Assert.Null(await Store.OpenAsync("a/none", 0, 0, Cancel));
        await Store.DeleteAsync("a/none", Cancel);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8 * 1024 * 1024)]
    [InlineData((20 * 1024 * 1024) + 7)]
    public async Task WriteAsync_AnySize_IsReadBack(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);

        await WriteAsync("tenant/pictures/ab/file.bin", content);

        Assert.Equal(size, await Store.FindAsync("tenant/pictures/ab/file.bin", Cancel));
        Assert.Equal(content, await ReadAsync("tenant/pictures/ab/file.bin"));
    }

    [Fact]
    public async Task WriteAsync_ObjectIsThere_ReplacesTheObject()
    {
        await WriteAsync("a/b", [1, 2, 3]);
        await WriteAsync("a/b", [4]);

        Assert.Equal(new byte[] { 4 }, await ReadAsync("a/b"));
    }

    [Theory]
    [InlineData(0, 3L, "012")]
    [InlineData(7, null, "789")]
    [InlineData(8, 100L, "89")]
    [InlineData(3, 0L, "")]
    [InlineData(10, null, "")]
    [InlineData(50, 5L, "")]
    public async Task OpenAsync_Part_GivesThoseBytes(long from, long? length, string expected)
    {
        await WriteAsync("part", "0123456789"u8.ToArray());

        await using var part = await Store.OpenAsync("part", from, length, Cancel);

        Assert.NotNull(part);
        Assert.Equal(expected, await new StreamReader(part).ReadToEndAsync(Cancel));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(9 * 1024 * 1024)]
    public async Task WriteAsync_ContentFails_NothingIsThere(int bytesBefore)
    {
        await WriteAsync("cut/old", [1]);

        await Assert.ThrowsAsync<IOException>(
            () => Store.WriteAsync("cut/new", new BrokenStream(bytesBefore), Cancel));
        await Assert.ThrowsAsync<IOException>(
            () => Store.WriteAsync("cut/old", new BrokenStream(bytesBefore), Cancel));

        Assert.Null(await Store.FindAsync("cut/new", Cancel));
        Assert.Equal(new byte[] { 1 }, await ReadAsync("cut/old"));
        Assert.Equal(["cut/old"], await KeysAsync("cut/"));
    }

    [Fact]
    public async Task WriteAsync_Cancelled_NothingIsThere()
    {
        using var cancel = new CancellationTokenSource();
        var content = new BrokenStream(9 * 1024 * 1024, cancel.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.WriteAsync("cancelled", content, cancel.Token));

        Assert.Empty(await KeysAsync(""));
    }

    [Fact]
    public async Task DeleteAsync_Object_IsGone()
    {
        await WriteAsync("a/b/c", [1]);
        await Store.DeleteAsync("a/b/c", Cancel);
        Assert.Null(await Store.FindAsync("a/b/c", Cancel));
    }

    [Fact]
    public async Task ListAsync_Prefix_IsInOrdinalOrder()
    {
        string[] keys = ["a-b", "a/c", "a/b/x", "a.txt", "a/B", "b/a", "a0", "a/b.c"];
        foreach (var key in keys)
        {
            await WriteAsync(key, [1, 2]);
        }

        var sorted = keys.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(sorted, await KeysAsync(""));
        Assert.Equal(sorted.Where(key => key.StartsWith("a/", StringComparison.Ordinal)), await KeysAsync("a/"));
        Assert.Equal(sorted.Where(key => key.StartsWith("a/b", StringComparison.Ordinal)), await KeysAsync("a/b"));
        Assert.Empty(await KeysAsync("none/"));
        for (var i = 0; i < sorted.Length; i++)
        {
            Assert.Equal(sorted[(i + 1)..], await KeysAsync("", sorted[i]));
        }
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a/../../up")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData(".hidden")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("a/")]
    public async Task AnyMethod_KeyThatLeadsOut_Throws(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.FindAsync(key, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenAsync(key, 0, null, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(key, [1]));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(key, Cancel));
    }

    private protected abstract ValueTask<IObjectStore> OpenAsync();

    private protected Task WriteAsync(string key, byte[] content) =>
        Store.WriteAsync(key, new MemoryStream(content), Cancel);

    private protected async Task<byte[]> ReadAsync(string key)
    {
        await using var stream = await Store.OpenAsync(key, 0, null, Cancel);
        Assert.NotNull(stream);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Cancel);
        return bytes.ToArray();
    }

    private protected async Task<List<string>> KeysAsync(string prefix, string after = "")
    {
        var keys = new List<string>();
        await foreach (var entry in Store.ListAsync(prefix, after, Cancel))
        {
            keys.Add(entry.Key);
        }

        return keys;
    }
}
