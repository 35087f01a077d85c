namespace Segmentation.Gateway.Contract;

/// <summary>Routes of projects on which files travel, besides those of the RPCs.</summary>
internal static class ProjectFileRoutes
{
    /// <summary>A picture's file is added; <c>?name=</c> is its name.</summary>
    public const string AddPicture = "/v1/projects/{project}/pictures:upload";

    /// <summary>A picture's file.</summary>
    public const string Picture = "/v1/projects/{project}/pictures/{picture}/file";

    /// <summary>A picture's thumbnail.</summary>
    public const string Thumbnail = "/v1/projects/{project}/pictures/{picture}/thumbnail";

    /// <summary>An upload is begun.</summary>
    public const string Uploads = "/v1/projects/{project}/uploads";

    /// <summary>An upload is continued or looked at.</summary>
    public const string Upload = "/v1/projects/{project}/uploads/{upload}";

    /// <summary>Result of an export or of a backup.</summary>
    public const string Result = "/v1/projects/{project}/transfers/{transfer}/file";

    /// <summary>All of them with their HTTP methods.</summary>
    public static IReadOnlyList<(string Verb, string Path)> All { get; } =
    [
        (HttpMethods.Post, AddPicture),
        (HttpMethods.Get, Picture),
        (HttpMethods.Head, Picture),
        (HttpMethods.Get, Thumbnail),
        (HttpMethods.Head, Thumbnail),
        (HttpMethods.Post, Uploads),
        (HttpMethods.Patch, Upload),
        (HttpMethods.Head, Upload),
        (HttpMethods.Delete, Upload),
        (HttpMethods.Get, Result),
        (HttpMethods.Head, Result),
    ];
}
