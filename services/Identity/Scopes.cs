using System.Diagnostics.CodeAnalysis;

namespace Segmentation.Identity;

/// <summary>Scopes as text: names in lower case, separated by commas or spaces.</summary>
public static class Scopes
{
    private static readonly Scope[] _all = [.. Enum.GetValues<Scope>().Where(scope => scope != Scope.None)];

    /// <summary>Every scope but <see cref="Scope.Impersonate"/> and <see cref="Scope.Admin"/>: rights of a program.</summary>
    public const Scope Usual =
        Scope.Segment | Scope.Upload | Scope.Read | Scope.Delete | Scope.Everything | Scope.Models | Scope.Projects;

    /// <summary>Every scope.</summary>
    public const Scope All = Usual | Scope.Admin | Scope.Impersonate;

    /// <summary>Names of all scopes, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. _all.Select(NameOf)];

    /// <summary>Names of the scopes that a value holds, in order.</summary>
    public static IReadOnlyList<string> NamesOf(Scope scopes) =>
        [.. _all.Where(scope => scopes.HasFlag(scope)).Select(NameOf)];

    /// <summary>Reads names.</summary>
    /// <param name="names">Names; case does not matter.</param>
    /// <param name="scopes">The scopes.</param>
    /// <param name="unknown">The first name that is no scope; null on success.</param>
    public static bool TryParse(
        IEnumerable<string> names, out Scope scopes, [NotNullWhen(false)] out string? unknown)
    {
        ArgumentNullException.ThrowIfNull(names);
        scopes = Scope.None;
        foreach (var name in names)
        {
            var found = Array.Find(_all, scope => NameOf(scope).Equals(name, StringComparison.OrdinalIgnoreCase));
            if (found == Scope.None)
            {
                unknown = name;
                return false;
            }

            scopes |= found;
        }

        unknown = null;
        return true;
    }

    private static string NameOf(Scope scope) => scope.ToString().ToLowerInvariant();
}
