using System.Text;
using Segmentation.Identity.Keys;

namespace Segmentation.Identity.Tests.Keys;

public sealed class KeysFileTests : IDisposable
{
    private const string Hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "keys.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Change_NewFile_IsReadAgainAndHoldsNoSecret()
    {
        var key = ApiKey.Create();
        var record = Records.Of(key, expires: Records.Now.AddDays(90)) with { UnitsPerSecond = 50, Burst = 200 };

        await KeysFile.ChangeAsync(Path, records => [.. records, record], Cancel);

        var read = Assert.Single(KeysFile.Read(Path));
        Assert.Equal(record with { Hash = default }, read with { Hash = default });
        Assert.Equal(key.Hash(), read.Hash.ToArray());
        var text = await File.ReadAllTextAsync(Path, Cancel);
        Assert.DoesNotContain(key.Text[13..], text, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        }
    }

    [Fact]
    public async Task Change_ManyAtOnce_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => KeysFile.ChangeAsync(
            Path, records => [.. records, Records.Of(ApiKey.Create(), $"n{i}")], Cancel))));

        Assert.Equal(20, KeysFile.Read(Path).Select(record => record.Name).Distinct().Count());
        Assert.Equal(["keys.json", "keys.json.lock"], _folder.GetFiles().Select(file => file.Name).Order());
    }

    [Fact]
    public async Task Change_ThroughALink_KeepsTheLink()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Symbolic links need a right of their own there.");
        }

        var link = System.IO.Path.Combine(_folder.FullName, "link.json");
        File.CreateSymbolicLink(link, Path);

        await KeysFile.ChangeAsync(link, _ => [Records.Of(ApiKey.Create())], Cancel);

        Assert.NotNull(File.ResolveLinkTarget(link, returnFinalTarget: false));
        Assert.Single(KeysFile.Read(Path));
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("[]", "must be an object with a list 'keys'")]
    [InlineData("{}", "has no list 'keys'")]
    [InlineData("null", "has no list 'keys'")]
    [InlineData("{\"keys\": [{\"id\": 7}]}", "keys[0].id")]
    [InlineData("{\"keys\": [], \"more\": 1}", "$.more")]
    [InlineData("{\"keys\": [{\"id\": \"short\"}]}", "keys[0].id must have 8 characters")]
    [InlineData("{\"keys\": [{\"id\": \"abcdefgh\", \"tenant\": \"A B\"}]}", "keys[0].tenant is 'A B'")]
    [InlineData("{\"keys\": [{\"id\": \"abcdefgh\", \"tenant\": \"a\"}]}", "keys[0].name is missing")]
    [InlineData(
        "{\"keys\": [{\"id\": \"abcdefgh\", \"tenant\": \"a\", \"name\": \"n\", \"scopes\": [\"fly\"]}]}", "has 'fly'")]
    [InlineData("{\"keys\": [{\"id\": \"abcdefgh\", \"tenant\": \"a\", \"name\": \"n\"}]}", "keys[0].hash must be")]
    [InlineData(
        "{\"keys\": [{\"id\": \"abcdefgh\", \"tenant\": \"a\", \"name\": \"n\", \"hash\": \"HASH\", \"burst\": -1}]}",
        "keys[0].burst is -1")]
    [InlineData(
        "{\"keys\": [{\"id\": \"abcdefgh\", \"tenant\": \"a\", \"name\": \"n\", \"hash\": \"HASH\"},"
            + "{\"id\": \"abcdefgh\", \"tenant\": \"a\", \"name\": \"n\", \"hash\": \"HASH\"}]}",
        "keys[1].id is 'abcdefgh', which an earlier key has")]
    public void Parse_AnotherForm_SaysWhatAndWhere(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Replace("HASH", Hash, StringComparison.Ordinal));

        var error = Assert.Throws<KeysFileException>(() => KeysFile.Parse(bytes, "k.json"));

        Assert.Contains("'k.json'", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
