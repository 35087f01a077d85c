using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Segmentation.Gateway.Rest;

/// <summary>Reads google.api.http annotations, as far as the contract uses them.</summary>
internal static partial class HttpRules
{
    /// <summary>The path, as routing takes it, and the HTTP method.</summary>
    /// <exception cref="NotSupportedException">The annotation has neither of the five usual methods.</exception>
    public static (string Path, string Method) RouteOf(HttpRule rule) => rule.PatternCase switch
    {
        HttpRule.PatternOneofCase.Get => (rule.Get, HttpMethods.Get),
        HttpRule.PatternOneofCase.Post => (rule.Post, HttpMethods.Post),
        HttpRule.PatternOneofCase.Put => (rule.Put, HttpMethods.Put),
        HttpRule.PatternOneofCase.Patch => (rule.Patch, HttpMethods.Patch),
        HttpRule.PatternOneofCase.Delete => (rule.Delete, HttpMethods.Delete),
        _ => throw new NotSupportedException($"Custom HTTP methods have no route: {rule}"),
    };

    /// <summary>The fields that a path sets, in its order.</summary>
    public static IReadOnlyList<FieldDescriptor> FieldsOf(string path, MessageDescriptor request) =>
        [.. Variable().Matches(path).Select(match => request.FindFieldByName(match.Groups[1].Value))];

    /// <summary>The variables of a path, in its order: names of fields, with dots before those of inner messages.</summary>
    public static IReadOnlyList<string> VariablesOf(string path) =>
        [.. AnyVariable().Matches(path).Select(match => match.Groups[1].Value)];

    /// <summary>The field that a variable names, behind the messages around it.</summary>
    public static IReadOnlyList<FieldDescriptor> FieldOf(string variable, MessageDescriptor request)
    {
        var fields = new List<FieldDescriptor>();
        foreach (var name in variable.Split('.'))
        {
            fields.Add((fields.Count == 0 ? request : fields[^1].MessageType).FindFieldByName(name));
        }

        return fields;
    }

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\{([a-z_.]+)\}")]
    private static partial Regex AnyVariable();
}
