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

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex Variable();
}
