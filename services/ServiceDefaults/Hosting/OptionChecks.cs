using Microsoft.Extensions.Options;

namespace Segmentation.ServiceDefaults.Hosting;

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

    /// <summary>A value must have a property.</summary>
    /// <param name="holds">Whether it does.</param>
    /// <param name="key">The option's key within the section.</param>
    /// <param name="value">The value found.</param>
    /// <param name="rule">The rest of the sentence, for example <c>must be an IP address</c>.</param>
    public OptionChecks Require<T>(bool holds, string key, T value, string rule)
    {
        if (!holds)
        {
            _failures.Add($"{section}:{key} is '{value}'; it {rule}.");
        }

        return this;
    }
}
