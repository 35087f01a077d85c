using System.CommandLine.Parsing;
using System.Globalization;

namespace Segmentation.LoadTests.Load;

/// <summary>
/// When requests are due, whatever becomes of those before: <c>const:RATE</c>, <c>step:RATE,RATE,...</c> (equal parts
/// of the time) or <c>line:FROM-TO</c>, in requests a second.
/// </summary>
internal sealed record Schedule(IReadOnlyList<Schedule.Part> Parts)
{
    /// <summary>How schedules are written.</summary>
    public const string Form = "const:RATE, step:RATE,RATE,... or line:FROM-TO, in clicks a second";

    /// <summary>A part of equal length in which the rate goes evenly from one value to another.</summary>
    public sealed record Part(double From, double To)
    {
        /// <summary>The part's name in reports.</summary>
        public string Name => From == To ? $"{From:0.##}/s" : $"{From:0.##} to {To:0.##}/s";
    }

    /// <summary>Reads a schedule from an option; what is wrong with it becomes the option's error.</summary>
    public static Schedule? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        var (kind, rest) = text.Split(':', 2) is [var first, var second] ? (first, second) : (text, "");
        var rates = rest.Split(kind == "line" ? '-' : ',')
            .Select(rate => double.TryParse(rate, CultureInfo.InvariantCulture, out var value) ? value : 0)
            .ToList();
        var parts = (kind, rates.Count) switch
        {
            ("const", 1) => [new Part(rates[0], rates[0])],
            ("step", > 0) => rates.Select(rate => new Part(rate, rate)).ToList(),
            ("line", 2) => [new Part(rates[0], rates[1])],
            _ => (List<Part>)[],
        };
        if (parts.Count == 0 || rates.Any(rate => rate <= 0))
        {
            argument.AddError($"'{text}' is no schedule: expected {Form}, each rate greater than 0.");
            return null;
        }

        return new Schedule(parts);
    }

    /// <summary>Seconds from the begin at which each request of a part is due.</summary>
    /// <param name="part">Index of the part.</param>
    /// <param name="seconds">Length of every part.</param>
    public IEnumerable<double> Due(int part, double seconds)
    {
        // The n-th request is due when the area under the rate reaches n.
        var (from, slope) = (Parts[part].From, (Parts[part].To - Parts[part].From) / seconds);
        var count = (int)((Parts[part].From + Parts[part].To) / 2 * seconds);
        for (var n = 0; n < count; n++)
        {
            yield return slope == 0
                ? n / from
                : (Math.Sqrt(from * from + 2 * slope * n) - from) / slope;
        }
    }
}
