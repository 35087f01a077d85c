namespace Segmentation.Cli.Diagnosis;

/// <summary>
/// Takes secrets out of texts: those that the command knows, wherever they appear. What prints an address leaves its
/// password out by itself; this is for the words of others, of libraries and servers.
/// </summary>
/// <param name="secrets">The secrets; null and empty ones count for nothing.</param>
internal sealed class Secrets(params IEnumerable<string?> secrets)
{
    /// <summary>Text that replaces a secret in the report.</summary>
    public const string Hidden = "***";

    // Shorter ones would hide syllables of every word.
    private const int MinLength = 3;

    // The longest first: one may be a part of another.
    private readonly List<string> _secrets =
    [
        .. secrets.OfType<string>()
            .SelectMany(secret => (string[])[secret, Uri.UnescapeDataString(secret), Uri.EscapeDataString(secret)])
            .Where(secret => secret.Length >= MinLength)
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(secret => secret.Length),
    ];

    /// <summary>The text without them.</summary>
    public string Hide(string text) =>
        _secrets.Aggregate(text, (hidden, secret) => hidden.Replace(secret, Hidden, StringComparison.Ordinal));

    /// <summary>The finding without them.</summary>
    public Finding Hide(Finding finding) =>
        finding with { Text = Hide(finding.Text), Advice = finding.Advice is { } advice ? Hide(advice) : null };

    /// <summary>User and password of an address, each a secret.</summary>
    public static IEnumerable<string> Of(Uri? address) =>
        address?.UserInfo is { Length: > 0 } user ? user.Split(':', 2).Append(user) : [];
}
