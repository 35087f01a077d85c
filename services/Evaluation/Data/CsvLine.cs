using System.Text;

namespace Segmentation.Evaluation.Data;

/// <summary>Reads rows of comma-separated values; fields in double quotes may hold commas, line ends, and "" for a quote.</summary>
internal static class CsvLine
{
    /// <summary>Reads the next row; null at the end.</summary>
    /// <exception cref="EvaluationDataException">The text ends within quotes.</exception>
    public static List<string>? Read(TextReader reader)
    {
        if (reader.Peek() < 0)
        {
            return null;
        }

        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var next = reader.Read(); ; next = reader.Read())
        {
            if (isQuoted)
            {
                if (next < 0)
                {
                    throw new EvaluationDataException("The table of groups ends within a field in quotes.");
                }

                if (next != '"' || reader.Peek() == '"')
                {
                    field.Append((char)(next == '"' ? reader.Read() : next));
                }
                else
                {
                    isQuoted = false;
                }
            }
            else if (next is < 0 or '\n')
            {
                fields.Add(field.ToString());
                return fields;
            }
            else if (next == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (next == '"' && field.Length == 0)
            {
                isQuoted = true;
            }
            else if (next != '\r')
            {
                field.Append((char)next);
            }
        }
    }
}
