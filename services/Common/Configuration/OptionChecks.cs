using Microsoft.Extensions.Options;

namespace Segmentation.Common.Configuration;

/// <summary>
/// Collects what is wrong with a section, each with the key, the value and what is allowed. (The generator behind
/// [OptionsValidator] drops the ErrorMessage of a Range, which leaves the operator without the key.)
/// </summary>
/// <param name="section">The configuration section, for example <c>Segmentation:Uploads</c>.</param>
public sealed class OptionChecks(string section)
{
    private readonly List<string> _failures = [];

    /// <summary>Success, or all failures.</summary>
    public ValidateOptionsResult Result =>
        _failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_failures);

    /// <summary>A value must lie in a range, its ends included.</summary>
    public OptionChecks Range<T>(string key, T value, T min, T max, string unit = "")
        where T : IComparable<T>
    {
        var isInside = value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0;
        return Require(isInside, key, value, $"must be {min} to {max}{(unit.Length > 0 ? " " : "")}{unit}");
    }

    /// <summary>A value must be at least a minimum.</summary>
    public OptionChecks AtLeast<T>(string key, T value, T min, string unit = "")
        where T : IComparable<T> =>
        Require(value.CompareTo(min) >= 0, key, value, $"must be at least {min}{(unit.Length > 0 ? " " : "")}{unit}");

    /// <summary>
    /// A value must be one of an enumeration's names. A number that has no name binds, and is refused here.
    /// </summary>
    public OptionChecks Named<T>(string key, T value)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        return Require(Enum.IsDefined(value), key, value, $"must be {string.Join(", ", names[..^1])} or {names[^1]}");
    }

    /// <summary>A value must have a property.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="key">The option's key within the section.</param>
    /// <param name="value">The value found.</param>
    /// <param name="rule">The rest of the sentence, for example <c>must be an IP address</c>.</param>
    public OptionChecks Require<T>(bool holds, string key, T value, string rule) =>
        Require(holds, key, $"is '{value}'; it {rule}");

    /// <summary>A secret must have a property: the sentence does not repeat the value.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="key">The option's key within the section.</param>
    /// <param name="rule">The rest of the sentence, for example <c>must be a connection string</c>.</param>
    public OptionChecks Require(bool holds, string key, string rule)
    {
        if (!holds)
        {
            _failures.Add($"{section}:{key} {rule}.");
        }

        return this;
    }
}
