namespace Segmentation.Formats.Items;

/// <summary>One item of a dataset is wrong. It is reported and left out; the rest goes through.</summary>
/// <param name="field">Field within the item; empty: all of it.</param>
/// <param name="reason">Sentence that says what is wrong.</param>
internal sealed class BadItemException(string field, string reason) : Exception(reason)
{
    /// <summary>Field within the item.</summary>
    public string Field { get; } = field;

    /// <summary>Returns the report of this fault.</summary>
    /// <param name="item">The item.</param>
    public DatasetProblem Of(string item) => new(item, Field, Message);
}
