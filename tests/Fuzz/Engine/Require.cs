using System.Runtime.CompilerServices;

namespace Segmentation.Fuzz.Engine;

/// <summary>States what has to hold.</summary>
internal static class Require
{
    /// <summary>Fails where a condition does not hold.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="why">What was found; made only then.</param>
    /// <param name="condition">The condition's text, from the compiler.</param>
    /// <exception cref="BrokenRuleException">It does not hold.</exception>
    public static void That(
        bool holds, Func<string>? why = null, [CallerArgumentExpression(nameof(holds))] string condition = "")
    {
        if (!holds)
        {
            throw new BrokenRuleException(why is null ? condition : $"{condition}: {why()}");
        }
    }
}
