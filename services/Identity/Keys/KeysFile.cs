using System.Text.Json;
using System.Text.Json.Serialization;
using Segmentation.Common;

namespace Segmentation.Identity.Keys;

/// <summary>
/// The keys file: <c>{"keys": [{"id", "tenant", "name", "scopes": [...], "hash": "sha256:...", "created", "expires",
/// "revoked", "unitsPerSecond", "burst"}]}</c>. It holds no secret: whoever reads it cannot call the server. Whoever
/// writes it can.
/// </summary>
public static class KeysFile
{
    /// <summary>Longest file that is read: 16 MiB, some 50,000 keys.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string HashPrefix = "sha256:";
    private const int HashBytes = 32;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads records from a file's bytes.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">The file's name, for errors.</param>
    /// <exception cref="KeysFileException">It has another form.</exception>
    public static IReadOnlyList<ApiKeyRecord> Parse(ReadOnlySpan<byte> bytes, string name)
    {
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(bytes, _json);
        }
        catch (JsonException error)
        {
            throw new KeysFileException(
                $"The keys file '{name}' is not as expected at {error.Path ?? "$"}, line {error.LineNumber + 1}: "
                    + "it must be an object with a list 'keys', as 'segctl keys create' writes it.",
                error);
        }

        var entries = document?.Keys
            ?? throw new KeysFileException($"The keys file '{name}' has no list 'keys'.");
        var records = new List<ApiKeyRecord>(entries.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            var record = ToRecord(entries[i], $"'{name}': keys[{i}]");
            if (!ids.Add(record.Id))
            {
                throw new KeysFileException($"'{name}': keys[{i}].id is '{record.Id}', which an earlier key has.");
            }

            records.Add(record);
        }

        return records;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <returns>Its records; none when there is no file.</returns>
    /// <exception cref="KeysFileException">It cannot be read, or has another form.</exception>
    public static IReadOnlyList<ApiKeyRecord> Read(string path) =>
        File.Exists(path) ? Parse(ReadBytes(path), path) : [];

    /// <summary>
    /// Changes a file: reads it, and puts another in its place at once, so that a reader sees the one or the other. A
    /// second process that changes it meanwhile waits. The new file is readable by its owner alone.
    /// </summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="change">Makes the new records from the old ones.</param>
    /// <param name="cancellationToken">Ends waiting for another process.</param>
    /// <exception cref="KeysFileException">It cannot be read or written, or has another form.</exception>
    public static async Task ChangeAsync(
        string path,
        Func<IReadOnlyList<ApiKeyRecord>, IEnumerable<ApiKeyRecord>> change,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var target = new FileInfo(path).LinkTarget is null
            ? Path.GetFullPath(path)
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        try
        {
            await using var gate = await LockAsync($"{target}.lock", cancellationToken);
            var keys = change(Read(target)).Select(ToEntry).ToList();
            var temporary = $"{target}.{Guid.NewGuid():N}";
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = File.Exists(target)
                    ? File.GetUnixFileMode(target)
                    : UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var stream = new FileStream(temporary, options))
            {
                await JsonSerializer.SerializeAsync(stream, new Document(keys), _json, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeysFileException($"The keys file '{path}' cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="KeysFileException">It is too long, or cannot be read.</exception>
    internal static byte[] ReadBytes(string path)
    {
        try
        {
            using var stream = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxBytes)
            {
                throw new KeysFileException(
                    $"The keys file '{path}' has {stream.Length} bytes; it may have {MaxBytes}. Remove revoked keys.");
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeysFileException($"The keys file '{path}' cannot be read: {error.Message}", error);
        }
    }

    // The lock file stays: a process that waits for one that was deleted would not exclude a process with a new one.
    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
        }
    }

    private static ApiKeyRecord ToRecord(Entry entry, string place)
    {
        KeysFileException Wrong(string field, string rule) => new($"{place}.{field} {rule}.");
        if (entry.Id is not { Length: ApiKey.IdLength })
        {
            throw Wrong("id", $"must have {ApiKey.IdLength} characters");
        }

        if (!TenantName.IsValid(entry.Tenant))
        {
            throw Wrong("tenant", $"is '{entry.Tenant}'; it must be {TenantName.Rule}");
        }

        if (string.IsNullOrWhiteSpace(entry.Name))
        {
            throw Wrong("name", "is missing");
        }

        if (!Scopes.TryParse(entry.Scopes ?? [], out var scopes, out var unknown))
        {
            throw Wrong("scopes", $"has '{unknown}'; scopes are {string.Join(", ", Scopes.Names)}");
        }

        if (!TryHash(entry.Hash, out var hash))
        {
            throw Wrong("hash", $"must be '{HashPrefix}' and {2 * HashBytes} hexadecimal digits");
        }

        if (entry.UnitsPerSecond is not null and not (> 0 and < 1e9))
        {
            throw Wrong("unitsPerSecond", $"is {entry.UnitsPerSecond}; it must be above 0 and below 1e9");
        }

        if (entry.Burst is not null and not (> 0 and < 1e12))
        {
            throw Wrong("burst", $"is {entry.Burst}; it must be above 0 and below 1e12");
        }

        return new()
        {
            Id = entry.Id,
            Tenant = entry.Tenant!,
            Name = entry.Name,
            Scopes = scopes,
            Hash = hash,
            Created = entry.Created,
            Expires = entry.Expires,
            Revoked = entry.Revoked,
            UnitsPerSecond = entry.UnitsPerSecond,
            Burst = entry.Burst,
        };
    }

    private static bool TryHash(string? text, out byte[] hash)
    {
        hash = new byte[HashBytes];
        return text is { Length: 7 + (2 * HashBytes) } && text.StartsWith(HashPrefix, StringComparison.Ordinal)
            && Convert.FromHexString(text.AsSpan(HashPrefix.Length), hash, out _, out _)
                == System.Buffers.OperationStatus.Done;
    }

    private static Entry ToEntry(ApiKeyRecord record) => new(
        record.Id,
        record.Tenant,
        record.Name,
        [.. Scopes.NamesOf(record.Scopes)],
        HashPrefix + Convert.ToHexStringLower(record.Hash.Span),
        record.Created,
        record.Expires,
        record.Revoked,
        record.UnitsPerSecond,
        record.Burst);

    private sealed record Document(List<Entry>? Keys);

    private sealed record Entry(
        string? Id,
        string? Tenant,
        string? Name,
        List<string>? Scopes,
        string? Hash,
        DateTimeOffset Created,
        DateTimeOffset? Expires,
        DateTimeOffset? Revoked,
        double? UnitsPerSecond,
        double? Burst);
}
