using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Security.Tests;

/// <summary>A keys file of several tenants, with keys of every kind that a server refuses.</summary>
internal sealed class TenantKeys : IDisposable
{
    public const string Anna = "anna";
    public const string Bert = "bert";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("security");
    private readonly List<ApiKey> _keys = [];

    private TenantKeys()
    {
    }

    /// <summary>The file.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "keys.json");

    /// <summary>The option that names the file, without the leading <c>--Segmentation:</c>.</summary>
    public string Option => $"Identity:KeysFile={Path}";

    /// <summary>A key of tenant anna with every right of a program.</summary>
    public string OfAnna { get; private set; } = "";

    /// <summary>A key of tenant bert with every right of a program.</summary>
    public string OfBert { get; private set; } = "";

    /// <summary>A key without any scope.</summary>
    public string WithoutScopes { get; private set; } = "";

    /// <summary>A key that has expired.</summary>
    public string Expired { get; private set; } = "";

    /// <summary>A key that was revoked.</summary>
    public string Revoked { get; private set; } = "";

    /// <summary>A key in the right form that no file has.</summary>
    public string Unknown { get; } = ApiKey.Create().Text;

    /// <summary>A key with the id of one of anna's and another secret.</summary>
    public string WrongSecret { get; private set; } = "";

    /// <summary>Secrets that no log and no answer may hold: every key, without prefix and id, and every hash.</summary>
    public IEnumerable<string> Secrets => _keys.SelectMany(key => new[]
    {
        key.Text[(ApiKey.Prefix.Length + ApiKey.IdLength + 1)..], Convert.ToHexStringLower(key.Hash()),
    });

    /// <summary>A key for each scope, with every scope but that one.</summary>
    public IReadOnlyDictionary<string, string> AllBut { get; private set; } = new Dictionary<string, string>();

    /// <summary>Writes the file.</summary>
    public static async Task<TenantKeys> CreateAsync(CancellationToken cancellationToken)
    {
        var keys = new TenantKeys();
        var now = TimeProvider.System.GetUtcNow();
        List<ApiKeyRecord> records = [];
        keys.OfAnna = Add(Anna, Scopes.Usual, null, null);
        keys.OfBert = Add(Bert, Scopes.Usual, null, null);
        keys.WithoutScopes = Add(Anna, Scope.None, null, null);
        keys.Expired = Add(Anna, Scopes.All, now.AddHours(-1), null);
        keys.Revoked = Add(Anna, Scopes.All, null, now.AddHours(-1));
        keys.WrongSecret = Forged(keys.OfAnna);
        keys.AllBut = Scopes.Names.ToDictionary(name => name, name => Add(Anna, Scopes.All & ~ScopeOf(name), null, null));
        await KeysFile.ChangeAsync(keys.Path, _ => records, cancellationToken);
        return keys;

        string Add(string tenant, Scope scopes, DateTimeOffset? expires, DateTimeOffset? revoked)
        {
            var key = ApiKey.Create();
            keys._keys.Add(key);
            records.Add(new()
            {
                Id = key.Id,
                Hash = key.Hash(),
                Tenant = tenant,
                Name = $"holder {key.Id}",
                Scopes = scopes,
                Created = now.AddDays(-1),
                Expires = expires,
                Revoked = revoked,
            });
            return key.Text;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Scope ScopeOf(string name) =>
        Scopes.TryParse([name], out var scope, out _) ? scope : throw new ArgumentException($"No scope is named {name}.");

    /// <summary>A known id with a secret of the guesser's own: what somebody sends who saw an id in a log.</summary>
    private static string Forged(string known)
    {
        // The checksum is no secret: a forger counts it anew.
        var text = $"{known[..(ApiKey.Prefix.Length + ApiKey.IdLength + 1)]}{new string('A', 43)}";
        return text + ChecksumOf(text);
    }

    private static string ChecksumOf(string text)
    {
        const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var rest = System.IO.Hashing.Crc32.HashToUInt32(System.Text.Encoding.ASCII.GetBytes(text));
        var digits = new char[6];
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = Digits[(int)(rest % Digits.Length)];
            rest /= (uint)Digits.Length;
        }

        return new string(digits);
    }
}
