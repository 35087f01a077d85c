using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Rest;

/// <summary>The model in a query: <c>?model=NAME</c>, and nothing else.</summary>
internal static class ModelQuery
{
    /// <summary>Name of the parameter.</summary>
    public const string Name = "model";

    /// <summary>Reads the model; empty where the query names none.</summary>
    public static Outcome<string> Parse(IQueryCollection query)
    {
        var violations = new Violations();
        foreach (var key in query.Keys.Where(key => key != Name))
        {
            violations.Add(ClientText.Quote(key), $"Unknown: the query may have {Name}.");
        }

        if (query[Name].Count > 1)
        {
            violations.Add(Name, $"{query[Name].Count} values; one is allowed.");
        }

        return violations.Any ? violations.ToStatus() : query[Name].ToString();
    }
}
