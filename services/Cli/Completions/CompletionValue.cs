namespace Segmentation.Cli.Completions;

/// <summary>The value of an option or an argument.</summary>
/// <param name="Kind">What is completed.</param>
/// <param name="Words">The words of <see cref="ValueKind.Choice"/> and <see cref="ValueKind.List"/>.</param>
internal sealed record CompletionValue(ValueKind Kind, params IReadOnlyList<string> Words)
{
    /// <summary>The value in one line, as the scripts' tables hold it: the kind, then its words.</summary>
    public override string ToString() => string.Join(' ', Words.Prepend(Kind.ToString().ToLowerInvariant()));
}
