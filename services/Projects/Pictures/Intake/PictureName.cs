using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>Names of pictures: file names with their folders, which exports use as paths.</summary>
internal static class PictureName
{
    private const int MaxLength = 1000;

    /// <summary>
    /// Returns a name in its stored form: folders are parted by <c>/</c>, whichever system it comes from.
    /// </summary>
    /// <param name="field">Field of the request, for errors.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: the name cannot be a path of an export.</exception>
    public static string Checked(string field, string? name)
    {
        var stored = (name ?? "").Replace('\\', '/').Trim();
        if (stored.Length is 0 or > MaxLength)
        {
            throw ProjectProblem.Invalid(
                field, $"has {stored.Length} characters; a picture's name has 1 to {MaxLength}, for example "
                    + "trip/0001.jpg");
        }

        if (stored.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter) && !IsWhole(stored)))
        {
            throw ProjectProblem.Invalid(
                field, $"is {ProjectProblem.Quoted(stored)}; a picture's name has no control characters");
        }

        return stored.Split('/').Any(part => part is "" or "." or "..")
            ? throw ProjectProblem.Invalid(
                field,
                $"is {ProjectProblem.Quoted(stored)}; it must be a relative path without empty parts, '.' and '..', "
                    + "for example trip/0001.jpg")
            : stored;
    }

    /// <summary>A name with a number before its extension: <c>a.jpg</c> becomes <c>a (2).jpg</c>.</summary>
    public static string Numbered(string name, int number)
    {
        var folder = name.LastIndexOf('/') + 1;
        var dot = name.LastIndexOf('.');
        var at = dot > folder ? dot : name.Length;
        var ending = $" ({number}){name[at..]}";
        return name[..Math.Min(at, MaxLength - ending.Length)] + ending;
    }

    private static bool IsWhole(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(name[i]))
            {
                return false;
            }
        }

        return true;
    }
}
