using System.Globalization;
using System.Text.Json;
using Segmentation.Cli.Commands;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Cli.Keys;

/// <summary>
/// Changes and lists keys. Keys go to standard output, alone, so that a script can catch them; sentences go to standard
/// error.
/// </summary>
internal static class KeyEditor
{
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<int> CreateAsync(FileInfo file, NewKey wanted, CancellationToken cancellationToken)
    {
        var (key, now) = (ApiKey.Create(), TimeProvider.System.GetUtcNow());
        var template = new ApiKeyRecord
        {
            Id = key.Id,
            Tenant = wanted.Tenant,
            Name = wanted.Name,
            Scopes = wanted.Scopes,
            Hash = key.Hash(),
            Created = now,
            Expires = now + wanted.Lifetime,
            UnitsPerSecond = wanted.UnitsPerSecond,
            Burst = wanted.Burst,
        };
        await ChangeAsync(file, records => KeyRing.Add(records, key, template), cancellationToken);
        await ShowAsync(key, $"Key {key.Id} of tenant '{wanted.Tenant}'. It is not shown again: store it now.");
        return CommandRunner.Success;
    }

    public static async Task<int> RotateAsync(
        FileInfo file, string id, TimeSpan overlap, CancellationToken cancellationToken)
    {
        var (key, now) = (ApiKey.Create(), TimeProvider.System.GetUtcNow());
        await ChangeExistingAsync(file, records => KeyRing.Rotate(records, id, key, now, overlap), cancellationToken);
        await ShowAsync(
            key,
            $"Key {key.Id} in place of {id}, which is refused from {Time(now + overlap)} on. It is not shown again.");
        return CommandRunner.Success;
    }

    public static async Task<int> RevokeAsync(FileInfo file, string id, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        await ChangeExistingAsync(file, records => KeyRing.Revoke(records, id, now), cancellationToken);
        await Console.Error.WriteLineAsync($"Key {id} is revoked.");
        return CommandRunner.Success;
    }

    public static int List(FileInfo file, bool asJson)
    {
        IReadOnlyList<ApiKeyRecord> records;
        try
        {
            RequireFile(file);
            records = KeysFile.Read(file.FullName);
        }
        catch (KeysFileException error)
        {
            throw new CliException(error.Message, innerException: error);
        }

        var now = TimeProvider.System.GetUtcNow();
        if (asJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                records.Select(record => new
                {
                    record.Id,
                    record.Tenant,
                    record.Name,
                    Scopes = Scopes.NamesOf(record.Scopes),
                    State = State(record, now),
                    record.Created,
                    record.Expires,
                    record.Revoked,
                    record.UnitsPerSecond,
                    record.Burst,
                }),
                _json));
            return CommandRunner.Success;
        }

        string[][] rows =
        [
            ["ID", "TENANT", "NAME", "STATE", "EXPIRES", "SCOPES"],
            .. records.Select(record => new[]
            {
                record.Id,
                record.Tenant,
                record.Name,
                State(record, now),
                record.Expires is { } end ? Time(end) : "never",
                string.Join(',', Scopes.NamesOf(record.Scopes)),
            }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.Out.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
        }

        return CommandRunner.Success;
    }

    private static string State(ApiKeyRecord record, DateTimeOffset now) =>
        record.Revoked is not null ? "revoked" : record.IsValidAt(now) ? "valid" : "expired";

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static async Task ShowAsync(ApiKey key, string sentence)
    {
        await Console.Error.WriteLineAsync(sentence);
        await Console.Out.WriteLineAsync(key.Text);
    }

    private static Task ChangeExistingAsync(
        FileInfo file,
        Func<IReadOnlyList<ApiKeyRecord>, IEnumerable<ApiKeyRecord>> change,
        CancellationToken cancellationToken)
    {
        RequireFile(file);
        return ChangeAsync(file, change, cancellationToken);
    }

    private static void RequireFile(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CliException($"There is no keys file '{file.FullName}'. 'segctl keys create' makes it.");
        }
    }

    private static async Task ChangeAsync(
        FileInfo file,
        Func<IReadOnlyList<ApiKeyRecord>, IEnumerable<ApiKeyRecord>> change,
        CancellationToken cancellationToken)
    {
        try
        {
            await KeysFile.ChangeAsync(file.FullName, change, cancellationToken);
        }
        catch (Exception error) when (error is KeysFileException or KeyRingException)
        {
            throw new CliException(error.Message, innerException: error);
        }
    }
}
