using System.Globalization;
using System.Text;
using Segmentation.Formats.Files;

namespace Segmentation.Formats.Yolo;

/// <summary>
/// Names of YOLO's classes: <c>names</c> of data.yaml as a list or a map, or a file with a name on each line. Of YAML only
/// what such files have is read.
/// </summary>
internal sealed class YoloNames
{
    private const int MaxBytes = 1 << 20;
    private const int MaxClasses = 100_000;

    private readonly SortedDictionary<int, string> _names = [];

    /// <summary>Names in the order of their numbers.</summary>
    public IEnumerable<string> All => _names.Values;

    /// <summary>Returns the name of a class.</summary>
    public string this[int number] =>
        _names.GetValueOrDefault(number) ?? string.Create(CultureInfo.InvariantCulture, $"class {number}");

    /// <summary>Finds and reads the names of a dataset; without names classes are called by their number.</summary>
    public static YoloNames Of(IDatasetSource source)
    {
        var names = new YoloNames();
        var yaml = source.Files.FirstOrDefault(file => IsYaml(file) && DatasetPath.FileName(file).StartsWith(
            "data.", StringComparison.OrdinalIgnoreCase)) ?? source.Files.FirstOrDefault(IsYaml);
        if (yaml is not null)
        {
            names.ReadYaml(LinesOf(source, yaml));
        }
        else if (source.Files.FirstOrDefault(IsList) is { } list)
        {
            names.ReadList(LinesOf(source, list));
        }

        return names;
    }

    /// <summary>Tells files with a name on each line.</summary>
    public static bool IsList(string path) => DatasetPath.FileName(path) is "classes.txt" or "obj.names" or "labels.txt";

    /// <summary>Tells YAML files by their name.</summary>
    public static bool IsYaml(string path) =>
        path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    private static string[] LinesOf(IDatasetSource source, string path)
    {
        if (source.SizeOf(path) > MaxBytes)
        {
            throw new DatasetFormatException($"{path} has more than {MaxBytes} bytes, too many for names of classes.");
        }

        using var reader = new StreamReader(source.Open(path), Encoding.UTF8);
        return reader.ReadToEnd().Split('\n');
    }

    private void ReadList(string[] lines)
    {
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            Add(_names.Count, line);
        }
    }

    private void ReadYaml(string[] lines)
    {
        var at = Array.FindIndex(lines, line => line.StartsWith("names:", StringComparison.Ordinal));
        if (at < 0)
        {
            return;
        }

        var inline = WithoutComment(lines[at]["names:".Length..]).Trim();
        if (inline is ['[', ..] or ['{', ..])
        {
            ReadInline(inline, lines, at);
            return;
        }

        foreach (var line in lines.Skip(at + 1).Select(WithoutComment).Where(line => line.Trim().Length > 0))
        {
            if (!char.IsWhiteSpace(line[0]) && line[0] != '-')
            {
                return;
            }

            var entry = line.Trim();
            if (entry.StartsWith('-'))
            {
                Add(_names.Count, Unquoted(entry[1..].Trim()));
            }
            else
            {
                AddPair(entry);
            }
        }
    }

    private void ReadInline(string first, string[] lines, int at)
    {
        var close = first[0] == '[' ? ']' : '}';
        var text = new StringBuilder(first);
        while (!text.ToString().TrimEnd().EndsWith(close) && ++at < lines.Length)
        {
            text.Append(' ').Append(WithoutComment(lines[at]).Trim());
        }

        foreach (var entry in Entries(text.ToString().Trim().TrimStart('[', '{').TrimEnd(']', '}', ' ')))
        {
            if (first[0] == '[')
            {
                Add(_names.Count, Unquoted(entry));
            }
            else
            {
                AddPair(entry);
            }
        }
    }

    private void AddPair(string entry)
    {
        var colon = entry.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && int.TryParse(entry.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            Add(number, Unquoted(entry[(colon + 1)..].Trim()));
        }
    }

    private void Add(int number, string name)
    {
        if (name.Length > 0 && number < MaxClasses)
        {
            _names[number] = name;
        }
    }

    /// <summary>Cuts at commas that stand in no quotes.</summary>
    private static IEnumerable<string> Entries(string text)
    {
        var start = 0;
        var quote = '\0';
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && quote == '\0'))
            {
                if (text[start..i].Trim() is { Length: > 0 } entry)
                {
                    yield return entry;
                }

                start = i + 1;
            }
            else if (text[i] is '\'' or '"')
            {
                quote = quote == '\0' ? text[i] : quote == text[i] ? '\0' : quote;
            }
        }
    }

    private static string WithoutComment(string line)
    {
        var text = line.TrimEnd();
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\'' or '"')
            {
                quote = quote == '\0' ? text[i] : quote == text[i] ? '\0' : quote;
            }
            else if (text[i] == '#' && quote == '\0' && (i == 0 || char.IsWhiteSpace(text[i - 1])))
            {
                return text[..i].TrimEnd();
            }
        }

        return text;
    }

    private static string Unquoted(string text)
    {
        if (text is ['\'', .., '\''] && text.Length > 1)
        {
            return text[1..^1].Replace("''", "'", StringComparison.Ordinal);
        }

        return text is ['"', .., '"'] && text.Length > 1
            ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : text;
    }
}
