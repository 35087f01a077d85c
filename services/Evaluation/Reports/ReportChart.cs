using System.Text;

namespace Segmentation.Evaluation.Reports;

/// <summary>Draws a chart with both axes from 0 to an end, as SVG within the page.</summary>
/// <param name="title">What the chart shows.</param>
/// <param name="xEnd">End of the horizontal axis; the vertical one ends at 1.</param>
internal sealed class ReportChart(string title, double xEnd)
{
    private const int Side = 320;
    private const int Margin = 44;
    private static readonly string[] _colours = ["#0b62d6", "#c2410c", "#15803d", "#7e22ce"];
    private readonly StringBuilder _lines = new();
    private int _lineCount;

    /// <summary>Adds a dashed line between two points, without a name.</summary>
    public ReportChart Guide(double x1, double y1, double x2, double y2)
    {
        _lines.Append($"<line x1='{X(x1)}' y1='{Y(y1)}' x2='{X(x2)}' y2='{Y(y2)}' class='guide'/>");
        return this;
    }

    /// <summary>Adds a line with its name.</summary>
    public ReportChart Line(string name, IReadOnlyList<(double X, double Y)> points)
    {
        var colour = _colours[_lineCount % _colours.Length];
        _lines.Append($"<polyline fill='none' stroke-width='2' stroke='{colour}' points='")
            .AppendJoin(' ', points.Select(point => $"{X(point.X)},{Y(point.Y)}")).Append("'/>");
        foreach (var (x, y) in points)
        {
            _lines.Append($"<circle cx='{X(x)}' cy='{Y(y)}' r='3.5' fill='{colour}'>")
                .Append($"<title>{ReportText.Number(x)}: {ReportText.Value("", y)}</title></circle>");
        }

        var top = Margin + Side - 14 - 18 * _lineCount++;
        _lines.Append($"<text x='{Margin + Side - 8}' y='{top}' fill='{colour}' text-anchor='end'>{ReportText.Escape(name)}</text>");
        return this;
    }

    /// <summary>Writes the chart.</summary>
    /// <param name="xMarks">Values marked on the horizontal axis.</param>
    /// <param name="xName">Name of that axis.</param>
    public string Write(IEnumerable<double> xMarks, string xName)
    {
        const int Size = Side + 2 * Margin;
        var svg = new StringBuilder();
        svg.Append($"<svg viewBox='0 0 {Size} {Size}' role='img' aria-label='{ReportText.Escape(title)}'>");
        for (var share = 0; share <= 10; share += 2)
        {
            var y = Y(share / 10.0);
            svg.Append($"<line x1='{Margin}' y1='{y}' x2='{Margin + Side}' y2='{y}' class='grid'/>")
                .Append($"<text x='{Margin - 6}' y='{y}' dy='4' text-anchor='end'>{share * 10} %</text>");
        }

        foreach (var mark in xMarks)
        {
            svg.Append($"<text x='{X(mark)}' y='{Margin + Side + 18}' text-anchor='middle'>{ReportText.Number(mark)}</text>");
        }

        svg.Append($"<text x='{Margin + Side / 2}' y='{Size - 6}' text-anchor='middle'>{ReportText.Escape(xName)}</text>")
            .Append($"<text x='{Margin}' y='24' class='title'>{ReportText.Escape(title)}</text>")
            .Append(_lines).Append("</svg>");
        return svg.ToString();
    }

    private static string Y(double value) => ReportText.Number(Margin + Side * (1 - Math.Clamp(value, 0, 1)));

    private string X(double value) => ReportText.Number(Margin + Side * value / xEnd);
}
