namespace Segmentation.Projects.Transfers.Work;

/// <summary>Names for the files of results.</summary>
internal static class ResultNames
{
    /// <summary>A file name that every system takes: the project's name, and what the file is.</summary>
    public static string Of(string project, string kind)
    {
        var letters = project.Select(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-');
        var name = string.Concat(letters).Trim('-');
        return $"{(name.Length > 0 ? name : "project")}-{kind}.zip";
    }
}
