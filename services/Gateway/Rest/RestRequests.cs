using Google.Protobuf;
using Google.Protobuf.Reflection;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// Requests of RPCs as REST has them: fields in the path, the others in the body or, without one, in the query.
/// </summary>
internal sealed class RestRequests(JsonBody bodies)
{
    /// <summary>Reads a request.</summary>
    /// <param name="context">The request; its route has a value for each field of <paramref name="inPath"/>.</param>
    /// <param name="type">The RPC's request.</param>
    /// <param name="hasBody">
    /// True when the body holds the fields that the path does not; otherwise the query does, and all of them are texts.
    /// </param>
    /// <param name="inPath">The fields that the path sets, all of them texts.</param>
    public async Task<Outcome<IMessage>> ReadAsync(
        HttpContext context, MessageDescriptor type, bool hasBody, IReadOnlyList<FieldDescriptor> inPath)
    {
        IMessage message;
        var violations = new Violations();
        if (!hasBody)
        {
            message = type.Parser.ParseFrom(ByteString.Empty);
            SetFromQuery(message, [.. type.Fields.InDeclarationOrder().Except(inPath)], context.Request.Query, violations);
        }
        else if (!(await bodies.ReadAsync(context, type)).TryGet(out message!, out var problem))
        {
            return problem;
        }

        foreach (var field in inPath)
        {
            SetFromPath(message, field, context.Request.RouteValues[field.Name] as string ?? "", violations);
        }

        return violations.Any ? violations.ToStatus() : Outcome<IMessage>.From(message);
    }

    /// <summary>Sets fields from the query; what is none of them is refused.</summary>
    private static void SetFromQuery(
        IMessage message, IReadOnlyList<FieldDescriptor> fields, IQueryCollection query, Violations violations)
    {
        foreach (var (name, values) in query)
        {
            if (fields.FirstOrDefault(one => one.JsonName == name || one.Name == name) is not { } field)
            {
                var known = fields.Count == 0 ? "none is known here" : string.Join(", ", fields.Select(one => one.JsonName));
                violations.Add(ClientText.Quote(name), $"Unknown in the query: {known}.");
            }
            else if (values.Count != 1)
            {
                violations.Add(field.JsonName, $"{values.Count} values in the query; one is allowed.");
            }
            else
            {
                field.Accessor.SetValue(message, values[0] ?? "");
            }
        }
    }

    /// <summary>Sets a field from the path; a body that says something else is refused.</summary>
    private static void SetFromPath(IMessage message, FieldDescriptor field, string value, Violations violations)
    {
        if (field.RealContainingOneof?.Accessor.GetCaseFieldDescriptor(message) is { } other && other != field)
        {
            violations.Add(
                other.Name, $"The path has {field.Name} already, and the body {other.Name}: send one of the two.");
        }
        else if (field.Accessor.GetValue(message) is string { Length: > 0 } text && text != value)
        {
            violations.Add(
                field.Name,
                $"The body names {ClientText.Quote(text)}, the path {ClientText.Quote(value)}: leave it out of the body.");
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }
    }
}
