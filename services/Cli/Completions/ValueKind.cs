namespace Segmentation.Cli.Completions;

/// <summary>Kinds of values of options and arguments, by what a shell completes for them.</summary>
internal enum ValueKind
{
    /// <summary>The option takes no value.</summary>
    None,

    /// <summary>Text that nobody can guess: numbers, names, addresses.</summary>
    Text,

    /// <summary>A file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A file or a folder.</summary>
    Path,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>Some of a few words, separated by commas.</summary>
    List,

    /// <summary>Id of a model of this machine.</summary>
    Model,
}
