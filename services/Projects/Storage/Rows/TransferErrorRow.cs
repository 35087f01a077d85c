namespace Segmentation.Projects.Storage.Rows;

/// <summary>An item that a transfer left out.</summary>
internal sealed class TransferErrorRow
{
    /// <summary>Number, given by the database.</summary>
    public long Id { get; set; }

    /// <summary>The transfer.</summary>
    public long TransferId { get; set; }

    /// <summary>The item: a file, a line, an id.</summary>
    public required string Item { get; set; }

    /// <summary>Field within the item, or empty.</summary>
    public required string Field { get; set; }

    /// <summary>Sentence that says what is wrong and what to do.</summary>
    public required string Reason { get; set; }
}
