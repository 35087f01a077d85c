using Segmentation.Gateway.Hosting;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Gateway.Tests.Hosting;

public sealed class FirstKeyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("first-key-");

    private string Keys => Path.Combine(_folder.FullName, "keys.json");

    private string Key => Path.Combine(_folder.FullName, "key");

    [Fact]
    public async Task RunAsync_NoKeysFile_MakesAKeyThatItLetsIn()
    {
        var (code, output) = await RunAsync("--first-key", Keys, Key);
        var text = (await File.ReadAllTextAsync(Key, TestContext.Current.CancellationToken)).Trim();
        var record = Assert.Single(KeysFile.Read(Keys));

        Assert.Equal(0, code);
        Assert.Equal(ApiKeyForm.Key, ApiKey.Read(text, out var key));
        Assert.Equal(key!.Hash(), record.Hash.ToArray());
        Assert.Equal(("default", Scopes.Usual | Scope.Admin), (record.Tenant, record.Scopes));
        Assert.DoesNotContain(text, output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key));
        }
    }

    [Fact]
    public async Task RunAsync_WithAFileForProjects_MakesAKeyThatNamesTenants()
    {
        var projects = Path.Combine(_folder.FullName, "projects-key");

        var (code, _) = await RunAsync("--first-key", Keys, Key, projects);

        var text = (await File.ReadAllTextAsync(projects, TestContext.Current.CancellationToken)).Trim();
        Assert.Equal(0, code);
        Assert.Equal(ApiKeyForm.Key, ApiKey.Read(text, out var key));
        var record = Assert.Single(KeysFile.Read(Keys), record => record.Id == key!.Id);
        Assert.Equal(Scope.Segment | Scope.Upload | Scope.Everything | Scope.Impersonate, record.Scopes);
    }

    [Fact]
    public async Task RunAsync_AgainAfterARestart_KeepsTheKey()
    {
        await RunAsync("--first-key", Keys, Key);
        var before = await File.ReadAllTextAsync(Key, TestContext.Current.CancellationToken);

        var (code, output) = await RunAsync("--first-key", Keys, Key);

        Assert.Equal(0, code);
        Assert.Contains("no key was made", output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(Key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_KeyWithoutKeysFile_IsMadeAnew()
    {
        await File.WriteAllTextAsync(Key, "half a key", TestContext.Current.CancellationToken);

        var (code, _) = await RunAsync("--first-key", Keys, Key);

        Assert.Equal(0, code);
        Assert.StartsWith(
            ApiKey.Prefix, await File.ReadAllTextAsync(Key, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("must be followed by a keys file", "--first-key")]
    [InlineData("must be followed by a keys file", "--first-key", "a", "b", "c", "d")]
    [InlineData("No API key was made", "--first-key", "/no/such/folder/keys.json", "/no/such/folder/key")]
    public async Task RunAsync_CannotMakeAKey_SaysWhyAndEndsWithOne(string expected, params string[] arguments)
    {
        var (code, output) = await RunAsync(arguments);

        Assert.Equal(1, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await FirstKey.RunAsync(arguments, output);
        return (code, output.ToString());
    }
}
