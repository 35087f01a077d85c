using System.Globalization;
using System.Net;

namespace Segmentation.Evaluation.Reports;

/// <summary>Texts of the report.</summary>
internal static class ReportText
{
    /// <summary>Escapes a text for a page.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Writes a figure: shares in percent, numbers of clicks as they are.</summary>
    public static string Value(string metric, double value) => value.ToString(
        IsClicks(metric) ? "0.00" : "0.0%", CultureInfo.InvariantCulture);

    /// <summary>Writes a difference with its sign, in percentage points or clicks.</summary>
    public static string Difference(string metric, double value) => IsClicks(metric)
        ? value.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture)
        : (value * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture);

    /// <summary>Writes a number of a drawing.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Writes a probability.</summary>
    public static string Probability(double value) => value < 0.001
        ? "< 0.001"
        : value.ToString("0.000", CultureInfo.InvariantCulture);

    private static bool IsClicks(string metric) => metric[(metric.LastIndexOf('/') + 1)..].StartsWith("noc@", StringComparison.Ordinal);
}
