using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Identity.Keys;

namespace Segmentation.Identity.Tests.Keys;

public sealed class KeysFileStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys");
    private readonly FakeTimeProvider _clock = new(Records.Now);
    private readonly Lines _lines = new();
    private readonly ApiKey _first = ApiKey.Create();
    private readonly ApiKey _second = ApiKey.Create();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_folder.FullName, "keys.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Look_ChangedFile_IsInForceWithinASecond()
    {
        using var store = await StartAsync();
        var changes = 0;
        store.Changed += (_, _) => changes++;
        await WriteAsync(_second);
        Assert.NotNull(store.Find(_first.Id));

        _clock.Advance(KeysFileStore.Period);
        _clock.Advance(KeysFileStore.Period);

        Assert.Null(store.Find(_first.Id));
        Assert.NotNull(store.Find(_second.Id));
        Assert.Equal(1, changes);
    }

    [Fact]
    public async Task Look_BrokenFile_KeepsTheOldKeysAndSaysSoOnce()
    {
        using var store = await StartAsync();
        await File.WriteAllTextAsync(Path, "{", Cancel);

        _clock.Advance(KeysFileStore.Period);
        _clock.Advance(KeysFileStore.Period);

        Assert.NotNull(store.Find(_first.Id));
        Assert.Contains(Path, store.Problem, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Error, Assert.Single(_lines.Levels));

        await WriteAsync(_second);
        _clock.Advance(KeysFileStore.Period);
        Assert.Null(store.Problem);
        Assert.NotNull(store.Find(_second.Id));
    }

    [Fact]
    public async Task Look_MissingFile_KeepsTheOldKeys()
    {
        using var store = await StartAsync();
        File.Delete(Path);

        _clock.Advance(KeysFileStore.Period);

        Assert.NotNull(store.Find(_first.Id));
        Assert.NotNull(store.Problem);
    }

    [Fact]
    public async Task Look_LinkThatPointsElsewhere_IsFollowed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Symbolic links need a right of their own there.");
        }

        // As Kubernetes does it: the file is a link into a folder that is a link to a folder of each version.
        var (one, two) = (Versioned("one", _first), Versioned("two", _second));
        var data = System.IO.Path.Combine(_folder.FullName, "..data");
        Directory.CreateSymbolicLink(data, one);
        File.CreateSymbolicLink(Path, System.IO.Path.Combine(data, "keys.json"));
        using var store = new KeysFileStore(Path, _clock, _lines);

        var next = $"{data}_tmp";
        Directory.CreateSymbolicLink(next, two);
        Directory.Delete(data);
        Directory.Move(next, data);
        _clock.Advance(KeysFileStore.Period);

        Assert.NotNull(store.Find(_second.Id));
        Assert.Null(store.Find(_first.Id));
        await Task.CompletedTask;
    }

    [Fact]
    public void Start_MissingFile_NamesIt()
    {
        var error = Assert.Throws<KeysFileException>(() => new KeysFileStore(Path, _clock, _lines));

        Assert.Contains(Path, error.Message, StringComparison.Ordinal);
    }

    private string Versioned(string name, ApiKey key)
    {
        var folder = _folder.CreateSubdirectory(name).FullName;
        KeysFile.ChangeAsync(System.IO.Path.Combine(folder, "keys.json"), _ => [Records.Of(key)], Cancel)
            .GetAwaiter().GetResult();
        return folder;
    }

    private async Task<KeysFileStore> StartAsync()
    {
        await WriteAsync(_first);
        return new(Path, _clock, _lines);
    }

    // In place of whatever is there: a broken file cannot be changed.
    private Task WriteAsync(ApiKey key)
    {
        File.Delete(Path);
        return KeysFile.ChangeAsync(Path, _ => [Records.Of(key)], Cancel);
    }

    private sealed class Lines : ILogger<KeysFileStore>
    {
        public List<LogLevel> Levels { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Levels.Add(logLevel);
    }
}
